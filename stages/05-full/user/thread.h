/*
 * thread.h - threads, locks and signals for user programs.
 */
#pragma once

#include "05-full/user/os.h"

#define USER_SIGUSR1 10 /* the kick: ends a KVM_RUN of another thread */

struct user_thread {
	int tid;  /* set by the parent and by the thread itself */
	u32 done; /* 1 when fn has returned; also a futex */
	void (*fn)(void *arg);
	void *arg;
};

/*
 * user_thread_start - run fn(arg) in a thread of this program.  The struct
 * must stay until user_thread_join.  Returns 0 or -errno.
 */
int user_thread_start(struct user_thread *t, void (*fn)(void *arg), void *arg);

/* user_thread_join - wait until the thread's function has returned. */
void user_thread_join(struct user_thread *t);

/* user_kick - send signal to a thread of this program. */
int user_kick(const struct user_thread *t, int signal);

/*
 * user_catch - from now on the signal only interrupts system calls: its
 * handler does nothing.  (Not restarted: the caller sees -EINTR.)
 */
int user_catch(int signal);

/* user_block - let this thread's mask block the signal, or not any more. */
int user_block(int signal, bool block);

struct user_mutex {
	u32 state; /* 0 free, 1 taken, 2 taken and somebody sleeps */
};

void user_lock(struct user_mutex *m);
void user_unlock(struct user_mutex *m);

/* A condition: waiters sleep until its sequence number moves. */
struct user_cond {
	u32 sequence;
};

/* user_cond_wait - unlock, sleep, lock; may wake without a reason. */
void user_cond_wait(struct user_cond *c, struct user_mutex *m);
void user_cond_broadcast(struct user_cond *c);
