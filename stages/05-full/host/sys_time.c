/*
 * sys_time.c - system calls on time.  All clocks count from boot.
 */
#include "05-full/host/process.h"
#include "05-full/host/sleep.h"
#include "05-full/host/syscall.h"

#define NS 1000000000
#define CLOCKS 12
#define TIMER_ABSTIME 1

int deadline_from_user(u64 user, bool absolute, u64 *deadline)
{
	struct timespec64 ts;

	*deadline = ~0ul;
	if (!user)
		return 0;
	if (copy_from_user(&ts, user, sizeof(ts)))
		return -EFAULT;
	if (ts.sec < 0 || ts.nsec < 0 || ts.nsec >= NS)
		return -EINVAL;
	if (ts.sec < (s64)1 << 32)
		*deadline = (absolute ? 0 : clock_ns()) + (u64)ts.sec * NS +
		            (u64)ts.nsec;
	return 0;
}

s64 sys_clock_gettime(const u64 args[6])
{
	u64 now = clock_ns();
	struct timespec64 ts = { (s64)(now / NS), (s64)(now % NS) };

	if (args[0] >= CLOCKS)
		return -EINVAL;
	return copy_to_user(args[1], &ts, sizeof(ts));
}

static s64 sleep_for_user(u64 user, bool absolute, u64 remains)
{
	volatile bool never = false;
	struct timespec64 left;
	u64 deadline, now;
	s64 result;
	int err;

	if (!user)
		return -EFAULT;
	err = deadline_from_user(user, absolute, &deadline);
	if (err)
		return err;
	result = sleep_until(deadline, &never);
	if (result != -EINTR)
		return 0;
	now = clock_ns();
	now = deadline > now ? deadline - now : 0;
	left = (struct timespec64){ (s64)(now / NS), (s64)(now % NS) };
	if (remains && !absolute && copy_to_user(remains, &left, sizeof(left)))
		return -EFAULT;
	return -EINTR;
}

s64 sys_nanosleep(const u64 args[6])
{
	return sleep_for_user(args[0], false, args[1]);
}

s64 sys_clock_nanosleep(const u64 args[6])
{
	if (args[0] >= CLOCKS)
		return -EINVAL;
	return sleep_for_user(args[2], args[1] & TIMER_ABSTIME, args[3]);
}
