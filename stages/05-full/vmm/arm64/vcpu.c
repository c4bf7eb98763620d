/*
 * vcpu.c - arm64: what a machine and its vCPUs get before they start.
 */
#include "05-full/vmm/arch.h"
#include "05-full/vmm/arm64/arm64.h"

u64 vmm_arch_ram_base(void)
{
	return ARM64_RAM;
}

u64 vmm_arch_ram_max(void)
{
	return 64 * GiB;
}

void vmm_arch_create_vm(struct vmm *vm)
{
	struct kvm_enable_cap nisv = { .cap = KVM_CAP_ARM_NISV_TO_USER };

	/* An access that hardware does not describe: we would say so. */
	if (os_ioctl(vm->fd, KVM_CHECK_EXTENSION, nisv.cap) > 0)
		os_ioctl(vm->fd, KVM_ENABLE_CAP, (unsigned long)&nisv);
	if (vm->irqchip)
		arm64_gic_create(vm);
}

void vmm_arch_create_vcpu(struct vmm_vcpu *v)
{
	struct kvm_vcpu_init init = { 0 };

	vmm_ioctl(v->vm->fd, KVM_ARM_PREFERRED_TARGET, (unsigned long)&init,
	          "KVM_ARM_PREFERRED_TARGET");
	init.features[0] |= BIT(KVM_ARM_VCPU_PSCI_0_2);
	if (v->index)
		init.features[0] |= BIT(KVM_ARM_VCPU_POWER_OFF);
	vmm_ioctl(v->fd, KVM_ARM_VCPU_INIT, (unsigned long)&init,
	          "KVM_ARM_VCPU_INIT");
}

void vmm_arch_created(struct vmm *vm)
{
	if (vm->irqchip)
		arm64_gic_init(vm);
}

void arm64_set_reg(const struct vmm_vcpu *v, u64 id, u64 value)
{
	struct kvm_one_reg r = { .id = id, .addr = (u64)&value };

	vmm_ioctl(v->fd, KVM_SET_ONE_REG, (unsigned long)&r,
	          "KVM_SET_ONE_REG");
}

u64 vmm_arch_where(const struct vmm_vcpu *v)
{
	u64 pc = 0;
	struct kvm_one_reg r = { .id = ARM64_CORE(regs.pc), .addr = (u64)&pc };

	os_ioctl(v->fd, KVM_GET_ONE_REG, (unsigned long)&r);
	return pc;
}

bool vmm_arch_exit(struct vmm_vcpu *v)
{
	if (v->run->exit_reason != KVM_EXIT_ARM_NISV)
		return false;
	vmm_end(v->vm, 1,
	        "vCPU %d at 0x%lx: an access to 0x%llx that the hardware does "
	        "not describe (ESR without ISV, 0x%llx)",
	        v->index, vmm_arch_where(v), v->run->arm_nisv.fault_ipa,
	        v->run->arm_nisv.esr_iss);
}
