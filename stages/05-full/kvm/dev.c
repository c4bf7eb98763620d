/*
 * dev.c - /dev/kvm: what can be asked of KVM itself.
 */
#include "05-full/kvm/kvm.h"

s64 kvm_check_extension(struct kvm *kvm, u64 cap)
{
	switch (cap) {
	case KVM_CAP_USER_MEMORY:
	case KVM_CAP_DESTROY_MEMORY_REGION_WORKS:
	case KVM_CAP_JOIN_MEMORY_REGIONS_WORKS:
	case KVM_CAP_INTERNAL_ERROR_DATA:
	case KVM_CAP_CHECK_EXTENSION_VM:
	case KVM_CAP_MULTI_ADDRESS_SPACE:
	case KVM_CAP_IMMEDIATE_EXIT:
	case KVM_CAP_READONLY_MEM:
		return 1;
	case KVM_CAP_NR_MEMSLOTS:
		return KVM_SLOTS;
	case KVM_CAP_NR_VCPUS:
		return MIN((s64)arch_cpu_count(), KVM_VCPUS);
	case KVM_CAP_MAX_VCPUS:
	case KVM_CAP_MAX_VCPU_ID:
		return KVM_VCPUS;
	default:
		return kvm_arch_check_extension(kvm, cap);
	}
}

static s64 kvm_dev_ioctl(struct file *f, u32 request, u64 arg)
{
	(void)f;
	switch (request) {
	case KVM_GET_API_VERSION:
		return arg ? -EINVAL : KVM_API_VERSION;
	case KVM_CREATE_VM:
		return kvm_create_vm(arg);
	case KVM_CHECK_EXTENSION:
		return kvm_check_extension(NULL, arg);
	case KVM_GET_VCPU_MMAP_SIZE:
		return arg ? -EINVAL : (s64)(KVM_RUN_PAGES * PAGE_SIZE);
	case KVM_TRACE_ENABLE:
	case KVM_TRACE_PAUSE:
	case KVM_TRACE_DISABLE:
		return -EOPNOTSUPP;
	default:
		return kvm_arch_dev_ioctl(request, arg);
	}
}

static const struct file_ops kvm_dev_ops = {
	.ioctl = kvm_dev_ioctl,
};

void kvm_init(void)
{
	device_register("/dev/kvm", &kvm_dev_ops);
}
