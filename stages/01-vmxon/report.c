/*
 * report.c - the capability MSRs in words.
 */
#include "01-vmxon/report.h"

#include "01-vmxon/insn.h"
#include "01-vmxon/vmx_caps.h"
#include "lib/print.h"

/* One letter per control: can it be on, off, or both? */
static char freedom(struct vmx_allowed a, u64 bit)
{
	if (a.must_be_1 & bit)
		return '1';
	return a.may_be_1 & bit ? '*' : '-';
}

static void report_group(const struct vmx_caps *c, enum vmx_group g)
{
	struct vmx_allowed a = vmx_allowed(c, g);
	unsigned column = 0;

	printk("\n  %s\n", vmx_group_name(g));
	for (unsigned i = 0; i < vmx_control_count; i++) {
		const struct vmx_control *k = &vmx_controls[i];

		if (k->group != g)
			continue;
		printk(column % 2 ? "%c %s\n" : "    %c %-38s ",
		       freedom(a, BIT(k->bit)), k->words);
		column++;
	}
	if (column % 2)
		printk("\n");
}

static void report_bits(const struct vmx_caps *c, enum vmx_msr_index msr)
{
	for (unsigned i = 0; i < vmx_cap_count; i++) {
		const struct vmx_cap *k = &vmx_cap_table[i];

		if (k->msr == msr)
			printk("    %c %s\n",
			       vmx_has(c, msr, BIT(k->bit)) ? '*' : '-',
			       k->words);
	}
}

void report_caps(const struct vmx_caps *c)
{
	printk("\nThe capability MSRs (SDM appendix A):\n");
	for (unsigned i = 0; i < VMX_MSRS; i++)
		if (c->exists & BIT(i))
			printk("  %-31s %#5x  %016lx  %s\n", vmx_msrs[i].name,
			       vmx_msrs[i].number, c->msr[i],
			       vmx_msrs[i].words);

	printk("\nWhat they say (* the CPU has it and lets us choose, "
	       "1 always on, - not there):\n");
	printk("\n  basic: revision %#x, regions of %u bytes, memory type %s\n",
	       vmx_revision(c), vmx_region_size(c),
	       vmx_memory_type(c) == 6 ? "write-back" : "uncacheable");
	report_bits(c, IDX_IA32_VMX_BASIC);
	for (enum vmx_group g = 0; g < VMX_GROUPS; g++)
		if (vmx_allowed(c, g).may_be_1)
			report_group(c, g);
	printk("\n  miscellaneous: the preemption timer counts every %u TSC "
	       "ticks, %u CR3 targets,\n  MSR lists of up to %u entries\n",
	       1u << vmx_timer_shift(c), vmx_cr3_targets(c),
	       vmx_msr_list_max(c));
	report_bits(c, IDX_IA32_VMX_MISC);
	printk("\n  EPT and VPID\n");
	report_bits(c, IDX_IA32_VMX_EPT_VPID_CAP);
}

static void report_cr(const char *name, u64 now, struct vmx_allowed a)
{
	printk("  %s is %#lx; must be 1: %#lx; may be 1: %#lx -> %#lx\n", name,
	       now, a.must_be_1, a.may_be_1, vmx_adjust(a, now));
}

void report_fixed_bits(const struct vmx_caps *c)
{
	printk("\nVMX operation fixes bits of CR0 and CR4 (SDM 24.8):\n");
	report_cr("CR0", read_cr0(), vmx_allowed_cr0(c));
	report_cr("CR4", read_cr4(), vmx_allowed_cr4(c));
}
