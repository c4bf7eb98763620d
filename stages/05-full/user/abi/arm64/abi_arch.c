/*
 * abi_arch.c - arm64: its calls, and a guest at EL1 to make them on.
 */
#include <asm/errno.h>

#include "05-full/user/abi/abi.h"

#define SHOW(name, call) abi_show(name, call)
#define OK(name, call) abi_ok(name, call)
#define KEEP(where, name, call) where = abi_keep(name, call)
#define ARG(p) ((unsigned long)(p))

#define CODE 0x1000
#define MMIO 0x09010000ul
#define CORE(field)                                                           \
	(KVM_REG_ARM64 | KVM_REG_SIZE_U64 | KVM_REG_ARM_CORE |                \
	 KVM_REG_ARM_CORE_REG(field))
#define SYSREG(op0, op1, crn, crm, op2) ARM64_SYS_REG(op0, op1, crn, crm, op2)
#define REG_PC CORE(regs.pc)
#define REG_X(n) CORE(regs.regs[n])

/* EL1, MMU off: what each part does is in abi_arch.def. */
static const u32 code[] = {
	0x39000020, /* strb w0, [x1] */
	0x79400422, /* ldrh w2, [x1, #2] */
	0xf9000002, /* str x2, [x0]: into memory */
	0xf9000422, /* str x2, [x1, #8] */
	0x38800023, /* ldursb x3, [x1] */
	0x397ffc24, /* ldrb w4, [x1, #4095] */
	0xd4000002, /* hvc #0: SYSTEM_RESET, from x0 */
};

static struct {
	u64 n;
	u64 id[2048];
} list;

static long abi_get_reg(int vcpu, u64 id, void *value)
{
	struct kvm_one_reg r = { .id = id, .addr = ARG(value) };

	return os_ioctl(vcpu, KVM_GET_ONE_REG, ARG(&r));
}

static long abi_set_reg(int vcpu, u64 id, u64 value)
{
	struct kvm_one_reg r = { .id = id, .addr = ARG(&value) };

	return os_ioctl(vcpu, KVM_SET_ONE_REG, ARG(&r));
}

/* The value itself, or -errno. */
static long abi_reg(int vcpu, u64 id)
{
	u64 value = 0;
	long error = abi_get_reg(vcpu, id, &value);

	return error ? error : (long)value;
}

static long abi_reg_list(int vcpu, u64 n)
{
	list.n = n;
	return os_ioctl(vcpu, KVM_GET_REG_LIST, ARG(&list));
}

/* KVM_ARM_VCPU_INIT of the preferred target, with one thing changed. */
static long abi_init_vcpu(const struct abi *t, int vcpu, u32 target,
                          u32 features)
{
	struct kvm_vcpu_init init;
	long error = os_ioctl(t->vm, KVM_ARM_PREFERRED_TARGET, ARG(&init));

	if (error)
		return error;
	init.target += target;
	init.features[0] |= features;
	return os_ioctl(vcpu, KVM_ARM_VCPU_INIT, ARG(&init));
}

static long abi_device_attr(int fd, unsigned long request, u32 group, u64 attr,
                            const void *value)
{
	struct kvm_device_attr a = { .group = group,
		                     .attr = attr,
		                     .addr = ARG(value) };

	return os_ioctl(fd, request, ARG(&a));
}

static long abi_set_address(int device, u64 which, u64 address)
{
	return abi_device_attr(device, KVM_SET_DEVICE_ATTR,
	                       KVM_DEV_ARM_VGIC_GRP_ADDR, which, &address);
}

static long abi_set_irqs(int device, u32 n)
{
	return abi_device_attr(device, KVM_SET_DEVICE_ATTR,
	                       KVM_DEV_ARM_VGIC_GRP_NR_IRQS, 0, &n);
}

static long abi_create_device(int vm, u32 type, u32 flags, int *fd)
{
	struct kvm_create_device d = { .type = type, .flags = flags };
	long error = os_ioctl(vm, KVM_CREATE_DEVICE, ARG(&d));

	*fd = (int)d.fd;
	return error;
}

static long abi_irq_line(int vm, u32 type, u32 vcpu, u32 irq, u32 level)
{
	struct kvm_irq_level l = {
		.irq = type << KVM_ARM_IRQ_TYPE_SHIFT |
		       vcpu << KVM_ARM_IRQ_VCPU_SHIFT | irq,
		.level = level,
	};

	return os_ioctl(vm, KVM_IRQ_LINE, ARG(&l));
}

static long abi_mmio(const struct kvm_run *run)
{
	return (long)(run->mmio.phys_addr << 8 | run->mmio.is_write << 4 |
	              run->mmio.len);
}

/* Called when the common part needs a vCPU that could run. */
void abi_prepare(struct abi *t)
{
	struct kvm_one_reg no_reg = { .id = REG_PC, .addr = ABI_BAD_POINTER };

	SHOW("not initialized: RUN", os_ioctl(t->vcpu, KVM_RUN, 0));
	SHOW("not initialized: GET_ONE_REG",
	     os_ioctl(t->vcpu, KVM_GET_ONE_REG, ARG(&no_reg)));
	SHOW("not initialized: GET_REG_LIST", abi_reg_list(t->vcpu, 0));
	SHOW("VCPU_INIT: bad pointer",
	     os_ioctl(t->vcpu, KVM_ARM_VCPU_INIT, ABI_BAD_POINTER));
	SHOW("VCPU_INIT: another target", abi_init_vcpu(t, t->vcpu, 77, 0));
	SHOW("VCPU_INIT: unknown feature",
	     abi_init_vcpu(t, t->vcpu, 0, BIT(31)));
	SHOW("VCPU_INIT: 32-bit EL1",
	     abi_init_vcpu(t, t->vcpu, 0, BIT(KVM_ARM_VCPU_EL1_32BIT)));
	SHOW("VCPU_INIT",
	     abi_init_vcpu(t, t->vcpu, 0, BIT(KVM_ARM_VCPU_PSCI_0_2)));
	SHOW("VCPU_INIT again",
	     abi_init_vcpu(t, t->vcpu, 0, BIT(KVM_ARM_VCPU_PSCI_0_2)));
	memcpy(t->memory + CODE, code, sizeof(code));
	abi_set_reg(t->vcpu, REG_PC, CODE);
	abi_set_reg(t->vcpu, REG_X(0), 0x2000);
	abi_set_reg(t->vcpu, REG_X(1), MMIO);
}

void abi_arch(struct abi *t)
{
	struct kvm_mp_state mp;
	struct kvm_vcpu_events events;
	struct kvm_vcpu_init init;
	u64 value[2];

#include "05-full/user/abi/arm64/abi_arch.def"
}
