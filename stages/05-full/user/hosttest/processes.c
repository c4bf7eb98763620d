/*
 * processes.c - fork, wait4, and how a process can end.
 */
#include "05-full/user/hosttest/hosttest.h"

static int value = 1;

/* The child's answer, as wait4 tells it. */
static int run_child(void (*fn)(void))
{
	int status = -1, pid = os_fork();

	if (!pid) {
		fn();
		os_exit(0);
	}
	expect_eq(os_wait(pid, &status), pid);
	return status;
}

static void change(void)
{
	value = 2;
	os_exit(7);
}

static void die_by_signal(void)
{
	os_tgkill(os_getpid(), os_gettid(), 15);
}

static void crash(void)
{
	volatile int *p = (volatile int *)(u64)value;

	*(p - value) = 0;
}

static void forever(void *arg)
{
	(void)arg;
	for (;;)
		;
}

static void exit_with_threads(void)
{
	static struct user_thread t[4];

	for (int i = 0; i < 4; i++)
		user_thread_start(&t[i], forever, NULL);
	os_exit(3);
}

static void last_thread(void *arg)
{
	(void)arg;
	os_exit_thread(0);
}

static void first_leaves(void)
{
	static struct user_thread t;

	user_thread_start(&t, last_thread, NULL);
	os_exit_thread(5);
}

/* Each thread believes that others are left, until one is the last. */
static void leave_together(void)
{
	static struct user_thread t[6];

	for (int i = 0; i < 6; i++)
		user_thread_start(&t[i], last_thread, NULL);
	os_exit_thread(0);
}

static void orphans(void)
{
	if (!os_fork()) {
		struct os_timespec little = { 0, 2000000 };

		os_sleep(&little);
		os_exit(0);
	}
}

void test_processes(void)
{
	int status;

	expect_eq(run_child(change), 7 << 8);
	expect_eq(value, 1);
	expect_eq(run_child(die_by_signal), 15);
	expect_eq(run_child(crash), 11);
	expect_eq(run_child(exit_with_threads), 3 << 8);
	expect_eq(run_child(first_leaves) & 0x7f, 0);
	for (int i = 0; i < 40; i++)
		expect_eq(run_child(leave_together) & 0x7f, 0);
	expect_eq(run_child(orphans), 0);
	expect_eq(os_wait(-1, &status), -ECHILD);
	expect_eq(os_wait(os_getpid(), &status), -ECHILD);
}
