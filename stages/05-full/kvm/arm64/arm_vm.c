/*
 * arm_vm.c - a VM on arm64: its ioctls, and what CPUs and system can do.
 */
#include "04-arm64-el2/cpu.h"
#include "04-arm64-el2/hcr.h"
#include "05-full/host/memory.h"
#include "05-full/kvm/arm64/arm.h"

#define DEFAULT_IPA_BITS 40
#define MIN_IPA_BITS 32

int kvm_arch_cpu_init(void)
{
	kvm_vgic_cpu_init();
	kvm_timer_cpu_init();
	return 0;
}

int kvm_arch_check_extension(struct kvm *kvm, u64 cap)
{
	(void)kvm;
	switch (cap) {
	case KVM_CAP_IRQCHIP:
	case KVM_CAP_SYNC_MMU:
	case KVM_CAP_ONE_REG:
	case KVM_CAP_ARM_PSCI:
	case KVM_CAP_ARM_PSCI_0_2:
	case KVM_CAP_DEVICE_CTRL:
	case KVM_CAP_MP_STATE:
	case KVM_CAP_ARM_NISV_TO_USER:
	case KVM_CAP_SET_GUEST_DEBUG:
	case KVM_CAP_VCPU_EVENTS:
	case KVM_CAP_ARM_INJECT_EXT_DABT:
		return 1;
	case KVM_CAP_ARM_INJECT_SERROR_ESR:
		return cpu_features.ras;
	case KVM_CAP_ARM_VM_IPA_SIZE:
		return S2_IPA_BITS;
	case KVM_CAP_GUEST_DEBUG_HW_BPS:
		return (int)debug_nr_breakpoints();
	case KVM_CAP_GUEST_DEBUG_HW_WPS:
		return (int)debug_nr_watchpoints();
	case KVM_CAP_ARM_PTRAUTH_ADDRESS:
	case KVM_CAP_ARM_PTRAUTH_GENERIC:
		return cpu_features.pauth;
	default:
		return 0;
	}
}

s64 kvm_arch_dev_ioctl(u32 request, u64 arg)
{
	(void)request, (void)arg;
	return -EINVAL;
}

int kvm_arch_vm_init(struct kvm *kvm, u64 type)
{
	u64 bits = type & KVM_VM_TYPE_ARM_IPA_SIZE_MASK;
	struct kvm_arch *a = &kvm->arch;

	if (type & ~(u64)KVM_VM_TYPE_ARM_IPA_SIZE_MASK)
		return -EINVAL;
	if (bits && (bits < MIN_IPA_BITS || bits > S2_IPA_BITS))
		return -EINVAL;
	a->ipa_bits = bits ? (u32)bits : DEFAULT_IPA_BITS;
	a->vm.name = "kvm";
	a->vm.exits = &kvm_exits;
	a->vm.blocks = kvm_blocks;
	a->cntvoff = read_sysreg(CNTPCT_EL0);
	a->vgic.dist = a->vgic.redist = VGIC_UNSET;
	return stage2_init(&a->vm.s2, &a->vm.vmid.id) ? -ENOMEM : 0;
}

void kvm_arch_vm_destroy(struct kvm *kvm)
{
	stage2_free(&kvm->arch.vm.s2);
	kvm_vgic_destroy(kvm);
}

/* Without a vGIC the VMM drives the CPU's two wires itself. */
static void cpu_line(struct kvm_vcpu *v, u32 num, bool high)
{
	u64 bit = num == KVM_ARM_IRQ_CPU_IRQ ? HCR_EL2_VI : HCR_EL2_VF;

	if (high)
		__atomic_or_fetch(&v->arch.cpu.hcr, bit, __ATOMIC_SEQ_CST);
	else
		__atomic_and_fetch(&v->arch.cpu.hcr, ~bit, __ATOMIC_SEQ_CST);
	kvm_make_request(v, KVM_REQ_IRQ);
	kvm_vcpu_kick(v);
}

/* anchor: irq_line */
static s64 irq_line(struct kvm *kvm, const struct kvm_irq_level *l)
{
	u32 type = BITS(l->irq, 27, 24), num = BITS(l->irq, 15, 0);
	u32 index = (u32)(BITS(l->irq, 23, 16) | BITS(l->irq, 31, 28) << 8);
	struct vgic *g = &kvm->arch.vgic;
	struct kvm_vcpu *v = index < kvm->nr_vcpus ? kvm->vcpu[index] : NULL;

	switch (type) {
	case KVM_ARM_IRQ_TYPE_CPU:
		if (g->created)
			return -ENXIO;
		if (!v || num > KVM_ARM_IRQ_CPU_FIQ)
			return -EINVAL;
		cpu_line(v, num, l->level);
		return 0;
	case KVM_ARM_IRQ_TYPE_PPI:
		if (!g->created)
			return -ENXIO;
		if (!v || num < VGIC_SGIS || num >= VGIC_PRIVATE)
			return -EINVAL;
		break;
	case KVM_ARM_IRQ_TYPE_SPI:
		if (!g->created)
			return -ENXIO;
		if (num < VGIC_PRIVATE)
			return -EINVAL;
		break;
	default:
		return -EINVAL;
	}
	if (!g->ready)
		return -EBUSY;
	if (num >= g->nr_irqs)
		return -EINVAL;
	kvm_vgic_inject(kvm, v ? &v->arch.vgic : g->cpu[0], num, l->level);
	return 0;
}
/* end: irq_line */

static s64 preferred_target(u64 arg)
{
	struct kvm_vcpu_init init = { .target = KVM_ARM_TARGET_GENERIC_V8 };

	return copy_to_user(arg, &init, sizeof(init));
}

static s64 enable_cap(struct kvm *kvm, u64 arg)
{
	struct kvm_enable_cap cap;

	if (copy_from_user(&cap, arg, sizeof(cap)))
		return -EFAULT;
	if (cap.flags)
		return -EINVAL;
	if (cap.cap != KVM_CAP_ARM_NISV_TO_USER)
		return -EINVAL;
	kvm->arch.nisv_to_vmm = true;
	return 0;
}

s64 kvm_arch_vm_ioctl(struct kvm *kvm, u32 request, u64 arg)
{
	struct kvm_irq_level level;

	switch (request) {
	case KVM_ARM_PREFERRED_TARGET:
		return preferred_target(arg);
	case KVM_IRQ_LINE:
		if (copy_from_user(&level, arg, sizeof(level)))
			return -EFAULT;
		return irq_line(kvm, &level);
	case KVM_CREATE_DEVICE:
		return kvm_create_device(kvm, arg);
	case KVM_ENABLE_CAP:
		return enable_cap(kvm, arg);
	case KVM_CREATE_IRQCHIP: /* a GICv2: this machine has none */
		return -ENODEV;
	default:
		return -EINVAL;
	}
}
