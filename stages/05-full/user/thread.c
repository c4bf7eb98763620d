/*
 * thread.c - threads by clone, locks by futex, signals by rt_sigaction.
 */
#include "05-full/user/thread.h"

#include <asm/errno.h>

#include "05-full/user/user.h"

/* <linux/sched.h> and <asm/signal.h> have these for hosted programs. */
#define CLONE_THREAD_FLAGS                                                    \
	(0x100 /* VM */ | 0x200 /* FS */ | 0x400 /* FILES */ |                \
	 0x800 /* SIGHAND */ | 0x10000 /* THREAD */ | 0x40000 /* SYSVSEM */)
#define SA_RESTORER 0x04000000ul
#define SIG_BLOCK 0
#define SIG_UNBLOCK 1
#define STACK_SIZE (64 * KiB)

struct kernel_sigaction {
	void (*handler)(int);
	unsigned long flags;
	void (*restorer)(void);
	u64 mask;
};

/* The seams: start.S of each architecture. */
long user_clone(unsigned long flags, void *stack_top, void (*fn)(void *arg),
                void *arg);
void user_sigreturn(void);

static void begin_user_thread(void *arg)
{
	struct user_thread *t = arg;

	t->tid = os_gettid();
	t->fn(t->arg);
	/* The stack stays: this thread still stands on it. */
	__atomic_store_n(&t->done, 1, __ATOMIC_RELEASE);
	os_futex_wake(&t->done, 1);
	os_exit_thread(0);
}

int user_thread_start(struct user_thread *t, void (*fn)(void *arg), void *arg)
{
	u8 *stack = user_alloc(STACK_SIZE);
	long tid;

	if (!stack)
		return -ENOMEM;
	*t = (struct user_thread){ .fn = fn, .arg = arg };
	tid = user_clone(CLONE_THREAD_FLAGS, stack + STACK_SIZE,
	                 begin_user_thread, t);
	if (tid < 0) {
		os_munmap(stack, STACK_SIZE);
		return (int)tid;
	}
	t->tid = (int)tid;
	return 0;
}

void user_thread_join(struct user_thread *t)
{
	while (!__atomic_load_n(&t->done, __ATOMIC_ACQUIRE))
		os_futex_wait(&t->done, 0);
}

int user_kick(const struct user_thread *t, int signal)
{
	return os_tgkill(os_getpid(), t->tid, signal);
}

static void user_do_nothing(int signal)
{
	(void)signal;
}

int user_catch(int signal)
{
	struct kernel_sigaction act = {
		.handler = user_do_nothing,
		.flags = SA_RESTORER,
		.restorer = user_sigreturn,
	};

	return (int)user_syscall(__NR_rt_sigaction, signal, (long)&act, 0,
	                         sizeof(act.mask), 0, 0);
}

int user_block(int signal, bool block)
{
	u64 mask = BIT(signal - 1);

	return (int)user_syscall(__NR_rt_sigprocmask,
	                         block ? SIG_BLOCK : SIG_UNBLOCK, (long)&mask,
	                         0, sizeof(mask), 0, 0);
}

/* Three states spare the unlocker a system call when nobody sleeps. */
void user_lock(struct user_mutex *m)
{
	u32 free = 0;

	if (__atomic_compare_exchange_n(&m->state, &free, 1, false,
	                                __ATOMIC_ACQUIRE, __ATOMIC_RELAXED))
		return;
	while (__atomic_exchange_n(&m->state, 2, __ATOMIC_ACQUIRE))
		os_futex_wait(&m->state, 2);
}

void user_unlock(struct user_mutex *m)
{
	if (__atomic_exchange_n(&m->state, 0, __ATOMIC_RELEASE) == 2)
		os_futex_wake(&m->state, 1);
}

void user_cond_wait(struct user_cond *c, struct user_mutex *m)
{
	u32 before = __atomic_load_n(&c->sequence, __ATOMIC_RELAXED);

	user_unlock(m);
	os_futex_wait(&c->sequence, before);
	user_lock(m);
}

void user_cond_broadcast(struct user_cond *c)
{
	__atomic_fetch_add(&c->sequence, 1, __ATOMIC_RELEASE);
	os_futex_wake(&c->sequence, 0x7fffffff);
}
