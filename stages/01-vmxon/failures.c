/*
 * failures.c - each way in which VMXON can fail, provoked and decoded.
 *
 * The order of the CPU's checks is that of SDM chapter 31, "VMXON": first
 * what makes it undefined, then what makes it fault, then the operand.
 */
#include "01-vmxon/cpu.h"
#include "01-vmxon/pages.h"
#include "01-vmxon/report.h"
#include "01-vmxon/vmx_caps.h"
#include "01-vmxon/vmx_insn.h"
#include "lib/print.h"

struct failure {
	const char *cause;
	u64 expected;
	u64 (*provoke)(const struct vmx_caps *caps);
};

static hpa_t good_region(void)
{
	return ptr_to_hpa(this_cpu()->vmxon_region);
}

static u64 vmxon_at(u64 address)
{
	hpa_t region = { address };

	return vmx_try_vmxon(&region);
}

static u64 without_vmxe(const struct vmx_caps *caps)
{
	u64 cr4 = read_cr4(), r;

	(void)caps;
	write_cr4(cr4 & ~CR4_VMXE);
	r = vmxon_at(good_region().v);
	write_cr4(cr4);
	return r;
}

static u64 without_ne(const struct vmx_caps *caps)
{
	u64 cr0 = read_cr0(), r;

	(void)caps;
	write_cr0(cr0 & ~CR0_NE);
	r = vmxon_at(good_region().v);
	write_cr0(cr0);
	return r;
}

static u64 unaligned(const struct vmx_caps *caps)
{
	(void)caps;
	return vmxon_at(good_region().v + 8);
}

static u64 beyond_memory(const struct vmx_caps *caps)
{
	(void)caps;
	return vmxon_at(BIT(cpu_physical_bits()));
}

/* The first word of the region, as it should not be. */
static u64 with_first_word(u32 word)
{
	u32 *region = (u32 *)this_cpu()->vmxon_region, before = *region;
	u64 r;

	*region = word;
	r = vmxon_at(good_region().v);
	*region = before;
	return r;
}

static u64 wrong_revision(const struct vmx_caps *caps)
{
	return with_first_word(vmx_revision(caps) + 1);
}

static u64 bit_31_set(const struct vmx_caps *caps)
{
	return with_first_word(vmx_revision(caps) | 1u << 31);
}

static u64 operand_not_mapped(const struct vmx_caps *caps)
{
	(void)caps;
	return vmx_try_vmxon((const hpa_t *)(8 * GiB));
}

static u64 operand_not_canonical(const struct vmx_caps *caps)
{
	(void)caps;
	return vmx_try_vmxon((const hpa_t *)(1ull << 62));
}

static u64 twice(const struct vmx_caps *caps)
{
	u64 r;

	vmx_on(caps);
	r = vmxon_at(good_region().v);
	vmx_off();
	vmx_prepare(caps);
	return r;
}

static u64 clear_vmxe_while_on(const struct vmx_caps *caps)
{
	u64 r;

	vmx_on(caps);
	r = try_write_cr4(read_cr4() & ~CR4_VMXE);
	vmx_off();
	vmx_prepare(caps);
	return r;
}

static const struct failure failures[] = {
	{ "CR4.VMXE is 0", FAULTED(VECTOR_UD), without_vmxe },
	{ "CR0.NE is 0, which VMX fixes to 1", FAULTED(VECTOR_GP),
	  without_ne },
	{ "the operand's page is not mapped", FAULTED(VECTOR_PF),
	  operand_not_mapped },
	{ "the operand's address is not canonical", FAULTED(VECTOR_GP),
	  operand_not_canonical },
	{ "the region is not page-aligned", VMX_FAIL_INVALID, unaligned },
	{ "the region lies beyond the physical-address width",
	  VMX_FAIL_INVALID, beyond_memory },
	{ "the region has another revision", VMX_FAIL_INVALID,
	  wrong_revision },
	{ "bit 31 of the region's first word is set", VMX_FAIL_INVALID,
	  bit_31_set },
	{ "the CPU is in VMX operation already, with no current VMCS",
	  VMX_FAIL_INVALID, twice },
	{ "(not VMXON) CR4.VMXE cleared while in VMX operation",
	  FAULTED(VECTOR_GP), clear_vmxe_while_on },
};

/* The manual's other causes, and why this stage does not provoke them. */
static const char *const not_provoked[] = {
	"CPL above 0: #GP - a stage without user mode cannot (stage 05 has it)",
	"protected mode off, virtual-8086 or compatibility mode: #UD - this "
	"is 64-bit code",
	"IA32_FEATURE_CONTROL unlocked, or VMX off: #GP - vmx_unlock() saw to "
	"it",
	"A20 masked: #GP - only a firmware of long ago does that",
	"a current VMCS when already in VMX operation: VMfailValid, error 15 - "
	"stage 02 shows it",
};

bool vmxon_failures(const struct vmx_caps *caps)
{
	bool all_as_expected = true;

	printk("\nWays in which VMXON fails:\n");
	vmx_prepare(caps);
	for (unsigned i = 0; i < ARRAY_SIZE(failures); i++) {
		const struct failure *f = &failures[i];
		u64 got = f->provoke(caps);

		printk("  %-58s %s\n", f->cause, vmx_outcome_name(got));
		if (got == f->expected)
			continue;
		all_as_expected = false;
		printk("    but the manual says: %s\n",
		       vmx_outcome_name(f->expected));
	}
	printk("and some that cannot be provoked here:\n");
	for (unsigned i = 0; i < ARRAY_SIZE(not_provoked); i++)
		printk("  %s\n", not_provoked[i]);
	write_cr4(read_cr4() & ~CR4_VMXE);
	return all_as_expected;
}
