/*
 * context.c - vcpu_load and vcpu_put: steps C3 and C14, what the switch itself
 * need not do.
 *
 * A VHE host uses none of these registers in its own name, so a guest's can
 * lie in the CPU from vcpu_load to vcpu_put, over thousands of exits, as long
 * as the same guest runs on the same CPU.  Only then comes another's turn.
 */
#include "04-arm64-el2/cpu.h"
#include "04-arm64-el2/esr.h"
#include "04-arm64-el2/hcr.h"
#include "04-arm64-el2/ptrauth.h"
#include "04-arm64-el2/timer_guest.h"
#include "04-arm64-el2/vcpu.h"
#include "lib/panic.h"
#include "lib/string.h"

/* MIDR_EL1, SCTLR_EL1 after a reset of the guest's CPU: RES1 bits, MMU off. */
#define SCTLR_EL1_RESET 0x30d00800ull

/* anchor: el1_state */
static void save_el1_state(struct vcpu *v)
{
	u64 *sys = v->sys;

	sys[SCTLR_EL1] = read_sysreg(SCTLR_EL12);
	sys[CPACR_EL1] = read_sysreg(CPACR_EL12);
	sys[TTBR0_EL1] = read_sysreg(TTBR0_EL12);
	sys[TTBR1_EL1] = read_sysreg(TTBR1_EL12);
	sys[TCR_EL1] = read_sysreg(TCR_EL12);
	sys[SPSR_EL1] = read_sysreg(SPSR_EL12);
	sys[ELR_EL1] = read_sysreg(ELR_EL12);
	sys[AFSR0_EL1] =
		read_sysreg(AFSR0_EL12); // not observable here: always 0
	sys[AFSR1_EL1] =
		read_sysreg(AFSR1_EL12); // not observable here: always 0
	sys[ESR_EL1] = read_sysreg(ESR_EL12);
	sys[FAR_EL1] = read_sysreg(FAR_EL12);
	sys[MAIR_EL1] = read_sysreg(MAIR_EL12);
	sys[AMAIR_EL1] =
		read_sysreg(AMAIR_EL12); // not observable here: always 0
	sys[VBAR_EL1] = read_sysreg(VBAR_EL12);
	sys[CONTEXTIDR_EL1] = read_sysreg(CONTEXTIDR_EL12);
	sys[PAR_EL1] = read_sysreg(PAR_EL1);
	sys[TPIDR_EL1] = read_sysreg(TPIDR_EL1);
	sys[CSSELR_EL1] = read_sysreg(CSSELR_EL1);
	sys[SP_EL1] = read_sysreg(SP_EL1);
	if (cpu_features.ras)
		v->vdisr = read_sysreg(VDISR_EL2);
}

static void restore_el1_state(struct vcpu *v)
{
	const u64 *sys = v->sys;

	write_sysreg(VPIDR_EL2, read_sysreg(MIDR_EL1));
	write_sysreg(VMPIDR_EL2, v->mpidr);
	write_sysreg(SCTLR_EL12, sys[SCTLR_EL1]);
	write_sysreg(CPACR_EL12, sys[CPACR_EL1]);
	write_sysreg(TTBR0_EL12, sys[TTBR0_EL1]);
	write_sysreg(TTBR1_EL12, sys[TTBR1_EL1]);
	write_sysreg(TCR_EL12, sys[TCR_EL1]);
	write_sysreg(SPSR_EL12, sys[SPSR_EL1]);
	write_sysreg(ELR_EL12, sys[ELR_EL1]);
	write_sysreg(AFSR0_EL12,
	             sys[AFSR0_EL1]); // not observable here: always 0
	write_sysreg(AFSR1_EL12,
	             sys[AFSR1_EL1]); // not observable here: always 0
	write_sysreg(ESR_EL12, sys[ESR_EL1]);
	write_sysreg(FAR_EL12, sys[FAR_EL1]);
	write_sysreg(MAIR_EL12, sys[MAIR_EL1]);
	write_sysreg(AMAIR_EL12,
	             sys[AMAIR_EL1]); // not observable here: always 0
	write_sysreg(VBAR_EL12, sys[VBAR_EL1]);
	write_sysreg(CONTEXTIDR_EL12, sys[CONTEXTIDR_EL1]);
	write_sysreg(PAR_EL1, sys[PAR_EL1]);
	write_sysreg(TPIDR_EL1, sys[TPIDR_EL1]);
	write_sysreg(CSSELR_EL1, sys[CSSELR_EL1]);
	write_sysreg(SP_EL1, sys[SP_EL1]);
	if (cpu_features.ras)
		write_sysreg(VDISR_EL2, v->vdisr);
}
/* end: el1_state */

/* anchor: user_state */
/*
 * Thread pointers of EL0.  The host kernel does not use them, but its user
 * programs do: on load the host's go to the per-CPU host context.
 */
