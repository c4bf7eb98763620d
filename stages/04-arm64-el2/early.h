/*
 * early.h - checks that run before the MMU is on.
 */
#pragma once

#include "lib/types.h"

/*
 * early_check - called by head.S with the physical address that the image was
 * loaded at.  Returns if this CPU is at EL2, has VHE, and the image is where
 * it is linked; else says so and powers the machine off.
 */
void early_check(u64 image_pa);
