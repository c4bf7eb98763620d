/*
 * sys_signal.c - system calls on signals.
 */
#include "05-full/host/arch.h"
#include "05-full/host/sched.h"
#include "05-full/host/sleep.h"
#include "05-full/host/syscall.h"
#include "lib/string.h"

#define SIGKILL 9
#define SIGSTOP 19
#define SET_SIZE sizeof(u64)
#define SIGINFO_SIZE 128

s64 sys_rt_sigaction(const u64 args[6])
{
	struct process *p = current->process;
	struct sigaction act;
	u64 n = args[0];

	if (args[3] != SET_SIZE || n < 1 || n > NR_SIGNALS ||
	    (args[1] && (n == SIGKILL || n == SIGSTOP)))
		return -EINVAL;
	if (args[1] && copy_from_user(&act, args[1], sizeof(act)))
		return -EFAULT;
	if (args[2] && copy_to_user(args[2], &p->action[n - 1], sizeof(act)))
		return -EFAULT;
	if (args[1])
		p->action[n - 1] = act;
	return 0;
}

s64 sys_rt_sigprocmask(const u64 args[6])
{
	enum { BLOCK, UNBLOCK, SETMASK };
	u64 set, old = current->blocked;

	if (args[3] != SET_SIZE || (args[1] && (u32)args[0] > SETMASK))
		return -EINVAL;
	if (args[1] && copy_from_user(&set, args[1], sizeof(set)))
		return -EFAULT;
	if (args[2] && copy_to_user(args[2], &old, sizeof(old)))
		return -EFAULT;
	if (args[1])
		signal_set_mask(args[0] == BLOCK   ? old | set :
		                args[0] == UNBLOCK ? old & ~set :
		                                     set,
		                NULL);
	return 0;
}

/* The signal, or -EAGAIN when the time is over, or -EINTR by another one. */
static s64 wait_for_signal(u64 set, u64 deadline)
{
	struct alarm a;
	s64 result;

	alarm_set(&a, deadline);
	current->waits_for = set;
	for (;;) {
		thread_set_state(THREAD_SLEEPING);
		result = current->pending & set ? 1 :
		         a.rang                 ? -EAGAIN :
		         signal_pending()       ? -EINTR :
		                                  0;
		if (result)
			break;
		schedule();
	}
	thread_set_state(THREAD_RUNNABLE);
	current->waits_for = 0;
	alarm_clear(&a);
	return result > 0 ? signal_take(set) : result;
}

s64 sys_rt_sigtimedwait(const u64 args[6])
{
	u32 info[SIGINFO_SIZE / 4] = { 0 };
	u64 set, deadline;
	s64 result;
	int err;

	if (args[3] != SET_SIZE)
		return -EINVAL;
	if (copy_from_user(&set, args[0], sizeof(set)))
		return -EFAULT;
	err = deadline_from_user(args[2], false, &deadline);
	if (err)
		return err;
	result = wait_for_signal(set, deadline);
	info[0] = (u32)result;
	if (result > 0 && args[1] && copy_to_user(args[1], info, sizeof(info)))
		return -EFAULT;
	return result;
}

s64 sys_rt_sigreturn(const u64 args[6])
{
	u64 mask;
	s64 result = arch_signal_pop(&mask);

	(void)args;
	if (result == -EFAULT)
		process_exit_all(11 /* SIGSEGV */);
	signal_set_mask(mask, NULL);
	return result;
}

/* pid 0: any process that has the thread; tid 0: the first thread. */
static s64 signal_send_to(u64 pid, u64 tid, u64 signo)
{
	u64 flags = spin_lock_irq(&process_lock);
	struct process *p = process_find((u32)pid);
	struct thread *t = NULL;
	s64 result = -ESRCH;

	if (p)
		t = tid ? process_thread(p, (u32)tid) : p->threads;
	/* To a process: somebody who does not block it. */
	for (struct thread *i = t; !tid && i && signo; i = i->sibling)
		if (!(i->blocked & BIT(signo - 1)))
			t = i;
	if (t)
		result = signo ? signal_send(t, (int)signo) : 0;
	spin_unlock_irq(&process_lock, flags);
	return result;
}

s64 sys_kill(const u64 args[6])
{
	if (args[1] > NR_SIGNALS || (s32)args[0] <= 0)
		return -EINVAL;
	return signal_send_to(args[0], 0, args[1]);
}

s64 sys_tgkill(const u64 args[6])
{
	if (args[2] > NR_SIGNALS || (s32)args[0] <= 0 || (s32)args[1] <= 0)
		return -EINVAL;
	return signal_send_to(args[0], args[1], args[2]);
}
