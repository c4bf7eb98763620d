/*
 * sched.h - between the scheduler and the rest of the host; kvm/ needs only
 * thread.h.
 */
#pragma once

#include "05-full/host/thread.h"

#define HOST_CPUS 8

/* What a CPU is before sched_start; arch code makes it `current` first. */
extern struct thread boot_thread[HOST_CPUS];

/* .ticks=N: so often, whether somebody waits or not; 0: the usual way. */
extern u32 sched_ticks_per_second;

/* thread_new - a thread that thread_start will let run.  NULL: no memory. */
struct thread *thread_new(const char *name, void (*fn)(void *), void *arg);
void thread_start(struct thread *t);
/* thread_discard - of thread_new, and never started. */
void thread_discard(struct thread *t);
/* thread_bury - called by the scheduler: a dead thread may be freed. */
void thread_bury(struct thread *t);
/* threads_alive - how many there are, the idle ones included. */
u32 threads_alive(void);
/* A kernel thread that frees the dead ones; once. */
void reaper_start(void);

/* thread_set_state - of the current thread. */
void thread_set_state(enum thread_state state);

/* Called with interrupts off. */
void sched_tick(u64 now);
u64 sched_next_tick(void);
void sched_kicked(void);
