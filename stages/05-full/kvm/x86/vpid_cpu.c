/*
 * vpid_cpu.c - each CPU's VPIDs, and the VMCS's field.
 */
#include "01-vmxon/boot.h"
#include "01-vmxon/vmx_insn.h"
#include "05-full/kvm/words.h"
#include "05-full/kvm/x86/vpid.h"
#include "05-full/kvm/x86/x86.h"
#include "lib/panic.h"

#define INVVPID_ALL_CONTEXT 2

struct vpid_pool vpid_pools[MAX_CPUS];
static u32 vpids = VPIDS;
static bool use_vpids;

void kvm_vpid_cpu_init(void)
{
	use_vpids =
		vmx_may_set(&kvm_caps, VMX_PROC2, PROC2_ENABLE_VPID) &&
		vmx_has(&kvm_caps, IDX_IA32_VMX_EPT_VPID_CAP, VPID_CAP_ALL);
	vpid_begin(&vpid_pools[arch_cpu_number()]);
}

void kvm_vpid_setup(void)
{
	if (!use_vpids)
		vmcs_write32(SECONDARY_VM_EXEC_CONTROL,
		             vmcs_read32(SECONDARY_VM_EXEC_CONTROL) &
		                     ~PROC2_ENABLE_VPID);
}

static void forget_all_vpids(void)
{
	struct invvpid_desc d = { 0 };

	if (vmx_invvpid(INVVPID_ALL_CONTEXT, &d) != VMX_OK)
		panic("INVVPID of all contexts failed");
}

void kvm_vpid_get(struct vpid *v, unsigned cpu)
{
	if (!use_vpids)
		return;
	if (vpid_lend(&vpid_pools[cpu], v, vpids))
		forget_all_vpids();
	vmcs_write16(VIRTUAL_PROCESSOR_ID, v->id);
}

void kvm_vpid_renew(struct vpid *v)
{
	u64 flags = arch_irq_save();

	kvm_vpid_get(v, arch_cpu_number());
	arch_irq_restore(flags);
}

/* --- .vmids=N ------------------------------------------------------------------------ */

bool kvm_arch_limit_vmids(u32 n)
{
	vpids = n;
	return n >= 1 && n <= VPIDS;
}

u64 kvm_arch_vmid_rollovers(void)
{
	u64 sum = 0;

	for (unsigned i = 0; i < ARRAY_SIZE(vpid_pools); i++)
		sum += vpid_pools[i].rollovers;
	return sum;
}
