/*
 * thread.c - making and burying threads.
 */
#include "05-full/host/arch.h"
#include "05-full/host/memory.h"
#include "05-full/host/sched.h"
#include "05-full/host/wait.h"
#include "lib/panic.h"

#define MAX_THREADS 256

static u32 alive;
static u32 last_tid;

void thread_discard(struct thread *t)
{
	arch_stack_free(t->stack);
	kfree(t);
	__atomic_sub_fetch(&alive, 1, __ATOMIC_RELAXED);
}

u32 threads_alive(void)
{
	return __atomic_load_n(&alive, __ATOMIC_ACQUIRE);
}

/*
 * A thread cannot free the stack that it stands on, and the scheduler, which
 * comes next, has interrupts off: too soon to unmap something on all CPUs.
 */
static struct thread *graveyard;
static struct spinlock graveyard_lock;
static struct wait_queue reaper_queue;

void thread_bury(struct thread *t)
{
	u64 flags = spin_lock_irq(&graveyard_lock);

	t->next = graveyard;
	graveyard = t;
	spin_unlock_irq(&graveyard_lock, flags);
	wake_all(&reaper_queue);
}

static struct thread *exhume(void)
{
	u64 flags = spin_lock_irq(&graveyard_lock);
	struct thread *t = graveyard;

	if (t)
		graveyard = t->next;
	spin_unlock_irq(&graveyard_lock, flags);
	return t;
}

static void bury_all(void)
{
	struct thread *t;

	while ((t = exhume()))
		thread_discard(t);
}

struct thread *thread_new(const char *name, void (*fn)(void *), void *arg)
{
	struct thread *t;

	if (__atomic_add_fetch(&alive, 1, __ATOMIC_RELAXED) > MAX_THREADS) {
		bury_all(); /* the dead count, too, until they are buried */
		if (threads_alive() > MAX_THREADS)
			goto too_many;
	}
	t = kmalloc(sizeof(*t));
	if (!t)
		goto too_many;
	t->stack = arch_stack_alloc();
	if (!t->stack)
		goto no_stack;
	t->name = name;
	t->state = THREAD_SLEEPING;
	t->cpu = t->only_cpu = -1;
	t->tid = __atomic_add_fetch(&last_tid, 1, __ATOMIC_RELAXED);
	arch_thread_init(t, fn, arg);
	return t;
no_stack:
	kfree(t);
too_many:
	__atomic_sub_fetch(&alive, 1, __ATOMIC_RELAXED);
	return NULL;
}

struct thread *thread_create(const char *name, void (*fn)(void *), void *arg)
{
	struct thread *t = thread_new(name, fn, arg);

	if (t)
		thread_start(t);
	return t;
}

static void reaper(void *unused)
{
	(void)unused;
	for (;;) {
		(void)wait_event(&reaper_queue, graveyard);
		bury_all();
	}
}

void reaper_start(void)
{
	if (!thread_create("reaper", reaper, NULL))
		panic("no memory for the first thread");
}
