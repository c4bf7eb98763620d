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
	bool exiting;
	int status; /* for wait4: exit code << 8, or signal */
	struct wait_queue children;
	struct process *next;                /* all processes */
	struct sigaction action[NR_SIGNALS]; /* of signal n + 1 */
	char name[32];
};

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
