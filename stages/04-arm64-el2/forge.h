/*
 * forge.h - physical SErrors, forged.
 *
 * QEMU never raises one.  So the code that waits for them is made to see one:
 * single instructions of the kernel are replaced, for a moment, by branches
 * that do what the CPU does when it takes an SError: set ESR_EL2, ELR_EL2,
 * SPSR_EL2 and PSTATE, go to the vector.
 */
#pragma once

#ifndef __ASSEMBLER__
#include "04-arm64-el2/canary.h"

/* Where and when the SError comes. */
enum forge {
	FORGE_IN_GUEST,      /* while the guest runs: vector 0x580 */
	FORGE_IN_WINDOW,     /* on the way out, in the window of C12 */
	FORGE_IN_SWITCH,     /* where none may be: the panic exit */
	FORGE_BRK_IN_SWITCH, /* another exception there */
	FORGE_SLOT, /* + n: as if the CPU had chosen slot n of guest_vectors */
};

/* forge_on - plant it; forge_off - put the kernel's own instructions back. */
void forge_on(enum forge where);
void forge_off(void);

/* forge_canary - SErrors in guest and window, and what becomes of them. */
void forge_canary(struct canary *c);

#endif /* __ASSEMBLER__ */
