/*
 * machine.c - a guest's registers before and after, and its exits between.
 */
#include "05-full/user/twins/x86/twins_x86.h"

#define ARG(p) ((unsigned long)(p))

static const char *const mode_names[] = { "real", "prot", "prot-user", "long",
	                                  "long-user" };

/* --- the CPU's model ----------------------------------------------------------------- */

/* No features but those that both KVMs have. */
static const struct {
	u32 n, padding;
	struct kvm_cpuid_entry2 entry[5];
} model = {
	.n = 5,
	.entry = {
		{ .function = 0, .eax = 7, .ebx = 0x756e6547, .ecx = 0x6c65746e,
		  .edx = 0x49656e69 },
		{ .function = 1, .eax = 0x000306a9, .ecx = 0x00b82201,
		  .edx = 0x078bfbff },
		{ .function = 7, .flags = KVM_CPUID_FLAG_SIGNIFCANT_INDEX,
		  .ebx = 0x00000081 },
		{ .function = 0x80000001, .ecx = 1, .edx = 0x2c100800 },
		{ .function = 0x80000008, .eax = 0x3028 },
	},
};

bool twins_arch_begin(struct twins *t)
{
	long answer = os_ioctl(t->vcpu, KVM_SET_CPUID2, ARG(&model));

	if (answer)
		user_err("twins: KVM_SET_CPUID2: %s\n",
		         user_error_text(-answer));
	return !answer;
}

/* --- before ------------------------------------------------------------------------ */

static struct kvm_segment segment(u16 selector, u8 type, enum twins_mode mode)
{
	return (struct kvm_segment){
		.limit = mode == REAL ? 0xffff : 0xffffffff,
		.selector = selector,
		.type = type,
		.present = 1,
		.s = 1,
		.dpl = selector & 3,
		.db = mode != REAL && (mode < LONG || type == 3),
		.l = mode >= LONG && type == 0xb,
		.g = mode != REAL,
	};
}

static void set_segments(struct kvm_sregs *s, enum twins_mode mode)
{
	bool user = mode == PROTECTED_USER || mode == LONG_USER;
	u16 code = mode == REAL ? 0 : user ? 0x1b : 8;
	u16 data = mode == REAL ? 0 : user ? 0x23 : 0x10;

	s->cs = segment(code, 0xb, mode);
	s->ds = s->es = s->fs = s->gs = s->ss = segment(data, 3, mode);
	if (mode == REAL)
		s->ds.base = s->es.base = REAL_BASE;
	s->tr = (struct kvm_segment){ .selector = mode == REAL ? 0 : 0x28,
		                      .base = mode == REAL ? 0 : TSS,
		                      .limit = 0x67,
		                      .type = 0xb,
		                      .present = 1 };
	s->ldt = (struct kvm_segment){ .unusable = 1 };
	s->gdt = (struct kvm_dtable){ .base = GDT, .limit = 0x37 };
	s->idt.base = mode == REAL ? 0 : IDT;
	s->idt.limit = mode == REAL ? 0x3ff : mode >= LONG ? 0xfff : 0x7ff;
}

static long set_sregs(struct twins *t, enum twins_mode mode)
{
	struct kvm_sregs s;

	os_ioctl(t->vcpu, KVM_GET_SREGS, ARG(&s));
	set_segments(&s, mode);
	s.cr0 = mode == REAL ? 0x10 : mode < LONG ? 0x11 : 0x80010011;
	s.cr2 = 0;
	s.cr3 = PML4;
	s.cr4 = mode >= LONG ? 0x620 : 0x600;
	s.cr8 = 0;
	s.efer = mode >= LONG ? 0xd01 : 1;
	memset(s.interrupt_bitmap, 0, sizeof(s.interrupt_bitmap));
	return os_ioctl(t->vcpu, KVM_SET_SREGS, ARG(&s));
}

/* An address with something behind it, or not. */
static u64 pointer(struct twins *t, const struct twins_code *c)
{
	static const u64 places[] = { DEVICE,         DEVICE,
		                      DEVICE - 4,     DATA,
		                      NOTHING,        READ_ONLY + DATA,
		                      KERNELS + DATA, KERNELS - 8,
		                      NOTHING - 1 };
	u64 at = c->wants_ram ?
	                 TWINS_MEMORY - 0x80 :
	                 places[twins_below(
				 t,
				 c->mode >= LONG && !c->wants_mapped ? 9 : 4)];

	at += twins_below(t, 8);
	return c->mode == REAL ? (u16)(at - REAL_BASE) : at;
}

