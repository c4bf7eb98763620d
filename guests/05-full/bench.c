/*
 * bench.c - what a round trip out of the guest and back costs, in
 * instructions: the emulators count them in the guest's clock.
 */
#include "guest.h"

static void measure(const char *name, void (*round_trip)(void), u64 times)
{
	u64 before, after;

	round_trip(); /* once, so that all is mapped */
	before = guest_clock();
	for (u64 i = 0; i < times; i++)
		round_trip();
	after = guest_clock();
	printk("round-trip %s %lu\n", name,
	       (after - before) * GUEST_INSTRUCTIONS_PER_TICK / times);
}

static void to_the_vmm(void)
{
	testdev_write(TESTDEV_NOP, 0, 4);
}

static void nothing(void)
{
}

int guest_main(void)
{
	u64 times = guest_number(10000);

	if (!times)
		times = 1;
	measure("nothing", nothing, times);
	measure("inkernel", exit_to_kernel, times);
	measure("user", to_the_vmm, times);
	return 0;
}
