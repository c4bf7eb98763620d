/*
 * try.h - x86: the guest's exceptions, caught.
 */
#pragma once

#define SEL_KERNEL_CODE 0x10
#define SEL_KERNEL_DATA 0x18
#define SEL_USER_DATA 0x23
#define SEL_USER_CODE 0x2b
#define SEL_TSS 0x30

#ifndef __ASSEMBLER__
#include "lib/types.h"

/* guest_catch_exceptions - an IDT, a GDT and a TSS of our own. */
void guest_catch_exceptions(void);

/* guest_set_gate - vector, at most 48, goes to this handler instead. */
void guest_set_gate(int vector, const void *handler);

/*
 * guest_try - call fn.  The vector of the exception that ended it, or -1.
 * What fn changed in memory stays.
 */
int guest_try(void (*fn)(void));

/* guest_try_user - the same in ring 3, at the same addresses. */
int guest_try_user(void (*fn)(void));

/* RFLAGS there; at first only the bit that is always 1. */
extern u64 guest_user_flags;

/* What the last exception pushed. */
extern u64 guest_error_code, guest_fault_rip;
#endif
