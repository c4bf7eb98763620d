/*
 * main.c - random ioctls on /dev/kvm, machines, vCPUs and devices: the same
 * sequence for the same seed.  The host must survive; what it answers is
 * counted.
 *
 * usage: fuzz [CALLS [SEED]]
 */
#include <asm/errno.h>

#include "05-full/user/fuzz/fuzz.h"

static u64 counts[FUZZ_ERRNOS];

static void fuzz_count(long answer)
{
	if (answer >= 0)
		counts[0]++;
	else
		counts[MIN(-answer, FUZZ_ERRNOS - 1l)]++;
}

static void fuzz_report(u64 calls, u64 seed)
{
	user_print("fuzz: %lu calls, seed %lu: %lu succeeded\n", calls, seed,
	           counts[0]);
	for (int e = 1; e < FUZZ_ERRNOS; e++)
		if (counts[e])
			user_print("  errno %3d %10lu\n", e, counts[e]);
}

int user_main(int argc, char **argv)
{
	static struct fuzz f;
	u64 calls = 10000, seed = 1;

	if ((argc > 1 && !user_number(argv[1], ~0ul >> 1, &calls)) ||
	    (argc > 2 && !user_number(argv[2], ~0ul >> 1, &seed)) ||
	    argc > 3) {
		user_err("usage: fuzz [CALLS [SEED]]\n");
		return 2;
	}
	user_catch(USER_SIGUSR1);
	if (!fuzz_begin(&f, seed))
		return 1;
	for (u64 i = 0; i < calls; i++)
		fuzz_count(fuzz_step(&f));
	fuzz_report(calls, seed);
	return 0;
}
