/*
 * rehearse.h - the panic exit, walked through without ending the run.
 */
#pragma once

#include "04-arm64-el2/forge.h"
#include "04-arm64-el2/trap.h"
#include "04-arm64-el2/vcpu.h"

/*
 * rehearse_panic - run the loaded vCPU with an exception planted in the world
 * switch, where none may be.  Returns what the panic exit reported: true if it
 * was reached, with the CPU a host's again.
 */
struct rehearsal {
	bool reached;
	const char *vcpu; /* the name that the host context remembered */
	enum vector_slot slot;
	u64 hcr, vbar, elr;
};
struct rehearsal rehearse_panic(struct vcpu *v, enum forge what);

/* rehearse.S: call fn(v); rehearse_end makes that call return, from anywhere. */
u64 rehearse_call(u64 (*fn)(struct vcpu *v), struct vcpu *v);
_Noreturn void rehearse_end(void);
