/*
 * process.h - a user program: an address space, threads, descriptors.
 */
#pragma once

#include "05-full/host/file.h"
#include "05-full/host/mm.h"

#define MAX_FDS 64

/* As the system calls know it (Linux: struct kernel_sigaction). */
struct sigaction {
	u64 handler; /* SIG_DFL, SIG_IGN, or an address */
	u64 flags;
	u64 restorer;
	u64 mask;
};
#define SIG_DFL 0
#define SIG_IGN 1
#define NR_SIGNALS 64

struct process {
	u32 pid;
	struct process *parent;
	struct mm *mm;
	struct thread *threads; /* linked by thread.sibling */
	u32 nr_threads;
	struct spinlock lock;
	struct file *fd[MAX_FDS];
	bool close_on_exec[MAX_FDS];
	bool exiting; /* exit_group, or killed */
	bool ended;   /* only the status is left */
	bool orphan;  /* nobody will ask for the status */
	int status;   /* for wait4: exit code << 8, or signal */
	struct wait_queue children;
	struct process *next;                /* all processes */
	struct sigaction action[NR_SIGNALS]; /* of signal n + 1 */
	char name[32];
};

/* All processes and their lists of threads; interrupts off. */
extern struct spinlock process_lock;
extern struct process *processes;
/* With process_lock: by number; a thread of any process. */
struct process *process_find(u32 pid);
struct thread *process_thread(struct process *p, u32 tid);

/* process_create - without memory or thread; NULL: too many, no memory. */
struct process *process_create(struct process *parent, struct mm *mm);
/* process_add_thread - t becomes one of p's; called before thread_start. */
void process_add_thread(struct process *p, struct thread *t);
/* process_discard - of process_create, without a thread. */
void process_discard(struct process *p);
/* process_exit - end this thread; with the last one the process ends. */
_Noreturn void process_exit(void);
/* process_exit_all - end all threads of this process. */
_Noreturn void process_exit_all(int status);
/* process_wait_child - wait4: pid, or -errno; its status. */
s64 process_wait_child(s64 pid, int *status, bool no_hang);

/* signal_deliver - take a pending signal; called before user mode. */
void signal_deliver(void);
/* signal_take - the lowest pending signal of the set, or 0. */
int signal_take(u64 set);
/*
 * signal_restore_mask - after a system call with a mask of its own; if a
 * signal interrupted it, its handler runs first.
 */
void signal_restore_mask(u64 mask, bool interrupted);
/* signal_recalc - WORK_SIGNAL as the masks say; with process_lock. */
void signal_recalc(struct thread *t);

/* process_start - run a program of the ramfs; words: NULL-terminated. */
struct process *process_start(const char *const words[]);
/* process_wait - until it ends; its status.  Frees it. */
int process_wait(struct process *p);
/* process_kill - end all its threads, as by this signal. */
void process_kill(struct process *p, int signo);

static inline struct mm *current_mm(void)
{
	return current->process ? current->process->mm : NULL;
}

/*
 * fd_borrow, fd_return - a file for one system call.  Of a process with one
 * thread nobody can close it meanwhile, so it needs neither lock nor reference.
 */
struct borrowed_file {
	struct file *file; /* NULL: -EBADF */
	bool counted;
};

static inline struct borrowed_file fd_borrow(int fd)
{
	const struct process *p = current->process;

	if (p->nr_threads > 1 || (unsigned)fd >= MAX_FDS)
		return (struct borrowed_file){ fd_get(fd), true };
	return (struct borrowed_file){ p->fd[fd], false };
}

static inline void fd_return(struct borrowed_file f)
{
	if (f.counted)
		file_put(f.file);
}
