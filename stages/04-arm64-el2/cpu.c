/*
 * cpu.c - features and per-CPU state.
 */
#include "04-arm64-el2/cpu.h"

#include "04-arm64-el2/mmu.h"
#include "04-arm64-el2/trap.h"
#include "lib/panic.h"
#include "lib/spinlock.h"

struct cpu_features cpu_features;
struct percpu percpus[MAX_CPUS];

void arch_relax(void)
{
	yield();
}

u64 arch_cpu_id(void)
{
	return read_sysreg(MPIDR_EL1);
}

void cpu_read_features(void)
{
	/* ID_AA64MMFR0_EL1.PARange (D13.2): 0 is 32 bits, and so on. */
	static const u8 pa_bits[] = { 32, 36, 40, 42, 44, 48 };
	u64 pfr0 = read_sysreg(ID_AA64PFR0_EL1);
	u64 pfr1 = read_sysreg(ID_AA64PFR1_EL1);
	u64 isar1 = read_sysreg(ID_AA64ISAR1_EL1);
	u64 isar2 = read_sysreg(ID_AA64ISAR2_EL1);
	u64 mmfr0 = read_sysreg(ID_AA64MMFR0_EL1);
	u64 mmfr1 = read_sysreg(ID_AA64MMFR1_EL1);
	struct cpu_features *f = &cpu_features;

	/* Keys exist with any of the three algorithms: APA, API, APA3. */
	f->pauth =
		BITS(isar1, 7, 4) || BITS(isar1, 11, 8) || BITS(isar2, 15, 12);
	f->aarch32 = BITS(pfr0, 3, 0) == 2;
	f->sve = BITS(pfr0, 35, 32);
	f->sme = BITS(pfr1, 27, 24);
	f->ras = BITS(pfr0, 31, 28);
	f->vmid_bits = BITS(mmfr1, 7, 4) == 2 ? 16 : 8;
	f->pa_range = MIN(BITS(mmfr0, 3, 0), 5u);
	f->pa_bits = pa_bits[f->pa_range];
}

void cpu_init(struct percpu *cpu, unsigned id)
{
	cpu->id = id;
	cpu->fp = &cpu->own_fp;
	cpu->vectors = (u64)host_vectors;
	cpu->mdcr =
		BITS(read_sysreg(PMCR_EL0), 15, 11); /* all counters EL1's */
	write_sysreg(TPIDR_EL2, (u64)cpu);
	write_sysreg(VBAR_EL2, cpu->vectors);
	write_sysreg(MDCR_EL2, cpu->mdcr);
	write_sysreg(CPTR_EL2, CPTR_HOST);
	write_sysreg(MDSCR_EL1, 0);
	isb();
}

const char *cpu_name(void)
{
	u64 midr = read_sysreg(MIDR_EL1);

	switch (midr & 0xff00fff0) { /* implementer and part number */
	case 0x4100d0c0:
		return "Neoverse N1";
	case 0x4100d0b0:
		return "Cortex-A76";
	case 0x00000510:
		return "QEMU's max";
	default:
		return "unknown CPU";
	}
}
