/*
 * arch.c - arm64: a guest that writes to its memory for ever.
 */
#include "05-full/user/isolate/isolate.h"

static const u32 loop_code[] = {
	0xf8008c20, /* 1: str x0, [x1, #8]! */
	0x92404c21, /* and x1, x1, #0xfffff */
	0xb2740021, /* orr x1, x1, #0x1000 */
	0x17fffffd, /* b 1b */
};

static void isolate_set(int vcpu, u64 id, u64 value)
{
	struct kvm_one_reg r = { .id = id, .addr = (u64)&value };

	os_ioctl(vcpu, KVM_SET_ONE_REG, (u64)&r);
}

bool isolate_left_over(void)
{
	return false; /* all that it changes is KVM's own */
}

#define REG(field)                                                            \
	(KVM_REG_ARM64 | KVM_REG_SIZE_U64 | KVM_REG_ARM_CORE |                \
	 KVM_REG_ARM_CORE_REG(regs.field))

void isolate_arch(struct isolate_vm *m, int vcpu)
{
	struct kvm_vcpu_init init = { 0 };

	memcpy(m->memory, loop_code, sizeof(loop_code));
	os_ioctl(m->vm, KVM_ARM_PREFERRED_TARGET, (u64)&init);
	os_ioctl(m->vcpu[vcpu], KVM_ARM_VCPU_INIT, (u64)&init);
	isolate_set(m->vcpu[vcpu], REG(pc), 0);
	isolate_set(m->vcpu[vcpu], REG(regs[1]), 0x1000);
}
