/*
 * debug.c - breakpoint and watchpoint registers, switched when in use.
 */
#include "04-arm64-el2/debug.h"

#include "04-arm64-el2/debug_insn.h"
#include "04-arm64-el2/hcr.h"
#include "04-arm64-el2/percpu.h"
#include "04-arm64-el2/vcpu.h"

unsigned debug_nr_breakpoints(void)
{
	return BITS(read_sysreg(ID_AA64DFR0_EL1), 15, 12) + 1;
}

unsigned debug_nr_watchpoints(void)
{
	return BITS(read_sysreg(ID_AA64DFR0_EL1), 23, 20) + 1;
}

/* anchor: debug_state */
void debug_save(struct debug_state *s)
{
	for (unsigned i = 0; i < debug_nr_breakpoints(); i++) {
		s->bvr[i] = read_dbgbvr(i);
		s->bcr[i] = read_dbgbcr(i);
	}
	for (unsigned i = 0; i < debug_nr_watchpoints(); i++) {
		s->wvr[i] = read_dbgwvr(i);
		s->wcr[i] = read_dbgwcr(i);
	}
	s->mdccint = read_sysreg(MDCCINT_EL1); // not observable here: always 0
}

void debug_load(const struct debug_state *s)
{
	for (unsigned i = 0; i < debug_nr_breakpoints(); i++) {
		write_dbgbvr(i, s->bvr[i]);
		write_dbgbcr(i, s->bcr[i]);
	}
	for (unsigned i = 0; i < debug_nr_watchpoints(); i++) {
		write_dbgwvr(i, s->wvr[i]);
		write_dbgwcr(i, s->wcr[i]);
	}
	write_sysreg(MDCCINT_EL1, s->mdccint); // not observable here: always 0
}

void debug_switch_to_guest(struct vcpu *v, struct percpu *cpu)
{
	debug_save(&cpu->debug);
	debug_load(&v->debug);
}

void debug_switch_to_host(struct vcpu *v, struct percpu *cpu)
{
	debug_save(&v->debug);
	debug_load(&cpu->debug);
}
/* end: debug_state */

/* anchor: debug_traps */
/* MDCR_EL2 while a guest runs: the PMU, the profiler and trace are hidden. */
static u64 guest_mdcr(const struct vcpu *v, const struct percpu *cpu)
{
	u64 mdcr = cpu->mdcr; /* HPMN: all counters are EL1's */

	mdcr |= MDCR_EL2_TPM;
	mdcr |= MDCR_EL2_TPMS; // not observable here: QEMU has no SPE
	mdcr |= MDCR_EL2_TTRF; // not observable here: QEMU has no trace
	mdcr |= MDCR_EL2_TDRA;
	mdcr |= MDCR_EL2_TDOSA;
	if (!v->debug_in_use)
		mdcr |= MDCR_EL2_TDA;
	return mdcr;
}

void debug_load_traps(struct vcpu *v, struct percpu *cpu)
{
	/* Armed breakpoints must be in the CPU before the guest runs. */
	v->debug_in_use = v->sys[MDSCR_EL1] & (MDSCR_EL1_MDE | MDSCR_EL1_KDE);
	write_sysreg(MDCR_EL2, guest_mdcr(v, cpu));
}

void debug_put_traps(struct percpu *cpu)
{
	write_sysreg(MDCR_EL2, cpu->mdcr);
}

void debug_start_use(struct vcpu *v)
{
	v->debug_in_use = true;
	write_sysreg(MDCR_EL2, guest_mdcr(v, this_cpu()));
}
/* end: debug_traps */
