/*
 * demo_host.c - the machine, and EL2 as a host.
 */
#include "04-arm64-el2/cpu.h"
#include "04-arm64-el2/demo.h"
#include "04-arm64-el2/machine.h"
#include "04-arm64-el2/mmu.h"
#include "04-arm64-el2/psci.h"
#include "04-arm64-el2/timer.h"
#include "lib/panic.h"

static const char *yes_no(bool yes)
{
	return yes ? "yes" : "no";
}

void demo_machine(unsigned cpus)
{
	const struct cpu_features *f = &cpu_features;

	printk("World Switch, stage 04: Arm EL2 with VHE\n\n");
	printk("machine: %u CPUs, %lu MB at 0x%lx, PL011 at 0x%lx, GICv3, "
	       "PSCI by %s\n",
	       cpus, machine.bank[0].size / MiB, machine.bank[0].base,
	       machine.uart, psci_conduit == PSCI_SMC ? "SMC" : "HVC");
	printk("CPU: %s, entered at EL%u; pointer authentication: %s, SVE: "
	       "%s, RAS: %s,\n"
	       "     %u-bit VMIDs, %u-bit physical addresses\n\n",
	       cpu_name(), (unsigned)current_el(), yes_no(f->pauth),
	       yes_no(f->sve), yes_no(f->ras), f->vmid_bits, f->pa_bits);
}

void demo_host_context(void)
{
	u64 hcr = read_sysreg(HCR_EL2);

	printk("--- the host: a kernel at EL2\n");
	printk("HCR_EL2 0x%lx: E2H=%lu, EL2 is a host; TGE=%lu, EL0 is the "
	       "host's\n",
	       hcr, BITS(hcr, 34, 34), BITS(hcr, 27, 27));
	printk("code at 0x%lx by TTBR1_EL2 0x%lx: EL2 has two halves now\n",
	       (u64)image_start, read_sysreg(TTBR1_EL2));
	printk("read as SCTLR_EL1: 0x%lx, which is SCTLR_EL2: 0x%lx\n",
	       read_sysreg(SCTLR_EL1), read_sysreg(SCTLR_EL2));
	printk("read as SCTLR_EL12: 0x%lx, which is the guest's\n",
	       read_sysreg(SCTLR_EL12));
	assert(read_sysreg(SCTLR_EL1) == read_sysreg(SCTLR_EL2));
	printk("its context on CPU %u: struct percpu at 0x%lx, in TPIDR_EL2\n\n",
	       this_cpu()->id, read_sysreg(TPIDR_EL2));
}
