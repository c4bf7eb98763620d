/*
 * fixup.h - step C9: which exits go straight back in.
 *
 * Here the guest's state is half on the CPU still: x0-x30 and SP_EL0 are in
 * the vcpu, the PC in ELR_EL2.  A fixup may touch just that, and must be
 * short.  What it saves is the rest of the switch, both ways.
 */
#pragma once

#include "04-arm64-el2/esr.h"
#include "04-arm64-el2/sysreg_insn.h"
#include "04-arm64-el2/vcpu.h"

/* Which exception classes have a fixup; true: the guest goes on. */
extern bool (*const fixups[64])(struct vcpu *v);

/* fixup_guest_exit - true: the exit is dealt with, enter again. */
static inline bool fixup_guest_exit(struct vcpu *v, u64 code)
{
	bool (*fixup)(struct vcpu * v);

	/* With an SError in hand: stop and tell, whatever else it was. */
	if (!(code & ~EXIT_WITH_SERROR))
		v->esr = read_sysreg(ESR_EL2);
	if (code != EXIT_SYNC)
		return false;
	fixup = fixups[ESR_EC(v->esr)];
	if (!fixup || !fixup(v))
		return false;
	v->fast_exits++;
	return true;
}

/* The lazy exchange of the FP registers, on the guest's first use. */
bool fixup_fp(struct vcpu *v);

/* A trapped access to the guest's physical timer or counter. */
bool fixup_timer(struct vcpu *v);

/* Where the guest's aborting access was, by IPA: v->far, v->ipa. */
bool fixup_abort(struct vcpu *v);
