/*
 * thread.h - threads, and what it means to be interrupted by another one.
 *
 * The kernel is preemptible: an interrupt's end is a chance for the scheduler
 * (arch code calls preempt_point) unless preempt_count says no.  KVM relies on
 * three promises: between preempt_disable and preempt_enable a thread stays on
 * its CPU; a thread with a notifier is told when it leaves and comes back; a
 * kick (signal) makes a CPU that runs the thread's guest exit.
 */
#pragma once

#include "05-full/host/lock.h"
#include "host_arch.h"
#include "lib/types.h"

struct process;

enum thread_state { THREAD_RUNNABLE, THREAD_SLEEPING, THREAD_DEAD };

/* KVM's vcpu_load and vcpu_put around a change of threads (B4). */
struct preempt_notifier {
	void (*sched_out)(struct preempt_notifier *n); /* interrupts off */
	void (*sched_in)(struct preempt_notifier *n);
};

/* Bits of thread.work: things to do before user mode, or instead of a guest. */
#define WORK_RESCHED BIT(0) /* another thread wants this CPU */
#define WORK_SIGNAL BIT(1)  /* an unblocked signal is pending */

struct thread {
	struct arch_thread arch; /* first: assembly knows its offsets */
	volatile u32 work;       /* WORK_ bits; set atomically by any CPU */
	u32 preempt_count;
	enum thread_state state;
	u32 tid;
	int cpu;     /* where it runs or ran last */
	void *stack; /* the kernel stack's lowest address */
	u64 stack_top;
	struct process *process; /* NULL: a kernel thread */
	struct preempt_notifier *notifier;
	struct thread *next;      /* in the run queue */
	struct thread *wait_next; /* in a wait queue */
	bool queued, running;     /* in the run queue; on a CPU */
	int only_cpu;             /* may run there only, or -1 */
	struct thread *sibling;   /* the next thread of the process */
	u64 blocked, pending;     /* signals: bit n - 1 is signal n */
	u64 waits_for;            /* signals that rt_sigtimedwait would take */
	u64 saved_mask; /* to be restored after the handler of a signal */
	bool mask_is_saved;
	u64 clear_tid; /* set_tid_address, CLONE_CHILD_CLEARTID */
	const char *name;
};

/* The thread that runs on this CPU. */
#define current (arch_current())

/* thread_create - a kernel thread that runs fn(arg).  NULL without memory. */
struct thread *thread_create(const char *name, void (*fn)(void *), void *arg);
_Noreturn void thread_exit(void);

/* cond_resched - give way if another thread should run (B11). */
void cond_resched(void);

/* thread_begin - where a new thread's life begins; called by arch code. */
_Noreturn void thread_begin(void (*fn)(void *), void *arg);

/* schedule - give way; a thread that is not THREAD_RUNNABLE sleeps. */
void schedule(void);

/* preempt_point - the end of an interrupt taken in the kernel. */
void preempt_point(void);

/* thread_wake - make a sleeping thread runnable; harmless otherwise. */
void thread_wake(struct thread *t);

static inline bool signal_pending(void)
{
	return current->work & WORK_SIGNAL;
}

static inline bool need_resched(void)
{
	return current->work & WORK_RESCHED;
}

static inline void preempt_disable(void)
{
	current->preempt_count++;
	__atomic_signal_fence(__ATOMIC_SEQ_CST);
}

/* preempt_enable - and give way at once, if somebody has been waiting. */
void preempt_now(void);
static inline void preempt_enable(void)
{
	__atomic_signal_fence(__ATOMIC_SEQ_CST);
	if (!--current->preempt_count && need_resched())
		preempt_now();
}

/*
 * thread_kick - make t look at its work bits soon: if it runs on another CPU,
 * that CPU is interrupted (a guest exits); if it sleeps interruptibly, it wakes.
 */
void thread_kick(struct thread *t);

/* signals: 0, or -EINVAL.  Sets the mask, tells the old one. */
int signal_send(struct thread *t, int signo);
void signal_set_mask(u64 mask, u64 *old);

/* sched_init - once; sched_start - on every CPU: become its idle thread. */
void sched_init(void);
_Noreturn void sched_start(void);

/* sched_move_at_random - a word of the command line: threads change CPUs. */
extern bool sched_move_at_random;