static long set_regs(struct twins *t, const struct twins_code *c)
{
	struct kvm_regs r = { .rip = CODE, .rsp = STACK_TOP - 0x100 };
	__u64 *any[] = { &r.rax, &r.rcx, &r.rdx, &r.rbp, &r.r8,  &r.r9,
		         &r.r10, &r.r11, &r.r12, &r.r13, &r.r14, &r.r15 };

	for (unsigned i = 0; i < ARRAY_SIZE(any); i++)
		*any[i] = twins_edgy(t) & (c->mode >= LONG ? ~0ul : ~0u);
	if (c->wants_rcx)
		r.rcx = c->rcx;
	r.rbx = pointer(t, c);
	r.rsi = pointer(t, c);
	r.rdi = pointer(t, c);
	r.rflags = 2 | (twins_edgy(t) & 0xcd5);
	return os_ioctl(t->vcpu, KVM_SET_REGS, ARG(&r));
}

static void set_rest(struct twins *t)
{
	static struct {
		u32 n, padding;
		struct kvm_msr_entry entry[10];
	} msrs = {
		.n = 10,
		.entry = {
			{ .index = 0x174, .data = 8 },
			{ .index = 0x175, .data = KERNEL_STACK_TOP },
			{ .index = 0x176, .data = HANDLERS + 8 * 0xf0 },
			{ .index = 0xc0000081, .data = 0x0018000800000000 },
			{ .index = 0xc0000082, .data = HANDLERS + 8 * 0xf1 },
			{ .index = 0xc0000083, .data = HANDLERS + 8 * 0xf2 },
			{ .index = 0xc0000084, .data = 0x200 },
			{ .index = 0xc0000102, .data = 0x1234 },
			{ .index = 0x277, .data = 0x0007040600070406 },
			{ .index = 0x1d9, .data = 0 },
		},
	};
	struct kvm_vcpu_events events = { 0 };
	struct kvm_debugregs debug = { .dr6 = 0xffff0ff0, .dr7 = 0x400 };
	struct kvm_fpu fpu = { .fcw = 0x37f, .mxcsr = 0x1f80 };

	for (unsigned i = 0; i < sizeof(fpu.xmm); i++)
		((u8 *)fpu.xmm)[i] = (u8)(i * 5 + 1);
	events.flags = KVM_VCPUEVENT_VALID_SHADOW;
	os_ioctl(t->vcpu, KVM_SET_VCPU_EVENTS, ARG(&events));
	os_ioctl(t->vcpu, KVM_SET_DEBUGREGS, ARG(&debug));
	os_ioctl(t->vcpu, KVM_SET_FPU, ARG(&fpu));
	os_ioctl(t->vcpu, KVM_SET_MSRS, ARG(&msrs));
}

void twins_arch_guest(struct twins *t)
{
	struct twins_code c = { .mode = (enum twins_mode)twins_below(t,
		                                                     MODES) };
	long answer;

	twins_insn(t, &c);
	twins_tables(t, c.mode);
	memcpy(t->memory + CODE, c.bytes, c.length);
	user_print("%s", mode_names[c.mode]);
	for (unsigned i = 0; i + 1 < c.length; i++)
		user_print("%c%02x", i ? '.' : ' ', c.bytes[i]);
	if (c.wants_rcx)
		user_print(" rcx=%x", c.rcx);
	user_print(":");
	answer = set_sregs(t, c.mode);
	if (answer)
		user_print(" SET_SREGS %ld", answer);
	set_rest(t);
	answer = set_regs(t, &c);
	if (answer)
		user_print(" SET_REGS %ld", answer);
}

/* --- exits -------------------------------------------------------------------------- */

static void print_bytes(const u8 *data, u64 n)
{
	for (u64 i = 0; i < MIN(n, 16ul); i++)
		user_print("%02x", data[i]);
}

static bool exit_io(struct twins *t)
{
	struct kvm_run *run = t->run;
	u8 *data = (u8 *)run + run->io.data_offset;
	u64 n = (u64)run->io.size * run->io.count;
	bool in = run->io.direction == KVM_EXIT_IO_IN;

	user_print(" %s%x.%ux%u", in ? "in" : "out", run->io.port,
	           run->io.size, run->io.count);
	if (in)
		for (u64 i = 0; i < n; i++)
			data[i] = (u8)(0xa0 + 3 * i + run->io.port);
	else
		user_print("=");
	if (!in)
		print_bytes(data, n);
	return true;
}

