/*
 * arm_vcpu.c - a vCPU's life, and its ioctls.
 */
#include "04-arm64-el2/cpu.h"
#include "04-arm64-el2/hcr.h"
#include "05-full/host/lock.h"
#include "05-full/kvm/arm64/arm.h"

#define MAX_FEATURES 7
#define PSCI_0_1 0
#define PSCI_1_1 0x10001

/* KVM_ARM_VCPU_ features that this KVM has. */
static u32 offered_features(void)
{
	u32 f = BIT(KVM_ARM_VCPU_POWER_OFF) | BIT(KVM_ARM_VCPU_PSCI_0_2);

	if (cpu_features.pauth)
		f |= BIT(KVM_ARM_VCPU_PTRAUTH_ADDRESS) |
		     BIT(KVM_ARM_VCPU_PTRAUTH_GENERIC);
	return f;
}

/* 16 vCPUs in a cluster, as GICv3's SGIs can name. */
static u64 mpidr_of(u32 id)
{
	return BIT(31) | (id & 0xf) | (u64)(id >> 4) << 8;
}

/*
 * Much of SCTLR_EL1 has no value after a reset (Arm ARM D13.2); Linux's KVM
 * gives this one, with EL0's WFI and WFE allowed.
 */
#define SCTLR_EL1_RESET_OF_KVM 0x00c50078

/* vcpu_reset clears all of stage 04's struct: what is not of a reset stays. */
void kvm_reset_vcpu(struct kvm_vcpu *v)
{
	struct vcpu *cpu = &v->arch.cpu;
	u64 flags = arch_irq_save();
	bool loaded = cpu->loaded_on;

	if (loaded)
		vcpu_put(cpu);
	vcpu_reset(cpu, &v->kvm->arch.vm, "vcpu", 0);
	cpu->sys[SCTLR_EL1] = SCTLR_EL1_RESET_OF_KVM;
	if (!kvm_has_keys(v))
		cpu->hcr &= ~(HCR_EL2_APK | HCR_EL2_API); /* they trap */
	cpu->mpidr = mpidr_of(v->id);
	cpu->cntvoff = v->kvm->arch.cntvoff;
	v->arch.wfi = false;
	v->arch.mmio = false;
	if (loaded)
		vcpu_load(cpu);
	arch_irq_restore(flags);
}

int kvm_arch_vcpu_precreate(struct kvm *kvm, u32 id)
{
	(void)id;
	return kvm->arch.vgic.ready ? -EBUSY : 0;
}

int kvm_arch_vcpu_init(struct kvm_vcpu *v)
{
	kvm_reset_vcpu(v);
	kvm_vgic_create_cpu(v);
	kvm_timer_init(v);
	return 0;
}

void kvm_arch_vcpu_destroy(struct kvm_vcpu *v)
{
	kvm_timer_unblock(v);
}

/* anchor: vcpu_init */
static int check_features(struct kvm_vcpu *v, u32 features)
{
	u32 pauth = BIT(KVM_ARM_VCPU_PTRAUTH_ADDRESS) |
	            BIT(KVM_ARM_VCPU_PTRAUTH_GENERIC);

	if (v->arch.initialized && features != v->arch.features)
		return -EINVAL; /* again, but not the same */
	if (features & ~offered_features())
		return -EINVAL;
	/* One key register trap for both: all or nothing. */
	return features & pauth && ~features & pauth ? -EINVAL : 0;
}

static s64 vcpu_init(struct kvm_vcpu *v, u64 arg)
{
	struct kvm_vcpu_init init;
	int err;

	if (copy_from_user(&init, arg, sizeof(init)))
		return -EFAULT;
	if (init.target != KVM_ARM_TARGET_GENERIC_V8)
		return -EINVAL;
	if (init.features[0] >> MAX_FEATURES)
		return -ENOENT;
	for (unsigned i = 1; i < ARRAY_SIZE(init.features); i++)
		if (init.features[i])
			return -ENOENT;
	err = check_features(v, init.features[0]);
	if (err)
		return err;
	v->arch.features = init.features[0];
	if (v->ran)
		kvm_forget_memory(v->kvm);
	v->arch.psci = init.features[0] & BIT(KVM_ARM_VCPU_PSCI_0_2) ?
	                       PSCI_1_1 :
	                       PSCI_0_1;
	kvm_reset_vcpu(v);
	v->arch.initialized = true;
	v->arch.off = init.features[0] & BIT(KVM_ARM_VCPU_POWER_OFF);
	if (v->arch.off)
		kvm_make_request(v, KVM_REQ_SLEEP);
	return 0;
}
/* end: vcpu_init */

static s64 get_mp_state(struct kvm_vcpu *v, u64 arg)
{
	struct kvm_mp_state s = { KVM_MP_STATE_RUNNABLE };

	if (v->arch.off)
		s.mp_state = KVM_MP_STATE_STOPPED;
	return copy_to_user(arg, &s, sizeof(s));
}

static s64 set_mp_state(struct kvm_vcpu *v, u64 arg)
{
	struct kvm_mp_state s;

	if (copy_from_user(&s, arg, sizeof(s)))
		return -EFAULT;
	switch (s.mp_state) {
	case KVM_MP_STATE_RUNNABLE:
		v->arch.off = false;
		return 0;
	case KVM_MP_STATE_STOPPED:
		v->arch.off = true;
		kvm_make_request(v, KVM_REQ_SLEEP);
		return 0;
	default:
		return -EINVAL;
	}
}

s64 kvm_arch_vcpu_async_ioctl(struct kvm_vcpu *v, u32 request, u64 arg)
{
	(void)v, (void)request, (void)arg;
	return -ENOIOCTLCMD;
}

/* Most need to know what CPU it is; the others say so themselves. */
static s64 initialized_ioctl(struct kvm_vcpu *v, u32 request, u64 arg)
{
	switch (request) {
	case KVM_SET_ONE_REG:
	case KVM_GET_ONE_REG:
		if (v->requests & KVM_REQ_RESET)
			kvm_owed_reset(v);
		if (request == KVM_SET_ONE_REG)
			v->arch.wfi = false; /* it may be elsewhere now */
		return kvm_one_reg(v, arg, request == KVM_SET_ONE_REG);
	case KVM_GET_REG_LIST:
		return kvm_get_reg_list(v, arg);
	case KVM_SET_VCPU_EVENTS:
	case KVM_GET_VCPU_EVENTS:
		return kvm_vcpu_events(v, arg, request == KVM_SET_VCPU_EVENTS);
	default:
		return -EINVAL;
	}
}

s64 kvm_arch_vcpu_ioctl(struct kvm_vcpu *v, u32 request, u64 arg)
{
	struct kvm_translation translation;

	switch (request) {
	case KVM_ARM_VCPU_INIT:
		return vcpu_init(v, arg);
	case KVM_SET_ONE_REG:
	case KVM_GET_ONE_REG:
	case KVM_GET_REG_LIST:
	case KVM_SET_VCPU_EVENTS:
	case KVM_GET_VCPU_EVENTS:
		return v->arch.initialized ?
		               initialized_ioctl(v, request, arg) :
		               -ENOEXEC;
	case KVM_GET_MP_STATE:
		return get_mp_state(v, arg);
	case KVM_SET_MP_STATE:
		return set_mp_state(v, arg);
	case KVM_SET_GUEST_DEBUG:
		return kvm_set_guest_debug(v, arg);
	case KVM_TRANSLATE: /* not on this architecture, but read first */
		return copy_from_user(&translation, arg, sizeof(translation)) ?
		               -EFAULT :
		               -EINVAL;
	default:
		return -EINVAL;
	}
}
