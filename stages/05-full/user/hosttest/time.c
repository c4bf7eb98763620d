/*
 * time.c - the clock goes on, and sleeping takes that long.
 */
#include "05-full/user/hosttest/hosttest.h"

#define MILLISECOND 1000000

static u64 now(void)
{
	struct os_timespec t;

	expect_eq(os_clock(1, &t), 0);
	return (u64)t.sec * 1000000000 + (u64)t.nsec;
}

void test_time(void)
{
	struct os_timespec t = { 0, 20 * MILLISECOND },
			   bad = { 0, 1000000000 };
	u64 before = now(), after;
	struct {
		int fd;
		s16 events, revents;
	} fds = { 1, 4 /* POLLOUT */, 0 };

	os_sleep(&t);
	after = now();
	expect_eq(after - before >= 20 * MILLISECOND, true);
	expect_eq(os_sleep(&bad), -EINVAL);
	expect_eq(os_sleep(NULL), -EFAULT);
	/* Until the moment 0, which is over. */
	t = (struct os_timespec){ 0, 0 };
	expect_eq(user_syscall(__NR_clock_nanosleep, 1, 1 /* TIMER_ABSTIME */,
	                       (long)&t, 0, 0, 0),
	          0);
	expect_eq(os_clock(99, &t), -EINVAL);
	t = (struct os_timespec){ 0, MILLISECOND };
	expect_eq(user_syscall(__NR_ppoll, 0, 0, (long)&t, 0, 8, 0), 0);
	expect_eq(user_syscall(__NR_ppoll, (long)&fds, 1, (long)&t, 0, 8, 0),
	          1);
	expect_eq(fds.revents, 4);
}