static bool exit_mmio(struct twins *t)
{
	struct kvm_run *run = t->run;

	user_print(" %c%lx.%u", run->mmio.is_write ? 'w' : 'r',
	           (u64)run->mmio.phys_addr, run->mmio.len);
	if (run->mmio.is_write) {
		user_print("=");
		print_bytes(run->mmio.data, run->mmio.len);
		return true;
	}
	for (u64 i = 0; i < 8; i++)
		run->mmio.data[i] = (u8)(7 * (run->mmio.phys_addr + i) + 1);
	return true;
}

bool twins_arch_exit(struct twins *t)
{
	switch (t->run->exit_reason) {
	case KVM_EXIT_IO:
		return exit_io(t);
	case KVM_EXIT_MMIO:
		return exit_mmio(t);
	case KVM_EXIT_HLT:
		user_print(" hlt");
		return false;
	case KVM_EXIT_SHUTDOWN:
		user_print(" shutdown");
		return false;
	case KVM_EXIT_INTERNAL_ERROR:
		user_print(" internal-error-%u", t->run->internal.suberror);
		return false;
	default:
		user_print(" exit-%u", t->run->exit_reason);
		return false;
	}
}

/* --- after -------------------------------------------------------------------------- */

static void print_segment(const char *name, const struct kvm_segment *s)
{
	user_print(" %s=%x:%lx.%x.%x%u%u%u%u%u", name, s->selector,
	           (u64)s->base, s->limit, s->type, s->present, s->dpl, s->db,
	           s->l, s->unusable);
}

static void print_all(const struct kvm_regs *r, const struct kvm_sregs *s)
{
	const u64 *p = (const u64 *)r;

	user_print("\n ");
	for (unsigned i = 0; i < sizeof(*r) / 8; i++)
		user_print(" %lx", p[i]);
	user_print("\n  cr0=%lx cr2=%lx cr3=%lx cr4=%lx cr8=%lx efer=%lx",
	           (u64)s->cr0, (u64)s->cr2, (u64)s->cr3, (u64)s->cr4,
	           (u64)s->cr8, (u64)s->efer);
	print_segment("cs", &s->cs);
	print_segment("ss", &s->ss);
	print_segment("ds", &s->ds);
	print_segment("gs", &s->gs);
	print_segment("tr", &s->tr);
	print_segment("ldt", &s->ldt);
}

void twins_arch_state(struct twins *t)
{
	struct kvm_regs r;
	struct kvm_sregs s;
	struct kvm_vcpu_events e;
	struct kvm_debugregs d;
	struct kvm_fpu f;
	u64 h;

	memset(&e, 0, sizeof(e));
	os_ioctl(t->vcpu, KVM_GET_REGS, ARG(&r));
	os_ioctl(t->vcpu, KVM_GET_SREGS, ARG(&s));
	os_ioctl(t->vcpu, KVM_GET_VCPU_EVENTS, ARG(&e));
	os_ioctl(t->vcpu, KVM_GET_DEBUGREGS, ARG(&d));
	os_ioctl(t->vcpu, KVM_GET_FPU, ARG(&f));
	h = twins_hash(0, &r, sizeof(r));
	user_print(" rip=%lx flags=%lx regs=%x", (u64)r.rip, (u64)r.rflags,
	           (u32)h);
	h = twins_hash(0, &s, offsetof(struct kvm_sregs, apic_base));
	user_print(" sregs=%x", (u32)h);
	user_print(" events=%u%u%u%u", e.exception.injected,
	           e.interrupt.injected, e.interrupt.shadow, e.nmi.masked);
	user_print(" dr=%lx.%lx.%lx", (u64)d.db[0], (u64)d.dr6, (u64)d.dr7);
	h = twins_hash(0, f.xmm, sizeof(f.xmm));
	user_print(" xmm=%x", (u32)h);
	h = twins_hash(0, t->memory, KERNEL_STACK_TOP);
	h = twins_hash(h, t->memory + TWINS_MEMORY - 256, 256);
	user_print(" mem=%x", (u32)h);
	if (t->verbose)
		print_all(&r, &s);
}
