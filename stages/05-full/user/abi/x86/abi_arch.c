/*
 * abi_arch.c - x86: its calls, and a guest in real mode to make them on.
 */
#include <asm/errno.h>

#include "05-full/user/abi/abi.h"

#define SHOW(name, call) abi_show(name, call)
#define OK(name, call) abi_ok(name, call)
#define KEEP(where, name, call) where = abi_keep(name, call)
#define ARG(p) ((unsigned long)(p))

#define CODE 0x1000
#define CODE_OPEN 0x1800
#define CODE_INT3 (CODE_OPEN + 6)
#define CODE_DR5 (CODE_OPEN + 8)
#define CODE_PAGING (CODE_OPEN + 12)
#define CODE_CR0 (CODE_PAGING + 6)
#define CODE_VMCALL (CODE_CR0 + 4)
#define CODE_DR7 (CODE_VMCALL + 4)
#define STACK_TOP 0x3000
#define HANDLER 0x1807 /* of exception 3: hlt */
#define MAX_CPUID 128

/* Real mode: what each part does is in abi_arch.def. */
static const u8 code[] = {
	0xe6, 0x10,                               /* out %al, $0x10 */
	0xe4, 0x11,                               /* in $0x11, %al */
	0xa2, 0x00, 0x20,                         /* mov %al, 0x2000 */
	0xba, 0x23, 0x01,                         /* mov $0x123, %dx */
	0x66, 0xef,                               /* out %eax, (%dx) */
	0xbe, 0x00, 0x10,                         /* mov $0x1000, %si */
	0xb9, 0x05, 0x00,                         /* mov $5, %cx */
	0xf3, 0x6e,                               /* rep outsb */
	0x67, 0x66, 0xa1, 0x00, 0x00, 0x00, 0xd0, /* mov 0xd0000000, %eax */
	0x67, 0xa2, 0x01, 0x00, 0x00, 0xd0,       /* mov %al, 0xd0000001 */
	0xf4,                                     /* hlt */
	0xf4,                                     /* hlt */
	0xcd, 0x03, /* int $3, through a null IDT */
};

#define CODE_INT (CODE + sizeof(code) - 2)

/* Where interrupts are on; CODE_OPEN. */
static const u8 open_code[] = {
	0xfb,                         /* sti */
	0xe6, 0x10,                   /* out %al, $0x10 */
	0x90,                         /* nop */
	0x90,                         /* nop */
	0xf4,                         /* hlt */
	0xcc,                         /* int3 */
	0xf4,                         /* hlt */
	0x0f, 0x21, 0xe8,             /* mov %dr5, %eax */
	0xf4,                         /* hlt */
	0x66, 0xb8, 0x11, 0, 0, 0x80, /* mov $0x80000011, %eax */
	0x0f, 0x22, 0xc0,             /* mov %eax, %cr0 */
	0xf4,                         /* hlt */
	0x0f, 0x01, 0xc1,             /* vmcall */
	0xf4,                         /* hlt */
	0x0f, 0x23, 0xf8,             /* mov %eax, %dr7 */
	0x0f, 0x21, 0xf8,             /* mov %dr7, %eax */
	0xf4,                         /* hlt */
};

static struct {
	u32 n, padding;
	struct kvm_cpuid_entry2 entry[MAX_CPUID];
} leaves;

static struct {
	u32 n, padding;
	struct kvm_msr_entry entry[4];
} msrs;

static struct {
	u32 n;
	u32 index[512];
} list;

static long abi_cpuid(int fd, unsigned long request, u32 n)
{
	leaves.n = n;
	return os_ioctl(fd, request, ARG(&leaves));
}

static long abi_index_list(int fd, unsigned long request, u32 n)
{
	list.n = n;
	return os_ioctl(fd, request, ARG(&list));
}

static long abi_msr(int vcpu, unsigned long request, u32 index, u64 value)
{
	msrs.n = 1;
	msrs.entry[0].index = index;
	msrs.entry[0].data = value;
	return os_ioctl(vcpu, request, ARG(&msrs));
}

/* SET_SREGS of what it has, with one thing changed. */
static long abi_sregs_with(int vcpu, u64 cr0, u64 cr4, u64 efer)
{
	struct kvm_sregs s;
	long error = os_ioctl(vcpu, KVM_GET_SREGS, ARG(&s));

	if (error)
		return error;
	s.cr0 |= cr0;
	s.cr4 |= cr4;
	s.efer |= efer;
	return os_ioctl(vcpu, KVM_SET_SREGS, ARG(&s));
}

static u64 abi_rip(int vcpu)
{
	struct kvm_regs r = { 0 };

	os_ioctl(vcpu, KVM_GET_REGS, ARG(&r));
	return r.rip;
}

static u64 abi_rax(int vcpu)
{
	struct kvm_regs r = { 0 };

	os_ioctl(vcpu, KVM_GET_REGS, ARG(&r));
	return r.rax;
}

static long abi_set_rip(int vcpu, u64 rip)
{
	struct kvm_regs r = {
		.rip = rip,
		.rsp = STACK_TOP,
		.rflags = 2,
		.rax = 0x44332211,
	};

	return os_ioctl(vcpu, KVM_SET_REGS, ARG(&r));
}

