/*
 * thread.c - what a thread is on this CPU: stacks, registers, switching.
 */
#include "04-arm64-el2/hcr.h"
#include "04-arm64-el2/percpu.h"
#include "05-full/host/arch.h"
#include "05-full/host/arm64/arm64.h"
#include "05-full/host/arm64/user_regs.h"
#include "lib/string.h"

void thread_first(void);
void switch_stack(struct thread *from, struct thread *to);
_Noreturn void user_return(struct trap_frame *f);

void arch_thread_init(struct thread *t, void (*fn)(void *), void *arg)
{
	struct stack_end *end;

	t->stack_top = (u64)t->stack + STACK_SIZE;
	end = stack_end(t);
	end->owner = t;
	t->arch.x19_x30[0] = (u64)fn;
	t->arch.x19_x30[1] = (u64)arg;
	t->arch.x19_x30[11] = (u64)thread_first;
	t->arch.sp = (u64)end;
}

static void save_user_state(struct arch_thread *a)
{
	a->tpidr_el0 = read_sysreg(TPIDR_EL0);
	a->tpidrro_el0 = read_sysreg(TPIDRRO_EL0);
	if (cpu_features.sme)
		a->tpidr2_el0 = read_sysreg(TPIDR2_EL0);
	fpsimd_save(&a->fp);
}

static void load_user_state(const struct arch_thread *a)
{
	write_sysreg(TPIDR_EL0, a->tpidr_el0);
	write_sysreg(TPIDRRO_EL0, a->tpidrro_el0);
	if (cpu_features.sme)
		write_sysreg(TPIDR2_EL0, a->tpidr2_el0);
	fpsimd_load(&a->fp);
}

/* Kernel threads use neither FP registers nor thread pointers. */
void arch_switch(struct thread *from, struct thread *to)
{
	if (from->process)
		save_user_state(&from->arch);
	if (to->process)
		load_user_state(&to->arch);
	/* Where stage 04 keeps the host's FP registers while a guest has them. */
	this_cpu()->fp = &to->arch.fp;
	switch_stack(from, to);
}

void arch_resume_user(void)
{
	irq_mask();
	if (current->work)
		exit_to_user();
	user_return(&stack_end(current)->regs.frame);
}

void arch_enter_user(u64 entry, u64 sp)
{
	struct trap_frame *f = &stack_end(current)->regs.frame;

	memset(f, 0, sizeof(*f));
	f->pc = entry;
	f->sp_el0 = sp;
	f->pstate = PSTATE_EL0t;
	memset(&current->arch.fp, 0, sizeof(current->arch.fp));
	preempt_disable();
	load_user_state(&current->arch);
	preempt_enable();
	arch_resume_user();
}

void arch_copy_thread(struct thread *child, u64 sp, bool set_tls, u64 tls)
{
	struct trap_frame *f = &stack_end(child)->regs.frame;

	*f = stack_end(current)->regs.frame;
	f->x[0] = 0;
	if (sp)
		f->sp_el0 = sp;
	preempt_disable();
	save_user_state(&child->arch);
	preempt_enable();
	if (set_tls)
		child->arch.tpidr_el0 = tls;
}
