/*
 * guests.h - the guest programs that this image carries (guests/x86_64/).
 */
#pragma once

#include "03-entry-exit/vcpu.h"

#define GUEST_DECLARE(name)                                                   \
	extern const u8 guest_##name[], guest_##name##_end[]
GUEST_DECLARE(hello64);
GUEST_DECLARE(events64);
GUEST_DECLARE(canary64);
GUEST_DECLARE(spin64);
GUEST_DECLARE(peek64);
GUEST_DECLARE(cost64);
GUEST_DECLARE(real16);

/* For guest_load: where the program's bytes begin and end. */
#define GUEST_IMAGE(name) guest_##name, guest_##name##_end

/* guest_load - copy a program to gpa in a guest's memory. */
void guest_load(struct vm *vm, gpa_t gpa, const u8 *start, const u8 *end);
