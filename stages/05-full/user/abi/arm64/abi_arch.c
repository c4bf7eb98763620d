/*
 * abi_arch.c - arm64: its calls, and a guest at EL1 to make them on.
 */
#include <asm/errno.h>

#include "05-full/kvm/stat.h"
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

/* What abi_guest_faults puts there; x9 is MMIO. */
#define CODE_HVC (CODE + 0x100)
#define CODE_LOAD (CODE + 0x108)
#define CODE_FAR_LOAD (CODE + 0x10c)
#define CODE_DEBUG (CODE + 0x110)
#define CODE_POLL (CODE + 0x130)
#define CODE_WFI (CODE + 0x13c)
#define WATCHED 0x2000
static const struct {
	u32 at, insn;
} more_code[] = {
	{ 0x200, 0x39000920 },           /* VBAR_EL1 is 0: strb w0, [x9, #2] */
	{ 0x204, 0x39000d20 },           /* strb w0, [x9, #3] */
	{ 0x380, 0x39001120 },           /* SError: strb w0, [x9, #4] */
	{ CODE_HVC, 0xd4000002 },        /* hvc #0 */
	{ CODE_HVC + 4, 0x39000120 },    /* strb w0, [x9] */
	{ CODE_LOAD, 0x39400524 },       /* ldrb w4, [x9, #1] */
	{ CODE_FAR_LOAD, 0x39400144 },   /* ldrb w4, [x10] */
	{ CODE_DEBUG, 0xd503201f },      /* nop */
	{ CODE_DEBUG + 4, 0xd5300085 },  /* mrs x5, dbgbvr0_el1 */
	{ CODE_DEBUG + 8, 0xf90000e6 },  /* str x6, [x7] */
	{ CODE_DEBUG + 12, 0x39000120 }, /* strb w0, [x9] */
	{ CODE_DEBUG + 16, 0x17ffffff }, /* b, back to it */
	{ CODE_POLL, 0xd538c102 },       /* mrs x2, isr_el1 */
	{ CODE_POLL + 4, 0x363fffe2 },   /* tbz w2, #7, back */
	{ CODE_POLL + 8, 0x39001520 },   /* strb w0, [x9, #5] */
	{ CODE_WFI, 0xd503207f },        /* wfi */
	{ CODE_WFI + 4, 0x39001920 },    /* strb w0, [x9, #6] */
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

static void abi_guest_faults(struct abi *t)
{
	for (size_t i = 0; i < ARRAY_SIZE(more_code); i++)
		memcpy(t->memory + more_code[i].at, &more_code[i].insn, 4);
	abi_set_reg(t->vcpu, REG_X(9), MMIO);
	abi_set_reg(t->vcpu, REG_X(10), 1ul << 41);
	abi_set_reg(t->vcpu, REG_X(7), WATCHED);
}

/* What the last exit left to be done is done before PC is set. */
static long abi_run_at(struct abi *t, u64 pc)
{
	t->run->immediate_exit = 1;
	os_ioctl(t->vcpu, KVM_RUN, 0);
	t->run->immediate_exit = 0;
	abi_set_reg(t->vcpu, REG_PC, pc);
	return abi_run(t);
}

/* The guest's HVC: what X0 is afterwards. */
static long abi_psci(struct abi *t, u64 function, u64 a, u64 b)
{
	long reason;

	abi_set_reg(t->vcpu, REG_X(0), function);
	abi_set_reg(t->vcpu, REG_X(1), a);
	abi_set_reg(t->vcpu, REG_X(2), b);
	abi_set_reg(t->vcpu, REG_X(3), 0x77);
	reason = abi_run_at(t, CODE_HVC);
	return reason == KVM_EXIT_MMIO ? abi_reg(t->vcpu, REG_X(0)) : reason;
}

static long abi_serror(int vcpu)
{
	struct kvm_vcpu_events e = { .exception.serror_pending = 1 };

	return os_ioctl(vcpu, KVM_SET_VCPU_EVENTS, ARG(&e));
}

/* Another thread does this in a moment, mostly while the guest runs. */
static struct {
	struct abi *t;
	struct user_thread thread, caller;
	bool irq; /* raise the vCPU's IRQ; else a signal for the caller */
} later;

static void abi_do_later(void *unused)
{
	struct os_timespec moment = { .nsec = 20000000 };

	(void)unused;
	os_sleep(&moment);
	if (later.irq)
		abi_irq_line(later.t->vm, KVM_ARM_IRQ_TYPE_CPU, 0,
		             KVM_ARM_IRQ_CPU_IRQ, 1);
	else
		user_kick(&later.caller, USER_SIGUSR1);
}

static long abi_run_and_later(struct abi *t, u64 pc, bool irq)
{
	long answer;

	later.t = t;
	later.irq = irq;
	later.caller.tid = os_gettid();
	user_block(USER_SIGUSR1, true); /* but not during KVM_RUN */
	abi_signal_mask(t->vcpu, 8);
	if (user_thread_start(&later.thread, abi_do_later, NULL))
		return -EAGAIN;
	answer = abi_run_at(t, pc);
	user_thread_join(&later.thread);
	os_ioctl(t->vcpu, KVM_SET_SIGNAL_MASK, 0);
	user_block(USER_SIGUSR1, false);
	return answer;
}

/* DBGBCR<n>_EL1, DBGWCR<n>_EL1 (Arm ARM D13.3): EL1 and EL0; stores. */
#define BREAK_HERE 0x1e7
#define WATCH_STORES 0x1ff7

/* Hardware breakpoint 0 and watchpoint 0; address 0: not that one. */
static long abi_debug(int vcpu, u64 breakpoint, u64 watchpoint)
{
	struct kvm_guest_debug d = {
		.control = KVM_GUESTDBG_ENABLE | KVM_GUESTDBG_USE_HW,
		.arch.dbg_bvr = { breakpoint },
		.arch.dbg_bcr = { breakpoint ? BREAK_HERE : 0 },
		.arch.dbg_wvr = { watchpoint },
		.arch.dbg_wcr = { watchpoint ? WATCH_STORES : 0 },
	};

	return os_ioctl(vcpu, KVM_SET_GUEST_DEBUG, ARG(&d));
}

/* A machine with the same memory, whose vCPU knows PSCI 0.1 only. */
static void abi_open_old(const struct abi *t, struct abi *old)
{
	*old = *t;
	old->vm = (int)os_ioctl(t->kvm, KVM_CREATE_VM, 0);
	abi_slot(old->vm, 0, 0, t->base, ABI_MEMORY, t->memory);
	old->vcpu = (int)os_ioctl(old->vm, KVM_CREATE_VCPU, 0);
	abi_init_vcpu(old, old->vcpu, 0, 0);
	old->run = (struct kvm_run *)os_mmap(NULL, PAGE_SIZE,
	                                     OS_PROT_READ | OS_PROT_WRITE,
	                                     OS_MAP_SHARED, old->vcpu, 0);
	abi_guest_faults(old);
}

/* How often the guest fetched where nothing was mapped; our KVM says that. */
static long abi_fetch_faults(int vcpu)
{
	struct kvm_exit_stat s = { .index = 0x20 }; /* IABT_LOW */
	long error = os_ioctl(vcpu, KVM_GET_EXIT_STAT, ARG(&s));

	return error ? error : (long)s.count;
}

static void abi_close(const struct abi *a)
{
	os_munmap(a->run, PAGE_SIZE);
	os_close(a->vcpu);
	os_close(a->vm);
}

static long abi_dist_reg(int device, bool set, u32 offset, u32 value)
{
	long error = abi_device_attr(
		device, set ? KVM_SET_DEVICE_ATTR : KVM_GET_DEVICE_ATTR,
		KVM_DEV_ARM_VGIC_GRP_DIST_REGS, offset, &value);

	return error ? error : (long)value;
}

/* A machine with n vCPUs: how far it comes with its GIC there.  0: it runs. */
static long abi_run_with_gic(const struct abi *t, int n, u64 dist, u64 region)
{
	struct abi a = { .kvm = t->kvm };
	int vcpu[2] = { -1, -1 };
	long error;

	a.vm = (int)os_ioctl(t->kvm, KVM_CREATE_VM, 0);
	abi_create_device(a.vm, KVM_DEV_TYPE_ARM_VGIC_V3, 0, &a.device);
	for (int i = 0; i < n; i++) {
		vcpu[i] = (int)os_ioctl(a.vm, KVM_CREATE_VCPU, i);
		abi_init_vcpu(&a, vcpu[i], 0, BIT(KVM_ARM_VCPU_PSCI_0_2));
	}
	a.vcpu = vcpu[0];
	a.run = (struct kvm_run *)os_mmap(NULL, PAGE_SIZE,
	                                  OS_PROT_READ | OS_PROT_WRITE,
	                                  OS_MAP_SHARED, a.vcpu, 0);
	error = abi_set_address(a.device, KVM_VGIC_V3_ADDR_TYPE_DIST, dist);
	if (!error && region)
		error = abi_set_address(
			a.device, KVM_VGIC_V3_ADDR_TYPE_REDIST_REGION, region);
	if (!error)
		error = abi_device_attr(a.device, KVM_SET_DEVICE_ATTR,
		                        KVM_DEV_ARM_VGIC_GRP_CTRL,
		                        KVM_DEV_ARM_VGIC_CTRL_INIT, NULL);
	a.run->immediate_exit = 1;
	if (!error)
		error = os_ioctl(a.vcpu, KVM_RUN, 0);
	abi_close(&a);
	os_close(a.device);
	if (n > 1)
		os_close(vcpu[1]);
	return error == -EINTR ? 0 : error;
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
	struct abi old;
	u64 value[2];
	long faults;

#include "05-full/user/abi/arm64/abi_arch.def"
}
