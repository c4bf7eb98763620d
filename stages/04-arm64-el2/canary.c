/*
 * canary.c - the canary test as a whole; canary.h says what it is.
 */
#include "04-arm64-el2/canary.h"

#include "04-arm64-el2/forge.h"
#include "04-arm64-el2/smp.h"
#include "lib/panic.h"

#define ROUNDS 50 /* of each vCPU in each part */

static struct canary canaries[4];
static const char *const names[] = { "A", "B", "C", "D" };

struct pair {
	struct canary *first, *second;
};

/* Two guests take turns on this CPU. */
static void alternate(void *arg)
{
	struct pair *p = arg;

	for (unsigned i = 0; i < ROUNDS; i++) {
		canary_round(p->first);
		canary_round(p->second);
	}
}

static void two_cpus(struct pair *here, struct pair *there)
{
	smp_run(1, alternate, there);
	alternate(here);
	smp_wait(1);
}

static void report(const char *what)
{
	u64 runs = 0;

	for (unsigned i = 0; i < ARRAY_SIZE(canaries); i++)
		runs += canaries[i].runs;
	printk("canary: %s: %lu runs, nothing lost\n", what, (long)runs);
}

void canary_run(unsigned cpus)
{
	struct pair ab = { &canaries[0], &canaries[1] };
	struct pair cd = { &canaries[2], &canaries[3] };

	for (unsigned i = 0; i < ARRAY_SIZE(canaries); i++)
		canary_setup(&canaries[i], names[i],
		             0x9e3779b97f4a7c15 * (i + 1));
	canary_traps(&canaries[0]);
	canary_setup(&canaries[0], names[0], 0x9e3779b97f4a7c15);
	canary_host_irqs(100);
	printk("canary: 100 interrupts of the host, no register changed\n");
	alternate(&ab);
	report("two guests on one CPU");
	forge_canary(&canaries[0]);
	if (cpus < 2) {
		printk("canary: one CPU only, not tried on two\n");
		return;
	}
	two_cpus(&ab, &cd);
	report("four guests on two CPUs");
	two_cpus(&cd, &ab);
	report("the same, CPUs exchanged");
}
