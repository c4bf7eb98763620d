/*
 * calls.c - arm64: the ioctls that fuzz makes.
 */
#include "05-full/user/fuzz/fuzz.h"

const struct fuzz_call fuzz_calls[] = {
#include "05-full/user/fuzz/calls.def"
	{ KVM_ARM_PREFERRED_TARGET, false }, { KVM_ARM_VCPU_INIT, false },
	{ KVM_ARM_VCPU_INIT, false },        { KVM_GET_REG_LIST, false },
	{ KVM_GET_ONE_REG, false },          { KVM_SET_ONE_REG, false },
	{ KVM_CREATE_DEVICE, false },        { KVM_SET_DEVICE_ATTR, false },
	{ KVM_GET_DEVICE_ATTR, false },      { KVM_HAS_DEVICE_ATTR, false },
	{ KVM_ARM_SET_DEVICE_ADDR, false },
};
const unsigned fuzz_call_count = ARRAY_SIZE(fuzz_calls);

/* Targets, register numbers and attributes that exist; the rest is random. */
void fuzz_plausible(struct fuzz *f, unsigned long request)
{
	struct kvm_vcpu_init *init = (void *)f->arg;
	struct kvm_one_reg *reg = (void *)f->arg;
	struct kvm_device_attr *attr = (void *)f->arg;

	switch (request) {
	case KVM_ARM_VCPU_INIT:
		*init = (struct kvm_vcpu_init){
			.target = KVM_ARM_TARGET_GENERIC_V8
		};
		init->features[0] = (u32)fuzz_below(f, 8);
		break;
	case KVM_GET_ONE_REG:
	case KVM_SET_ONE_REG:
		reg->id = KVM_REG_ARM64 | KVM_REG_SIZE_U64 |
		          (fuzz_below(f, 2) ?
		                   KVM_REG_ARM_CORE | fuzz_below(f, 250) :
		                   KVM_REG_ARM64_SYSREG |
		                           (3 << 14 | fuzz_below(f, 1 << 14)));
		reg->addr = (u64)f->arg + 256;
		break;
	case KVM_CREATE_DEVICE:
		((struct kvm_create_device *)f->arg)->type =
			KVM_DEV_TYPE_ARM_VGIC_V3;
		((struct kvm_create_device *)f->arg)->flags = 0;
		break;
	case KVM_SET_DEVICE_ATTR:
	case KVM_GET_DEVICE_ATTR:
	case KVM_HAS_DEVICE_ATTR:
		attr->flags = 0;
		attr->group = (u32)fuzz_below(f, 10);
		attr->attr = fuzz_below(f, 2) ? fuzz_below(f, 8) :
		                                fuzz_below(f, 1 << 17);
		attr->addr = (u64)f->arg + 256;
		break;
	}
}
