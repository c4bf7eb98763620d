/*
 * cpu.c - each CPU into VMX operation, and what KVM here can do.
 */
#include "01-vmxon/vmx.h"
#include "02-vmcs/controls.h"
#include "05-full/kvm/x86/irqchip.h"
#include "05-full/kvm/x86/lazy.h"
#include "05-full/kvm/x86/x86.h"
#include "lib/panic.h"

struct vmx_caps kvm_caps;

int kvm_arch_cpu_init(void)
{
	const char *obstacle;

	vmx_unlock();
	obstacle = vmx_probe(&kvm_caps);
	if (obstacle) {
		printk("kvm: CPU %u: %s\n", arch_cpu_number(), obstacle);
		return -EOPNOTSUPP;
	}
	switch_prepare_cpu();
	lazy_cpu_init();
	vmx_on(&kvm_caps);
	kvm_vpid_cpu_init();
	return 0;
}

/* What the answer is 1 to.  More exactly: what this KVM has of Linux's. */
static const u32 extensions[] = {
	KVM_CAP_SYNC_MMU,
	KVM_CAP_IRQCHIP,
	KVM_CAP_HLT,
	KVM_CAP_SET_TSS_ADDR,
	KVM_CAP_EXT_CPUID,
	KVM_CAP_NOP_IO_DELAY,
	KVM_CAP_PIT,
	KVM_CAP_PIT2,
	KVM_CAP_PIT_STATE2,
	KVM_CAP_MP_STATE,
	KVM_CAP_USER_NMI,
	KVM_CAP_IRQ_INJECT_STATUS,
	KVM_CAP_SET_GUEST_DEBUG,
	KVM_CAP_SET_BOOT_CPU_ID,
	KVM_CAP_SET_IDENTITY_MAP_ADDR,
	KVM_CAP_VCPU_EVENTS,
	KVM_CAP_DEBUGREGS,
	KVM_CAP_GET_TSC_KHZ,
	KVM_CAP_TSC_DEADLINE_TIMER,
	KVM_CAP_SIGNAL_MSI,
	KVM_CAP_IRQ_ROUTING,
};

int kvm_arch_check_extension(struct kvm *kvm, u64 cap)
{
	(void)kvm;
	switch (cap) {
	case KVM_CAP_IRQ_ROUTING:
		return KVM_IRQ_ROUTES;
	case KVM_CAP_SYNC_REGS:
		return KVM_SYNC_X86_VALID_FIELDS;
	case KVM_CAP_ADJUST_CLOCK:
		return KVM_CLOCK_TSC_STABLE;
	case KVM_CAP_SET_GUEST_DEBUG2:
		return KVM_GUESTDBG_ENABLE | KVM_GUESTDBG_SINGLESTEP |
		       KVM_GUESTDBG_USE_SW_BP | KVM_GUESTDBG_USE_HW_BP;
	}
	for (unsigned i = 0; i < ARRAY_SIZE(extensions); i++)
		if (extensions[i] == cap)
			return 1;
	return 0;
}

s64 kvm_arch_dev_ioctl(u32 request, u64 arg)
{
	switch (request) {
	case KVM_GET_SUPPORTED_CPUID:
	case KVM_GET_EMULATED_CPUID:
		return request == KVM_GET_SUPPORTED_CPUID ?
		               kvm_supported_cpuid(arg) :
		               kvm_emulated_cpuid(arg);
	case KVM_GET_MSR_INDEX_LIST:
		return kvm_msr_index_list(arg);
	case KVM_GET_MSR_FEATURE_INDEX_LIST:
		return kvm_msr_feature_list(arg);
	default:
		return -EINVAL; /* as Linux */
	}
}
