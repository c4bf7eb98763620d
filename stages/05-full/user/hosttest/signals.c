/*
 * signals.c - masks, handlers, kicks, rt_sigtimedwait.
 */
#include "05-full/user/hosttest/hosttest.h"

#define SIGUSR2 12
#define SIG_IGN 1
#define SA_RESTORER 0x04000000ul
#define BITSIG(n) BIT((n)-1)

void user_sigreturn(void);

static volatile int caught;

static void handler(int signo)
{
	caught = signo;
}

static int set_handler(int signo, u64 fn)
{
	u64 act[4] = { fn, SA_RESTORER, (u64)user_sigreturn, 0 };

	return (int)user_syscall(__NR_rt_sigaction, signo, (long)act, 0, 8, 0,
	                         0);
}

static void kick_self(int signo)
{
	expect_eq(os_tgkill(os_getpid(), os_gettid(), signo), 0);
}

static void handlers(void)
{
	expect_eq(set_handler(USER_SIGUSR1, (u64)handler), 0);
	kick_self(USER_SIGUSR1);
	expect_eq(caught, USER_SIGUSR1);
	caught = 0;
	user_block(USER_SIGUSR1, true);
	kick_self(USER_SIGUSR1);
	expect_eq(caught, 0);
	user_block(USER_SIGUSR1, false);
	expect_eq(caught, USER_SIGUSR1);
	expect_eq(set_handler(SIGUSR2, SIG_IGN), 0);
	kick_self(SIGUSR2);
	expect_eq(set_handler(9, (u64)handler), -EINVAL);
	expect_eq(set_handler(65, (u64)handler), -EINVAL);
}

static long wait_for(u64 set, long nanoseconds)
{
	struct os_timespec t = { 0, nanoseconds };

	return user_syscall(__NR_rt_sigtimedwait, (long)&set, 0, (long)&t, 8,
	                    0, 0);
}

static void timed_wait(void)
{
	user_block(USER_SIGUSR1, true);
	expect_eq(wait_for(BITSIG(USER_SIGUSR1), 1000000), -EAGAIN);
	kick_self(USER_SIGUSR1);
	expect_eq(wait_for(BITSIG(USER_SIGUSR1), 1000000), USER_SIGUSR1);
	expect_eq(wait_for(BITSIG(USER_SIGUSR1), 0), -EAGAIN);
	user_block(USER_SIGUSR1, false);
}

static volatile long slept;

static void sleeper(void *arg)
{
	struct os_timespec long_time = { 1000, 0 };

	(void)arg;
	slept = os_sleep(&long_time);
}

/* A handler that does nothing still ends the system call. */
static void kick_other(void)
{
	struct os_timespec little = { 0, 5000000 };
	struct user_thread t;

	slept = 0;
	expect_eq(user_thread_start(&t, sleeper, NULL), 0);
	/* A kick that comes before it sleeps is lost, so not only one. */
	do {
		os_sleep(&little);
		user_kick(&t, USER_SIGUSR1);
	} while (!slept);
	user_thread_join(&t);
	expect_eq(slept, -EINTR);
}

static void signal_errors(void)
{
	expect_eq(os_tgkill(os_getpid(), 999999, 1), -ESRCH);
	expect_eq(os_tgkill(os_getpid(), os_gettid(), 65), -EINVAL);
	expect_eq(os_tgkill(os_getpid(), os_gettid(), 0), 0);
	expect_eq(os_tgkill(0, os_gettid(), 0), -EINVAL);
}

void test_signals(void)
{
	handlers();
	timed_wait();
	kick_other();
	signal_errors();
}
