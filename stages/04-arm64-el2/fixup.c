/*
 * fixup.c - step C9: which exits go straight back in.
 *
 * Here the guest's state is half on the CPU still: x0-x30 and SP_EL0 are in
 * the vcpu, the PC in ELR_EL2.  A fixup may touch just that, and must be
 * short.  What it saves is the rest of the switch, both ways.
 */
#include "04-arm64-el2/fixup.h"

#include "04-arm64-el2/esr.h"
#include "04-arm64-el2/percpu.h"

/* Returning true: the guest goes on. */
static bool (*const fixups[64])(struct vcpu *v) = {
	[EC_FP] = fixup_fp,
	[EC_SYS64] = fixup_timer,
	[EC_IABT_LOW] = fixup_abort,
	[EC_DABT_LOW] = fixup_abort,
};

bool fixup_guest_exit(struct vcpu *v, u64 code)
{
	unsigned ec;

	/* Whatever else it was: with an SError in hand, stop and tell. */
	if (code != EXIT_SYNC) {
		if ((u32)code == (EXIT_SYNC | EXIT_WITH_SERROR))
			v->esr = read_sysreg(ESR_EL2);
		return false;
	}
	v->esr = read_sysreg(ESR_EL2);
	ec = ESR_EC(v->esr);
	if (!fixups[ec] || !fixups[ec](v))
		return false;
	v->fast_exits++;
	return true;
}
