/*
 * thread_x86.c - making threads, switching between them, entering user mode.
 *
 * FP registers are exchanged at every switch, at once: FXSAVE and FXRSTOR cost
 * less than the trap that laziness needs, and no program ever sees another's.
 * A vCPU's are not our business: KVM's notifier has put them away before
 * arch_switch, and brings them back after (stage 03's switch.c).
 */
#include "05-full/host/x86/host_cpu.h"
#include "05-full/host/x86/host_insn.h"
#include "lib/errno.h"
#include "lib/string.h"

#define MXCSR_RESET 0x1f80
#define FCW_RESET 0x37f

#define ARCH_SET_FS 0x1002
#define ARCH_GET_FS 0x1003

/* switch_stack.S, entry.S */
void switch_stack(u64 *save_rsp, u64 load_rsp);
extern const u8 thread_first[];
_Noreturn void user_regs_return(struct user_regs *r);

/* What switch_stack pops, lowest address first. */
struct switch_frame {
	u64 r15, r14, r13, r12, rbx, rbp;
	u64 rip;
};

void fx_reset(struct fx_area *fx)
{
	u16 fcw = FCW_RESET;
	u32 mxcsr = MXCSR_RESET;

	memset(fx, 0, sizeof(*fx));
	memcpy(fx->bytes, &fcw, sizeof(fcw));
	memcpy(fx->bytes + 24, &mxcsr, sizeof(mxcsr));
}

void arch_thread_init(struct thread *t, void (*fn)(void *), void *arg)
{
	struct switch_frame *f;

	t->stack_top = (u64)t->stack + STACK_SIZE;
	f = (struct switch_frame *)user_regs_of(t) - 1;
	*f = (struct switch_frame){
		.r12 = (u64)fn,
		.r13 = (u64)arg,
		.rip = (u64)thread_first,
	};
	t->arch.rsp = (u64)f;
	fx_reset(&t->arch.fx);
}

static void load_fs_base(u64 base)
{
	/* The program may have loaded a selector, and lost the base by it. */
	load_fs(0);
	wrmsr(IA32_FS_BASE, base);
}

void arch_switch(struct thread *from, struct thread *to)
{
	struct cpu *c = this_cpu();

	fxsave(&from->arch.fx);
	fxrstor(&to->arch.fx);
	load_fs_base(to->arch.fs_base);
	c->tss.rsp[0] = to->stack_top;
	c->thread = to;
	c->stack_low = to->stack;
	c->stack_high = (u64 *)to->stack_top;
	switch_stack(&from->arch.rsp, to->arch.rsp);
}

_Noreturn void arch_enter_user(u64 entry, u64 sp)
{
	struct thread *t = current;

	user_regs_reset(user_regs_of(t), entry, sp);
	irq_disable();
	fx_reset(&t->arch.fx);
	fxrstor(&t->arch.fx);
	t->arch.fs_base = 0;
	load_fs_base(0);
	arch_resume_user();
}

_Noreturn void arch_resume_user(void)
{
	irq_disable();
	exit_to_user();
	user_regs_return(user_regs_of(current));
}

void arch_copy_thread(struct thread *child, u64 sp, bool set_tls, u64 tls)
{
	struct user_regs *r = user_regs_of(child);
	u64 flags;

	*r = *user_regs_of(current);
	r->frame.rax = 0;
	if (sp)
		r->frame.rsp = sp;
	child->arch.fs_base = set_tls ? tls : current->arch.fs_base;
	flags = arch_irq_save();
	fxsave(&child->arch.fx);
	arch_irq_restore(flags);
}

s64 sys_arch_prctl(const u64 args[6])
{
	u64 code = args[0], address = args[1], flags;

	if (code == ARCH_GET_FS)
		return copy_to_user(address, &current->arch.fs_base, 8);
	if (code != ARCH_SET_FS)
		return -EINVAL; /* ARCH_SET_GS, too: entry.S relies on it */
	if (address >= arch_user_limit)
		return -EPERM;
	flags = arch_irq_save();
	current->arch.fs_base = address;
	load_fs_base(address);
	arch_irq_restore(flags);
	return 0;
}
