/*
 * signal.c - a signal's handler runs on the user's stack, above a record of
 * what it interrupted.  The record's layout is nobody's business but ours:
 * the handler gets the number alone (x0), siginfo and ucontext are zeros.
 */
#include "04-arm64-el2/hcr.h"
#include "05-full/host/arch.h"
#include "05-full/host/arm64/user_regs.h"
#include "lib/string.h"

#define SIGINFO_SIZE 128

struct signal_record {
	u8 siginfo[SIGINFO_SIZE];
	u64 mask;
	struct trap_frame frame;
	struct fpsimd_state fp;
};

/* What a program may change of PSTATE: the flags. */
#define PSTATE_OF_USER PSTATE_NZCV

int arch_signal_push(const struct sigaction *act, int signo, u64 mask)
{
	struct trap_frame *f = &stack_end(current)->regs.frame;
	struct signal_record r = { .mask = mask, .frame = *f };
	u64 at = ALIGN_DOWN(f->sp_el0 - sizeof(r), 16);

	memcpy(r.siginfo, &signo, sizeof(signo));
	preempt_disable();
	fpsimd_save(&r.fp);
	preempt_enable();
	if (copy_to_user(at, &r, sizeof(r)))
		return -EFAULT;
	f->x[0] = (u64)signo;
	f->x[1] = at;
	f->x[2] = at;
	f->x[29] = 0;
	f->x[30] = act->restorer;
	f->sp_el0 = at;
	f->pc = act->handler;
	return 0;
}

s64 arch_signal_pop(u64 *mask)
{
	struct trap_frame *f = &stack_end(current)->regs.frame;
	struct signal_record r;

	if (copy_from_user(&r, f->sp_el0, sizeof(r)))
		return -EFAULT;
	r.frame.pstate = (r.frame.pstate & PSTATE_OF_USER) | PSTATE_EL0t;
	*f = r.frame;
	preempt_disable();
	fpsimd_load(&r.fp);
	preempt_enable();
	*mask = r.mask;
	return (s64)f->x[0];
}