static void exchange_user_state_in(struct vcpu *v, struct percpu *cpu)
{
	cpu->tpidr_el0 = read_sysreg(TPIDR_EL0);
	cpu->tpidrro_el0 = read_sysreg(TPIDRRO_EL0);
	write_sysreg(TPIDR_EL0, v->sys[TPIDR_EL0]);
	write_sysreg(TPIDRRO_EL0, v->sys[TPIDRRO_EL0]);
	if (cpu_features.sme) {
		cpu->tpidr2_el0 = read_sysreg(TPIDR2_EL0);
		write_sysreg(TPIDR2_EL0, v->sys[TPIDR2_EL0]);
	}
}

static void exchange_user_state_out(struct vcpu *v, struct percpu *cpu)
{
	v->sys[TPIDR_EL0] = read_sysreg(TPIDR_EL0);
	v->sys[TPIDRRO_EL0] = read_sysreg(TPIDRRO_EL0);
	write_sysreg(TPIDR_EL0, cpu->tpidr_el0);
	write_sysreg(TPIDRRO_EL0, cpu->tpidrro_el0);
	if (cpu_features.sme) {
		v->sys[TPIDR2_EL0] = read_sysreg(TPIDR2_EL0);
		write_sysreg(TPIDR2_EL0, cpu->tpidr2_el0);
	}
}
/* end: user_state */

/* anchor: fp_put */
/* The guest's FP registers to memory, the host's back in, if it used them. */
static void put_fp(struct vcpu *v, struct percpu *cpu)
{
	if (!v->fp_in_regs)
		return;
	fpsimd_save(&v->fp);
	fpsimd_load(cpu->fp);
	v->fp_in_regs = false;
}
/* end: fp_put */

/* anchor: load_put */
void vcpu_load(struct vcpu *v)
{
	struct percpu *cpu = this_cpu();

	assert(!cpu->loaded && !v->loaded_on); // not observable here: our bug
	exchange_user_state_in(v, cpu);
	restore_el1_state(v);
	timer_guest_load(v);
	if (cpu_features.pauth)
		ptrauth_load(v);
	debug_load_traps(v, cpu);
	write_sysreg(VTCR_EL2, stage2_vtcr(cpu_features.pa_range,
	                                   cpu_features.vmid_bits));
	for (const struct switch_block *b = v->vm->blocks; b && b->load; b++)
		b->load(v);
	cpu->loaded = v;
	v->loaded_on = cpu;
}

void vcpu_put(struct vcpu *v)
{
	struct percpu *cpu = this_cpu();

	assert(cpu->loaded == v); // not observable here: our bug
	for (const struct switch_block *b = v->vm->blocks; b && b->put; b++)
		b->put(v);
	put_fp(v, cpu);
	debug_put_traps(cpu);
	if (cpu_features.pauth)
		ptrauth_save(v);
	timer_guest_put(v);
	save_el1_state(v);
	exchange_user_state_out(v, cpu);
	cpu->loaded = NULL;
	v->loaded_on = NULL;
}
/* end: load_put */

/* anchor: guest_hcr */
/* HCR_EL2 while a guest runs.  What is not set here is not trapped. */
static u64 guest_hcr(void)
{
	u64 hcr = HCR_EL2_E2H; /* EL2 stays a host; TGE is clear: C5 */

	hcr |= HCR_EL2_RW;
	hcr |= HCR_EL2_VM;
	hcr |= HCR_EL2_AMO;
	hcr |= HCR_EL2_IMO;
	hcr |= HCR_EL2_FMO;
	hcr |= HCR_EL2_TWI;
	hcr |= HCR_EL2_TWE; // not observable here: QEMU's WFE never waits
	hcr |= HCR_EL2_TSC;
	hcr |= HCR_EL2_TID3;
	hcr |= HCR_EL2_TACR;
	hcr |= HCR_EL2_TIDCP; // not observable here: QEMU 7.2 has no such trap
	hcr |= HCR_EL2_TLOR;
	hcr |= HCR_EL2_TERR;
	hcr |= HCR_EL2_TEA; // not observable here: QEMU 7.2 asks EL1 all the same
	hcr |= HCR_EL2_PTW;
	hcr |= HCR_EL2_SWIO; // not observable here: QEMU has no caches
	hcr |= HCR_EL2_FB; // not observable here: QEMU's TLB goes at each exit
	hcr |= HCR_EL2_BSU_IS; // not observable here: QEMU orders all barriers
	if (cpu_features.pauth) {
		hcr |= HCR_EL2_APK;
		hcr |= HCR_EL2_API;
	}
	return hcr;
}
/* end: guest_hcr */

void vcpu_reset(struct vcpu *v, struct vm *vm, const char *name, u64 pc)
{
	memset(v, 0, sizeof(*v));
	v->vm = vm;
	v->name = name;
	v->pc = pc;
	v->pstate = PSTATE_EL1h | PSTATE_DAIF;
	v->hcr = guest_hcr();
	v->mpidr = BIT(31); /* RES1; affinity 0.0.0.0 */
	v->sys[SCTLR_EL1] = SCTLR_EL1_RESET;
}
