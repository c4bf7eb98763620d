/*
 * switch.c - the VHE world switch, steps C1 to C13 in the order in which they
 * must happen.  entry.S does C10 to C12, context.c did C3 and does C14.
 *
 * What VHE spares: the host kernel lives at EL2 and uses EL2's registers, so
 * the guest's EL1 registers (translation, exception, thread pointers) can
 * stay in the CPU while the host handles an exit.  Without it (E2H=0, "nVHE")
 * host and guest kernel both live at EL1, and every exit to the host switches
 * all of save_el1_state() and restore_el1_state() of context.c, twice, and
 * first goes through a stub at EL2 (HVC in, ERET out) to do it.
 */
#include "04-arm64-el2/cpu.h"
#include "04-arm64-el2/fixup.h"
#include "04-arm64-el2/hcr.h"
#include "04-arm64-el2/inject.h"
#include "04-arm64-el2/mmu.h"
#include "04-arm64-el2/trap.h"
#include "04-arm64-el2/vcpu.h"

/* anchor: save_host */
/*
 * C2: what the guest is about to overwrite and the host still needs.  With
 * VHE that is one register here; callee-saved ones are entry.S's, and what
 * belongs to the host's user program was put away by vcpu_load.
 */
static void save_host_sysregs(struct percpu *cpu)
{
	cpu->mdscr = read_sysreg(MDSCR_EL1);
}

static void restore_host_sysregs(struct percpu *cpu)
{
	write_sysreg(MDSCR_EL1, cpu->mdscr);
}
/* end: save_host */

/* anchor: load_stage2 */
/*
 * C4: the guest's stage 2, before C5 clears TGE.  From that moment the CPU may
 * speculate in the EL1&0 regime with the guest's stage 1 tables, loaded long
 * ago; a wrong stage 2 under them would fill the TLB with translations of
 * another guest's memory, tagged with its VMID.  Cortex-A76 and Neoverse N1
 * do so even while TGE is still set (erratum 1165522): hence the ISB.
 */
static void load_stage2(struct vcpu *v)
{
	write_sysreg(VTTBR_EL2, stage2_vttbr(&v->vm->s2, v->vm->vmid.id));
	isb(); // not observable here: QEMU does not speculate
}
/* end: load_stage2 */

/* anchor: activate_traps */
/*
 * C5: from now on EL0 and EL1 are the guest's.  FPEN opens only for the owner
 * of the FP registers; SVE, SME and the activity monitors always trap.
 */
static void activate_traps(struct vcpu *v)
{
	u64 cptr = CPTR_EL2_TAM | CPTR_EL2_TTA;

	if (v->fp_in_regs)
		cptr |= CPTR_EL2_FPEN;
	if (v->hcr & HCR_EL2_VSE && cpu_features.ras)
		write_sysreg(VSESR_EL2, v->vsesr);
	write_sysreg(HCR_EL2, v->hcr);
	write_sysreg(CPTR_EL2, cptr);
	write_sysreg(VBAR_EL2, (u64)guest_vectors);
}
/* end: activate_traps */

/* anchor: restore_guest */
/* C7: the rest of the guest, and where ERET shall go. */
static void restore_guest_sysregs(struct vcpu *v)
{
	write_sysreg(MDSCR_EL1, v->sys[MDSCR_EL1]);
	write_sysreg(ELR_EL2, v->pc);
	write_sysreg(SPSR_EL2, v->pstate);
}

static void save_guest_sysregs(struct vcpu *v)
{
	v->sys[MDSCR_EL1] = read_sysreg(MDSCR_EL1);
	v->pc = read_sysreg(ELR_EL2);
	v->pstate = read_sysreg(SPSR_EL2);
}
/* end: restore_guest */

static void forget_serror(struct vcpu *v, u64 hcr)
{
	if (!(hcr & HCR_EL2_VSE))
		__atomic_and_fetch(&v->hcr, ~HCR_EL2_VSE, __ATOMIC_RELAXED);
}

/* anchor: deactivate_traps */
static void deactivate_traps(struct vcpu *v, struct percpu *cpu)
{
	/*
	 * The CPU clears VSE when the guest takes the virtual SError.  That bit
	 * alone: another CPU may have set VI in v->hcr while the guest ran.
	 */
	if (v->hcr & HCR_EL2_VSE)
		forget_serror(v, read_sysreg(HCR_EL2));
	write_sysreg(HCR_EL2, HCR_HOST);
	/* TGE is set again before EL2&0 is used for EL0: erratum 1165522. */
	isb(); // not observable here: QEMU does not speculate
	write_sysreg(CPTR_EL2, CPTR_HOST);
	write_sysreg(VBAR_EL2, cpu->vectors);
}
/* end: deactivate_traps */

/* anchor: vcpu_run */
u64 vcpu_run(struct vcpu *v)
{
	struct percpu *cpu = this_cpu();
	u64 code;

	cpu->running = v;       /* C1 */
	save_host_sysregs(cpu); /* C2; C3 was vcpu_load */
	load_stage2(v);         /* C4 */
	activate_traps(v);      /* C5 */
	if (v->pending)
		inject_apply(v);  /* C6 */
	restore_guest_sysregs(v); /* C7 */
	if (v->debug_in_use)
		debug_switch_to_guest(v, cpu); /* C8 */
	do {
		v->entries++;
		code = guest_enter(v, cpu);  /* C10, C11, C12 */
	} while (fixup_guest_exit(v, code)); /* C9 */
	save_guest_sysregs(v);               /* C13, from here on */
	deactivate_traps(v, cpu);
	if (v->debug_in_use)
		debug_switch_to_host(v, cpu);
	restore_host_sysregs(cpu);
	cpu->running = NULL;
	return code; /* C14 will be vcpu_put */
}
/* end: vcpu_run */
