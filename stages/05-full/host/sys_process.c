/*
 * sys_process.c - system calls on threads and processes.
 */
#include "05-full/host/arch.h"
#include "05-full/host/futex.h"
#include "05-full/host/sched.h"
#include "05-full/host/syscall.h"
#include "05-full/host/time.h"
#include "lib/string.h"

#define CLONE_VM 0x100
#define CLONE_FILES 0x400
#define CLONE_SIGHAND 0x800
#define CLONE_THREAD 0x10000
#define CLONE_SETTLS 0x80000
#define CLONE_PARENT_SETTID 0x100000
#define CLONE_CHILD_CLEARTID 0x200000
#define CLONE_CHILD_SETTID 0x1000000
#define THREAD_FLAGS (CLONE_VM | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD)

#define WNOHANG 1

/* A new thread's first steps: its registers are on its stack already. */
static void resume_clone(void *unused)
{
	(void)unused;
	arch_resume_user();
}

static struct process *fork_process(int *err)
{
	struct process *parent = current->process, *p;
	struct mm *mm = mm_copy(parent->mm);

	*err = -ENOMEM;
	if (!mm)
		return NULL;
	*err = -EAGAIN; /* as Linux answers beyond RLIMIT_NPROC */
	p = process_create(parent, mm);
	if (!p) {
		mm_empty(mm);
		mm_put(mm);
		return NULL;
	}
	memcpy(p->name, parent->name, sizeof(p->name));
	memcpy(p->action, parent->action, sizeof(p->action));
	for (int fd = 0; fd < MAX_FDS; fd++) {
		p->fd[fd] = fd_get(fd);
		p->close_on_exec[fd] = parent->close_on_exec[fd];
	}
	return p;
}

static void discard_fork(struct process *p)
{
	struct mm *mm = p->mm;

	process_discard(p);
	mm_empty(mm);
	mm_put(mm);
}

/* The thread is complete, but for numbers that user memory wants. */
static s64 set_tids(struct thread *t, struct process *p, const u64 args[6])
{
	u64 ctid = args[ARCH_CLONE_CTID];
	u32 tid = t->tid;

	if (args[0] & CLONE_PARENT_SETTID &&
	    copy_to_user(args[2], &tid, sizeof(tid)))
		return -EFAULT;
	if (args[0] & CLONE_CHILD_SETTID &&
	    mm_write(p->mm, ctid, &tid, sizeof(tid)))
		return -EFAULT;
	if (args[0] & CLONE_CHILD_CLEARTID)
		t->clear_tid = ctid;
	return 0;
}

s64 sys_clone(const u64 args[6])
{
	bool is_thread = args[0] & CLONE_THREAD;
	struct process *p = current->process;
	struct thread *t;
	int err = 0;
	s64 tid;

	if (is_thread ? (args[0] & THREAD_FLAGS) != THREAD_FLAGS :
	                args[0] & CLONE_VM)
		return -EINVAL;
	t = thread_new(p->name, resume_clone, NULL);
	if (!t)
		return -EAGAIN;
	if (!is_thread && !(p = fork_process(&err))) {
		thread_discard(t);
		return err;
	}
	arch_copy_thread(t, args[1], args[0] & CLONE_SETTLS,
	                 args[ARCH_CLONE_TLS]);
	t->blocked = current->blocked;
	tid = set_tids(t, p, args);
	if (tid < 0) {
		thread_discard(t);
		if (!is_thread)
			discard_fork(p);
		return tid;
	}
	tid = t->tid;
	process_add_thread(p, t);
	thread_start(t);
	return tid;
}

s64 sys_exit(const u64 args[6])
{
	struct process *p = current->process;

	if (!p->exiting)
		p->status = (int)(args[0] & 0xff) << 8;
	process_exit();
}

s64 sys_exit_group(const u64 args[6])
{
	process_exit_all((int)(args[0] & 0xff) << 8);
}

s64 sys_wait4(const u64 args[6])
{
	int status = 0;
	s64 pid = process_wait_child((s32)args[0], &status, args[2] & WNOHANG);

	if (pid > 0 && args[1] &&
	    copy_to_user(args[1], &status, sizeof(status)))
		return -EFAULT;
	return pid;
}

s64 sys_getpid(const u64 args[6])
{
	(void)args;
	return current->process->pid;
}

s64 sys_getppid(const u64 args[6])
{
	u64 flags = spin_lock_irq(&process_lock); /* or it may end meanwhile */
	struct process *parent = current->process->parent;
	s64 pid = parent ? parent->pid : 1;

	(void)args;
	spin_unlock_irq(&process_lock, flags);
	return pid;
}

s64 sys_gettid(const u64 args[6])
{
	(void)args;
	return current->tid;
}

s64 sys_set_tid_address(const u64 args[6])
{
	current->clear_tid = args[0];
	return current->tid;
}

s64 sys_sched_yield(const u64 args[6])
{
	(void)args;
	schedule();
	return 0;
}

s64 sys_futex(const u64 args[6])
{
	enum { WAIT = 0, WAKE = 1, WAIT_BITSET = 9, WAKE_BITSET = 10 };
	u32 op = (u32)args[1] & 0x7f; /* without PRIVATE and CLOCK_REALTIME */
	u64 deadline;
	int err;

	switch (op) {
	case WAIT:
	case WAIT_BITSET:
		err = deadline_from_user(args[3], op == WAIT_BITSET,
		                         &deadline);
		return err ? err : futex_wait(args[0], (u32)args[2], deadline);
	case WAKE:
	case WAKE_BITSET:
		return futex_wake(args[0], (u32)args[2]);
	default:
		return -ENOSYS;
	}
}

/* Not for secrets: a counter, stirred. */
s64 sys_getrandom(const u64 args[6])
{
	u64 done = 0, x = arch_ticks() | 1;

	while (done < args[1]) {
		u64 part = MIN(args[1] - done, sizeof(x));

		x ^= x << 13;
		x ^= x >> 7;
		x ^= x << 17;
		if (copy_to_user(args[0] + done, &x, part))
			return -EFAULT;
		done += part;
	}
	return (s64)done;
}