static long abi_set_rax(int vcpu, u64 rax)
{
	struct kvm_regs r;
	long error = os_ioctl(vcpu, KVM_GET_REGS, ARG(&r));

	if (error)
		return error;
	r.rax = rax;
	return os_ioctl(vcpu, KVM_SET_REGS, ARG(&r));
}

static long abi_set_flags(int vcpu, u64 flags)
{
	struct kvm_regs r;
	long error = os_ioctl(vcpu, KVM_GET_REGS, ARG(&r));

	r.rflags |= flags;
	return error ? error : os_ioctl(vcpu, KVM_SET_REGS, ARG(&r));
}

/* SET_REGS of what GET_REGS says, as a debugger does. */
static long abi_same_regs(int vcpu)
{
	return abi_set_flags(vcpu, 0);
}

static long abi_set_rsp(int vcpu, u64 rsp)
{
	struct kvm_regs r;
	long error = os_ioctl(vcpu, KVM_GET_REGS, ARG(&r));

	r.rsp = rsp;
	return error ? error : os_ioctl(vcpu, KVM_SET_REGS, ARG(&r));
}

static long abi_shadow(int vcpu, u8 shadow)
{
	struct kvm_vcpu_events e = { .flags = KVM_VCPUEVENT_VALID_SHADOW };

	e.interrupt.shadow = shadow;
	return os_ioctl(vcpu, KVM_SET_VCPU_EVENTS, ARG(&e));
}

/* The stack, or the interrupt table, begins there. */
static long abi_stack_and_idt(int vcpu, u64 stack, u32 idt_limit)
{
	struct kvm_sregs s;
	long error = os_ioctl(vcpu, KVM_GET_SREGS, ARG(&s));

	if (error)
		return error;
	s.ss.base = stack;
	s.ss.selector = (u16)(stack / 16);
	s.idt.limit = (u16)idt_limit;
	return os_ioctl(vcpu, KVM_SET_SREGS, ARG(&s));
}

static long abi_debug(int vcpu, u32 control)
{
	struct kvm_guest_debug d = { .control = control };

	return os_ioctl(vcpu, KVM_SET_GUEST_DEBUG, ARG(&d));
}

static long abi_events(int vcpu, struct kvm_vcpu_events *e)
{
	return os_ioctl(vcpu, KVM_GET_VCPU_EVENTS, ARG(e));
}

static long abi_apic_base(int vcpu, u64 base)
{
	struct kvm_sregs s;
	long error = os_ioctl(vcpu, KVM_GET_SREGS, ARG(&s));

	if (error)
		return error;
	s.apic_base = base;
	return os_ioctl(vcpu, KVM_SET_SREGS, ARG(&s));
}

/* What of an I/O or MMIO exit counts, as one number. */
static long abi_io(const struct kvm_run *run)
{
	return (long)run->io.direction << 28 | run->io.size << 24 |
	       run->io.count << 16 | run->io.port;
}

static long abi_mmio(const struct kvm_run *run)
{
	return (long)(run->mmio.phys_addr << 8 | run->mmio.is_write << 4 |
	              run->mmio.len);
}

static u8 *abi_io_data(struct kvm_run *run)
{
	return (u8 *)run + run->io.data_offset;
}

void abi_prepare(struct abi *t)
{
	struct kvm_sregs s;

	/* kvm_run was mapped with one page; the I/O data needs the next. */
	os_munmap(t->run, PAGE_SIZE);
	t->run = (struct kvm_run *)os_mmap(NULL, 2 * PAGE_SIZE,
	                                   OS_PROT_READ | OS_PROT_WRITE,
	                                   OS_MAP_SHARED, t->vcpu, 0);
	memcpy(t->memory + CODE, code, sizeof(code));
	memcpy(t->memory + CODE_OPEN, open_code, sizeof(open_code));
	/* The handler of exceptions 1 and 3, and of NMIs: hlt. */
	for (int vector = 1; vector <= 3; vector++)
		((u32 *)t->memory)[vector] = HANDLER;
	os_ioctl(t->vcpu, KVM_GET_SREGS, ARG(&s));
	s.cs.base = s.cs.selector = 0;
	s.idt.limit = 0;
	s.ds.limit = 0xffffffff; /* reaches 0xd0000000, as after a visit to */
	s.ds.g = 1;              /* protected mode */
	os_ioctl(t->vcpu, KVM_SET_SREGS, ARG(&s));
	abi_set_rip(t->vcpu, CODE);
}

void abi_arch(struct abi *t)
{
	struct kvm_regs regs;
	struct kvm_sregs sregs;
	struct kvm_fpu fpu;
	struct kvm_vcpu_events events;
	struct kvm_debugregs debug;
	struct kvm_mp_state mp;
	struct kvm_pit_config pit = { 0 };
	struct kvm_irq_level irq = { .irq = 4, .level = 1 };
	static struct kvm_lapic_state lapic;
	static struct kvm_irqchip chip;
	static struct kvm_xsave xsave;
	static struct kvm_xcrs xcrs;
	u64 identity = 0xfffbc000;

#include "05-full/user/abi/x86/abi_arch.def"
}
