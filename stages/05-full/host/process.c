/*
 * process.c - processes: their beginning, their end, and who learns of it.
 */
#include "05-full/host/process.h"

#include "05-full/host/arch.h"
#include "05-full/host/futex.h"
#include "05-full/host/memory.h"
#include "05-full/host/sched.h"
#include "lib/errno.h"
#include "lib/string.h"

#define MAX_PROCESSES 64
#define SIGCHLD 17

struct spinlock process_lock;
struct process *processes;
static u32 nr_processes;
/* Those who wait for a process that the kernel itself has started. */
static struct wait_queue kernel_waiters;

struct process *process_find(u32 pid)
{
	struct process *p = processes;

	while (p && p->pid != pid)
		p = p->next;
	return p;
}

struct thread *process_thread(struct process *p, u32 tid)
{
	struct thread *t = p->threads;

	while (t && t->tid != tid)
		t = t->sibling;
	return t;
}

struct process *process_create(struct process *parent, struct mm *mm)
{
	struct process *p = kmalloc(sizeof(*p));
	u64 flags;

	if (!p)
		return NULL;
	p->parent = parent;
	p->mm = mm;
	flags = spin_lock_irq(&process_lock);
	if (nr_processes == MAX_PROCESSES) {
		spin_unlock_irq(&process_lock, flags);
		kfree(p);
		return NULL;
	}
	nr_processes++;
	p->next = processes;
	processes = p;
	spin_unlock_irq(&process_lock, flags);
	return p;
}

void process_add_thread(struct process *p, struct thread *t)
{
	u64 flags = spin_lock_irq(&process_lock);

	if (!p->pid)
		p->pid = t->tid; /* as on Linux: the first thread's */
	t->process = p;
	t->name = p->name;
	t->sibling = p->threads;
	p->threads = t;
	p->nr_threads++;
	if (p->exiting)
		signal_recalc(t);
	spin_unlock_irq(&process_lock, flags);
}

static void close_files(struct process *p)
{
	for (int fd = 0; fd < MAX_FDS; fd++) {
		if (p->fd[fd])
			file_put(p->fd[fd]);
		p->fd[fd] = NULL;
	}
}

/* Out of the list of all; with process_lock. */
static void unlink_process(struct process *p)
{
	struct process **at = &processes;

	while (*at != p)
		at = &(*at)->next;
	*at = p->next;
	nr_processes--;
}

void process_discard(struct process *p)
{
	u64 flags = spin_lock_irq(&process_lock);

	unlink_process(p);
	spin_unlock_irq(&process_lock, flags);
	close_files(p);
	kfree(p);
}

/* --- the end --------------------------------------------------------------- */

static void leave_address_space(struct process *p)
{
	struct mm *mm = p->mm;

	mm_empty(mm);
	preempt_disable();
	p->mm = NULL;
	arch_mm_switch(NULL);
	preempt_enable();
	mm_put(mm);
}

static void disown_children(struct process *parent)
{
	struct process *next;

	for (struct process *p = processes; p; p = next) {
		next = p->next;
		if (p->parent != parent)
			continue;
		p->parent = NULL;
		p->orphan = true;
		if (p->ended) {
			unlink_process(p);
			kfree(p);
		}
	}
}

/* The status is left to whoever asks; from here on p may be gone any time. */
static void tell_parent(struct process *p)
{
	u64 flags = spin_lock_irq(&process_lock);
	struct process *parent = p->parent;

	current->name = "exiting";
	current->process = NULL;
	disown_children(p);
	p->ended = true;
	if (p->orphan) {
		unlink_process(p);
		kfree(p);
	} else if (parent) {
		if (parent->threads)
			signal_send(parent->threads, SIGCHLD);
		wake_all(&parent->children);
	} else {
		wake_all(&kernel_waiters);
	}
	spin_unlock_irq(&process_lock, flags);
}

static void forget_process(void)
{
	current->name = "exiting";
	current->process = NULL;
	arch_mm_switch(NULL);
}

/*
 * True: this was the last thread.  Any other forgets its process under the same
 * lock: once it is out of the list the last one may free process and address
 * space, and a thread that is preempted comes back by way of both.
 */
static bool unlink_thread(struct process *p)
{
	u64 flags = spin_lock_irq(&process_lock);
	struct thread **at = &p->threads;
	bool last;

	while (*at != current)
		at = &(*at)->sibling;
	*at = current->sibling;
	last = !--p->nr_threads;
	if (!last)
		forget_process();
	spin_unlock_irq(&process_lock, flags);
	return last;
}

_Noreturn void process_exit(void)
{
	struct process *p = current->process;
	u32 zero = 0;

	if (current->clear_tid &&
	    !copy_to_user(current->clear_tid, &zero, sizeof(zero)))
		futex_wake(current->clear_tid, 1);
	if (unlink_thread(p)) {
		close_files(p);
		leave_address_space(p);
		tell_parent(p);
	}
	thread_exit();
}

/* With process_lock: everybody shall go. */
static void end_threads(struct process *p, int status)
{
	if (p->exiting)
		return;
	p->exiting = true;
	p->status = status;
	for (struct thread *t = p->threads; t; t = t->sibling) {
		signal_recalc(t);
		thread_kick(t);
	}
}

_Noreturn void process_exit_all(int status)
{
	u64 flags = spin_lock_irq(&process_lock);

	end_threads(current->process, status);
	spin_unlock_irq(&process_lock, flags);
	process_exit();
}

void process_kill(struct process *p, int signo)
{
	u64 flags = spin_lock_irq(&process_lock);

	end_threads(p, signo);
	spin_unlock_irq(&process_lock, flags);
}

/* --- waiting for it -------------------------------------------------------- */

int process_wait(struct process *p)
{
	int status;
	u64 flags;

	while (wait_event(&kernel_waiters, p->ended))
		;
	flags = spin_lock_irq(&process_lock);
	status = p->status;
	unlink_process(p);
	spin_unlock_irq(&process_lock, flags);
	kfree(p);
	return status;
}

/* 1: *found has ended and is out of the list; 0: not yet; -ECHILD. */
static int take_child(s64 pid, struct process **found)
{
	u64 flags = spin_lock_irq(&process_lock);
	int result = -ECHILD;

	for (struct process *p = processes; p; p = p->next) {
		if (p->parent != current->process ||
		    (pid > 0 && p->pid != (u32)pid))
			continue;
		result = 0;
		if (!p->ended)
			continue;
		unlink_process(p);
		*found = p;
		result = 1;
		break;
	}
	spin_unlock_irq(&process_lock, flags);
	return result;
}

s64 process_wait_child(s64 pid, int *status, bool no_hang)
{
	struct process *p = NULL;
	int result = take_child(pid, &p), err = 0;
	s64 number;

	if (!result && !no_hang)
		err = wait_event(&current->process->children,
		                 (result = take_child(pid, &p)));
	if (err || result <= 0)
		return err ? err : result;
	*status = p->status;
	number = p->pid;
	kfree(p);
	return number;
}
