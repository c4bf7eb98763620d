/*
 * fixup.c - the fast exits; fixup.h says what they may do.
 */
#include "04-arm64-el2/fixup.h"
#include "04-arm64-el2/esr.h"
#include "04-arm64-el2/hcr.h"
#include "04-arm64-el2/percpu.h"
#include "04-arm64-el2/timer_guest.h"

bool (*const fixups[64])(struct vcpu *v) = {
	[EC_FP] = fixup_fp,
	[EC_SYS64] = fixup_timer,
	[EC_IABT_LOW] = fixup_abort,
	[EC_DABT_LOW] = fixup_abort,
};

/* anchor: fixup_fp */
/*
 * The guest's first FP instruction since vcpu_load.  The registers hold what
 * the host's user program left there: keep it, load the guest's, open the
 * trap.  The PC stays: the instruction runs again and finds its registers.
 */
bool fixup_fp(struct vcpu *v)
{
	if (v->fp_in_regs)
		return false;
	write_sysreg(CPTR_EL2, read_sysreg(CPTR_EL2) | CPTR_EL2_FPEN);
	isb(); // not observable here: QEMU acts on CPTR_EL2 at once
	fpsimd_save(this_cpu()->fp);
	fpsimd_load(&v->fp);
	v->fp_in_regs = true;
	return true;
}
/* end: fixup_fp */

bool fixup_timer(struct vcpu *v)
{
	struct sysreg_trap t = esr_sysreg(ESR_ISS(v->esr));
	u64 value = vcpu_get_reg(v, t.rt);

	if (!timer_guest_access(v, t.enc, t.read, &value))
		return false;
	if (t.read)
		vcpu_set_reg(v, t.rt, value);
	write_sysreg(ELR_EL2, read_sysreg(ELR_EL2) + 4);
	return true;
}

/* PAR_EL1 after a translation that worked: PA[47:12] (D13.2). */
#define PAR_EL1_F BIT(0)
#define PAR_ADDR(par) ((par)&MASK(47, 12))

/*
 * Translate the guest's own address to an IPA by its stage 1: AT S1E1R, with
 * the guest's registers, which are all still loaded.  PAR_EL1 is the guest's.
 */
static bool ipa_by_translation(struct vcpu *v)
{
	u64 par = read_sysreg(PAR_EL1), mine;

	at_s1e1r(v->far);
	isb();
	mine = read_sysreg(PAR_EL1);
	write_sysreg(PAR_EL1, par);
	if (mine & PAR_EL1_F)
		return false;
	v->ipa = PAR_ADDR(mine) | (v->far & (PAGE_SIZE - 1));
	return true;
}

/*
 * Not a fast exit, but what must be read before another exception overwrites
 * it.  HPFAR_EL2 has the IPA's page, but not for a permission fault of the
 * access itself (D13.2): that one is translated by hand.  If the guest has
 * changed its tables meanwhile, the access will fault again, rightly: go back.
 */
bool fixup_abort(struct vcpu *v)
{
	u32 iss = ESR_ISS(v->esr);

	v->far = read_sysreg(FAR_EL2);
	if (FSC_TYPE(ISS_ABT_FSC(iss)) == FSC_PERMISSION &&
	    !(iss & ISS_ABT_S1PTW))
		return !ipa_by_translation(v);
	v->ipa = BITS(read_sysreg(HPFAR_EL2), 43, 4) << 12 |
	         (v->far & (PAGE_SIZE - 1));
	return false;
}
