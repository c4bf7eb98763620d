/*
 * canary.c - the canary test as a whole; canary.h says what it is.
 */
#include "04-arm64-el2/canary.h"

#include "04-arm64-el2/forge.h"
#include "04-arm64-el2/mmu.h"
#include "04-arm64-el2/rehearse.h"
#include "04-arm64-el2/smp.h"
#include "lib/panic.h"

static struct canary canaries[4];
static const char *const names[] = { "A", "B", "C", "D" };

struct pair {
	struct canary *first, *second;
	unsigned rounds;
};

/* Two guests take turns on this CPU. */
static void alternate(void *arg)
{
	struct pair *p = arg;

	for (unsigned i = 0; i < p->rounds; i++) {
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
	printk("canary: %s: %lu runs, nothing lost\n", what, runs);
}

/*
 * Every exception that may not be in the switch must end in the panic exit,
 * which makes the CPU a host's again, and knows whose turn it was.
 */
static void panics(struct canary *c, enum forge what, unsigned slot)
{
	struct rehearsal r;

	c->v.pc = canary_stub(STUB_KINDS + KIND_HVC);
	c->v.pstate = PSTATE_EL1h | PSTATE_DAIF;
	vcpu_load(&c->v);
	r = rehearse_panic(&c->v, what);
	vcpu_put(&c->v);
	if (!r.reached || r.slot != slot || r.vcpu != c->v.name)
		stage_failed("canary: the panic exit says \"%s\", slot %u, "
		             "not %u",
		             r.vcpu, r.slot, slot);
	if (r.hcr != HCR_HOST || r.vbar != (u64)host_vectors)
		stage_failed("canary: the panic exit left the guest's HCR_EL2 "
		             "or VBAR_EL2");
}

/* All but the guest's four, and the two with exceptions to the rule. */
static bool always_unexpected(unsigned slot)
{
	return slot / 4 != SLOT_LOWER_64 / 4 &&
	       slot != SLOT_CURRENT_SPX + SLOT_SYNC &&
	       slot != SLOT_CURRENT_SPX + SLOT_SERROR;
}

static void panic_canary(struct canary *c)
{
	panics(c, FORGE_IN_SWITCH, SLOT_CURRENT_SPX + SLOT_SERROR);
	panics(c, FORGE_BRK_IN_SWITCH, SLOT_CURRENT_SPX + SLOT_SYNC);
	for (unsigned slot = 0; slot < SLOTS; slot++)
		if (always_unexpected(slot))
			panics(c, FORGE_SLOT + slot, slot);
	printk("canary: every exception in the switch ends in the panic exit\n");
}

void canary_run(unsigned cpus, unsigned rounds)
{
	struct pair ab = { &canaries[0], &canaries[1], rounds };
	struct pair cd = { &canaries[2], &canaries[3], rounds };

	for (unsigned i = 0; i < ARRAY_SIZE(canaries); i++)
		canary_setup(&canaries[i], names[i],
		             0x9e3779b97f4a7c15 * (i + 1));
	printk("--- canary: patterns in every register, host and guest\n");
	canary_traps(&canaries[0]);
	canary_setup(&canaries[0], names[0], 0x9e3779b97f4a7c15);
	canary_host_irqs(100);
	printk("canary: 100 interrupts of the host, no register changed\n");
	alternate(&ab);
	report("two guests on one CPU");
	forge_canary(&canaries[0]);
	panic_canary(&canaries[0]);
	if (cpus < 2) {
		printk("canary: one CPU only, not tried on two\n");
		return;
	}
	two_cpus(&ab, &cd);
	report("four guests on two CPUs");
	two_cpus(&cd, &ab);
	report("the same, CPUs exchanged");
}
