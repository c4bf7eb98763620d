/*
 * signal.c - signals, as far as KVM and its VMM need them: pending and blocked
 * per thread, handlers per process, the default actions.
 */
#include "05-full/host/arch.h"
#include "05-full/host/sched.h"
#include "lib/print.h"

#define BITSIG(n) BIT((n)-1)
#define SIGKILL 9
#define SIGCHLD 17
#define SIGCONT 18
#define SIGSTOP 19
#define SIGURG 23
#define SIGWINCH 28

#define UNBLOCKABLE (BITSIG(SIGKILL) | BITSIG(SIGSTOP))
#define IGNORED_BY_DEFAULT                                                    \
	(BITSIG(SIGCHLD) | BITSIG(SIGCONT) | BITSIG(SIGURG) | BITSIG(SIGWINCH))

#define SA_NODEFER 0x40000000
#define SA_RESETHAND 0x80000000

void signal_recalc(struct thread *t)
{
	bool due = t->pending & ~t->blocked ||
	           (t->process && t->process->exiting);

	if (due)
		__atomic_or_fetch(&t->work, WORK_SIGNAL, __ATOMIC_SEQ_CST);
	else
		__atomic_and_fetch(&t->work, (u32)~WORK_SIGNAL,
		                   __ATOMIC_SEQ_CST);
}

static bool is_ignored(const struct thread *t, int signo)
{
	u64 handler = t->process->action[signo - 1].handler;

	return handler == SIG_IGN ||
	       (handler == SIG_DFL && IGNORED_BY_DEFAULT & BITSIG(signo));
}

int signal_send(struct thread *t, int signo)
{
	if (signo < 1 || signo > NR_SIGNALS)
		return -EINVAL;
	if (!t->process)
		return 0;
	if (is_ignored(t, signo) &&
	    !((t->blocked | t->waits_for) & BITSIG(signo)))
		return 0;
	__atomic_or_fetch(&t->pending, BITSIG(signo), __ATOMIC_SEQ_CST);
	if (t->waits_for & BITSIG(signo))
		thread_wake(t);
	if (!(t->blocked & BITSIG(signo))) {
		__atomic_or_fetch(&t->work, WORK_SIGNAL, __ATOMIC_SEQ_CST);
		thread_kick(t);
	}
	return 0;
}

void signal_set_mask(u64 mask, u64 *old)
{
	u64 flags = spin_lock_irq(&process_lock);

	if (old)
		*old = current->blocked;
	current->blocked = mask & ~UNBLOCKABLE;
	signal_recalc(current);
	spin_unlock_irq(&process_lock, flags);
}

/* Take the lowest pending signal of the set: its number, or 0. */
int signal_take(u64 set)
{
	u64 flags = spin_lock_irq(&process_lock);
	u64 ready = current->pending & set;
	int signo = ready ? __builtin_ctzl(ready) + 1 : 0;

	if (signo)
		__atomic_and_fetch(&current->pending, ~BITSIG(signo),
		                   __ATOMIC_SEQ_CST);
	signal_recalc(current);
	spin_unlock_irq(&process_lock, flags);
	return signo;
}

/*
 * The handler shall run although the old mask blocks its signal: the old mask
 * is what rt_sigreturn brings back.
 */
void signal_restore_mask(u64 mask, bool interrupted)
{
	if (interrupted && current->pending & ~current->blocked) {
		current->saved_mask = mask;
		current->mask_is_saved = true;
	} else {
		signal_set_mask(mask, NULL);
	}
}

static void call_handler(int signo)
{
	struct sigaction *action = &current->process->action[signo - 1];
	struct sigaction copy = *action;
	u64 old = current->blocked, mask = old | copy.mask;

	if (current->mask_is_saved)
		old = current->saved_mask;
	current->mask_is_saved = false;

	if (!(copy.flags & SA_NODEFER))
		mask |= BITSIG(signo);
	if (copy.flags & SA_RESETHAND)
		action->handler = SIG_DFL;
	if (arch_signal_push(&copy, signo, old)) {
		printk("%s: no stack for the handler of signal %d\n",
		       current->process->name, signo);
		process_exit_all(signo);
	}
	signal_set_mask(mask, NULL);
}

void signal_deliver(void)
{
	int signo;

	if (current->process->exiting)
		process_exit();
	while ((signo = signal_take(~current->blocked))) {
		u64 handler = current->process->action[signo - 1].handler;

		if (signo == SIGKILL || handler == SIG_DFL) {
			if (!(IGNORED_BY_DEFAULT & BITSIG(signo)))
				process_exit_all(signo);
		} else if (handler != SIG_IGN) {
			call_handler(signo);
		}
	}
	if (current->mask_is_saved) {
		current->mask_is_saved = false;
		signal_set_mask(current->saved_mask, NULL);
	}
}

void exit_to_user(void)
{
	while (current->work) {
		arch_irq_enable();
		if (need_resched())
			schedule();
		if (signal_pending())
			signal_deliver();
		arch_irq_disable();
	}
}

void user_fault(int signo, u64 pc, u64 address, const char *what)
{
	struct process *p = current->process;
	bool handled = p->action[signo - 1].handler > SIG_IGN &&
	               !(current->blocked & BITSIG(signo));

	if (handled) {
		signal_send(current, signo);
		return;
	}
	if (!p->exiting)
		printk("%s (%u.%u): %s, address 0x%lx, pc [0x%lx]\n", p->name,
		       p->pid, current->tid, what, address, pc);
	process_kill(p, signo);
}
