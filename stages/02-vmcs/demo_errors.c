/*
 * demo_errors.c - the failures of VMX instructions, decoded (SDM 31.2, 31.4).
 */
#include "01-vmxon/cpu.h"
#include "01-vmxon/pages.h"
#include "01-vmxon/vmx_caps.h"
#include "01-vmxon/vmx_insn.h"
#include "02-vmcs/demo.h"
#include "lib/print.h"

/* A region that has no VMCS in it: all zeros. */
static hpa_t empty_region;

static hpa_t vmxon_region(void)
{
	return ptr_to_hpa(this_cpu()->vmxon_region);
}

static hpa_t off_by_8(void)
{
	return (hpa_t){ vmxon_region().v + 8 };
}

static u64 clear_unaligned(void)
{
	return vmx_vmclear(off_by_8());
}

static u64 clear_vmxon_region(void)
{
	return vmx_vmclear(vmxon_region());
}

static u64 load_unaligned(void)
{
	return vmx_vmptrld(off_by_8());
}

static u64 load_beyond_memory(void)
{
	return vmx_vmptrld((hpa_t){ BIT(cpu_physical_bits()) });
}

static u64 load_vmxon_region(void)
{
	return vmx_vmptrld(vmxon_region());
}

static u64 load_wrong_revision(void)
{
	return vmx_vmptrld(empty_region);
}

static u64 read_no_field(void)
{
	u64 value;

	return vmx_vmread(0x7ffe, &value);
}

static u64 write_no_field(void)
{
	return vmx_vmwrite(0x7ffe, 0);
}

static u64 write_read_only(void)
{
	return vmx_vmwrite(VM_EXIT_REASON, 0);
}

static u64 vmxon_again(void)
{
	hpa_t region = vmxon_region();

	return vmx_try_vmxon(&region);
}

static u64 invept_no_type(void)
{
	struct invept_desc d = { 0, 0 };

	return vmx_invept(99, &d);
}

static const struct vmx_failure {
	const char *cause;
	u64 (*provoke)(void);
	enum vmx_error expected; /* 0: VMfailInvalid, there is no current */
} vmx_failures[] = {
	{ "VMCLEAR, address not aligned", clear_unaligned,
	  VMX_ERROR_VMCLEAR_BAD_ADDRESS },
	{ "VMCLEAR of the VMXON region", clear_vmxon_region,
	  VMX_ERROR_VMCLEAR_VMXON_POINTER },
	{ "VMPTRLD, address not aligned", load_unaligned,
	  VMX_ERROR_VMPTRLD_BAD_ADDRESS },
	{ "VMPTRLD, address beyond physical memory", load_beyond_memory,
	  VMX_ERROR_VMPTRLD_BAD_ADDRESS },
	{ "VMPTRLD of the VMXON region", load_vmxon_region,
	  VMX_ERROR_VMPTRLD_VMXON_POINTER },
	{ "VMPTRLD of an empty page", load_wrong_revision,
	  VMX_ERROR_VMPTRLD_BAD_REVISION },
	{ "VMREAD of encoding 0x7ffe", read_no_field,
	  VMX_ERROR_UNSUPPORTED_FIELD },
	{ "VMWRITE to encoding 0x7ffe", write_no_field,
	  VMX_ERROR_UNSUPPORTED_FIELD },
	{ "VMWRITE to VM_EXIT_REASON", write_read_only,
	  VMX_ERROR_READ_ONLY_FIELD },
	{ "VMXON in VMX operation", vmxon_again, VMX_ERROR_VMXON_IN_ROOT },
	{ "INVEPT of type 99", invept_no_type,
	  VMX_ERROR_BAD_INVEPT_INVVPID_OPERAND },
};

/* The manual's other numbers, and why they are not provoked here. */
static const char *const elsewhere[] = {
	"4, 5, 26: see the launch state; 7 and 8: see the rules of VM entry",
	"1, 19-24: VMCALL into an SMM monitor (Bochs stops at VMCALL in root)",
	"6: VMRESUME of a VMCS launched before a VMXOFF that undid its data",
	"16-18, 25: entries from SMM, which only firmware runs in",
};

/* Newer CPUs let VMWRITE into exit information, for nested hypervisors. */
static bool is_allowed_here(const struct vmx_failure *f,
                            const struct vmx_caps *caps)
{
	return f->provoke == write_read_only &&
	       vmx_has(caps, IDX_IA32_VMX_MISC, MISC_VMWRITE_ANY_FIELD);
}

static bool provoke_failure(const struct vmx_failure *f,
                            const struct vmx_caps *caps)
{
	u64 result = f->provoke();
	u32 error;

	if (result == VMX_OK) {
		bool allowed = is_allowed_here(f, caps);

		printk("  %-42s succeeds%s\n", f->cause,
		       allowed ? ", as IA32_VMX_MISC[29] announces" : "?");
		return allowed;
	}
	if (result != VMX_FAIL_VALID) {
		printk("  %-42s %s\n", f->cause, vmx_outcome_name(result));
		return false;
	}
	error = vmcs_read32(VM_INSTRUCTION_ERROR);
	printk("  %-42s error %u: %s\n", f->cause, error,
	       vmx_error_words(error));
	return error == f->expected;
}

bool demo_instruction_errors(struct vmcs_demo *d)
{
	bool all_as_expected = true;
	u64 value;

	printk("\nHow the VMX instructions fail (SDM 31.4).  With a current "
	       "VMCS: VMfailValid, a number\n");
	empty_region = ptr_to_hpa(page_alloc());
	vmcs_load(&d->vmcs);
	for (unsigned i = 0; i < ARRAY_SIZE(vmx_failures); i++)
		all_as_expected &= provoke_failure(&vmx_failures[i], d->caps);
	for (unsigned i = 0; i < ARRAY_SIZE(elsewhere); i++)
		printk("  error %s\n", elsewhere[i]);

	printk("Without one there is no place for a number:\n");
	vmcs_clear(&d->vmcs);
	printk("  %-42s %s\n", "VMREAD of GUEST_RIP",
	       vmx_outcome_name(vmx_vmread(GUEST_RIP, &value)));
	all_as_expected &= vmx_vmread(GUEST_RIP, &value) == VMX_FAIL_INVALID;
	page_free(hpa_to_ptr(empty_region));
	return all_as_expected;
}
