/*
 * demo_canaries.c - a canary guest on every CPU at once; and what an exit
 * costs.
 */
#include "01-vmxon/cpu.h"
#include "01-vmxon/smp.h"
#include "03-entry-exit/canary.h"
#include "03-entry-exit/demo.h"
#include "03-entry-exit/host_regs.h"
#include "03-entry-exit/machine.h"
#include "lib/panic.h"

static struct {
	const struct canary_test *test;
	const struct vmx_caps *caps;
	u64 rounds;
	struct canary_report report[MAX_CPUS];
	bool good[MAX_CPUS];
} run;

/* On every CPU.  NMIs come from the last CPU, which then has no guest. */
static void on_one_cpu(void *arg)
{
	u32 n = this_cpu()->number;

	(void)arg;
	run.good[n] = true;
	if (run.test->flags & CANARY_NEEDS_NMIS && n > 0) {
		if (n == 1)
			canary_send_nmis();
		return;
	}
	run.good[n] =
		canary_run(run.test, run.caps, run.rounds, &run.report[n]);
	if (run.test->flags & CANARY_NEEDS_NMIS)
		canary_stop_nmis();
}

static void one_test(const struct canary_test *t)
{
	u64 exits = 0;

	if (t->flags & CANARY_NEEDS_NMIS && smp_count() < 2) {
		printk("  %-25s skipped: only another CPU can send NMIs\n",
		       t->name);
		return;
	}
	run.test = t;
	smp_run(on_one_cpu, NULL);
	for (u32 n = 0; n < smp_count(); n++) {
		if (!run.good[n])
			stage_failed("canary on CPU %u: %s", n,
			             run.report[n].text);
		exits += run.report[n].exits;
		run.report[n] = (struct canary_report){ 0 };
	}
	printk("  %-25s %6lu exits\n", t->name, exits);
}

void demo_canaries(const struct vmx_caps *caps, u64 rounds)
{
	printk("\nCanaries on %u CPU%s: patterns in every register of guest and "
	       "host,\ncompared after every exit:\n",
	       smp_count(), smp_count() > 1 ? "s at the same time" : "");
	run.caps = caps;
	run.rounds = rounds;
	for (unsigned i = 0; i < canary_test_count; i++)
		one_test(&canary_tests[i]);
	printk("  nothing changed on either side\n");
}

/* Linux 6.1's KVM on the same emulated CPU took this many (numbers.md). */
#define KVM_CPUID_TICKS 960
#define COST_ROUNDS 10000

/*
 * vmx_enter's own instructions when CR2 and HOST_RSP are what they were: a
 * needless write would not harm, but it would show here.
 */
#define SWITCH_INSTRUCTIONS 65

static struct machine m;

/*
 * Bochs's TSC counts instructions, a real CPU's does not; and it counts those
 * of a hypervisor below us as well.
 */
static bool tsc_counts_instructions(void)
{
	u64 ticks = ticks_of_1000_nops();
	char name[13];

	return ticks >= 990 && ticks <= 1010 && !cpu_hypervisor(name);
}

static void cost_of_switch(const struct vmx_caps *caps)
{
	u64 ticks;

	machine_init(&m, caps);
	machine_start_64(&m, GUEST_IMAGE(peek64));
	m.v.regs.rdi = MACHINE_ENTRY;
	machine_must_run(&m, EXIT_VMCALL);
	/* Back onto the VMCALL, 3 bytes long: from now on it stays there. */
	vmcs_writenat(GUEST_RIP, vmcs_readnat(GUEST_RIP) - 3);
	switch_ticks(&m.v.regs, 1);
	ticks = switch_ticks(&m.v.regs, COST_ROUNDS);
	ticks = (ticks + COST_ROUNDS / 2) / COST_ROUNDS - SWITCH_LOOP;
	machine_done(&m);
	if (!tsc_counts_instructions()) {
		printk("  the TSC does not count instructions here: the switch "
		       "took %lu ticks\n",
		       ticks);
		return;
	}
	printk("  vmx_enter itself: %lu instructions\n", ticks);
	if (ticks != SWITCH_INSTRUCTIONS)
		stage_failed(
			"vmx_enter took %lu instructions instead of %u: a "
			"write too many?",
			ticks, SWITCH_INSTRUCTIONS);
}

void demo_cost(const struct vmx_caps *caps)
{
	u64 ticks, hundredths;

	printk("\nWhat a round trip costs (CPUID, all registers switched):\n");
	cost_of_switch(caps);
	machine_init(&m, caps);
	machine_start_64(&m, GUEST_IMAGE(cost64));
	m.v.regs.rdi = COST_ROUNDS;
	if (vcpu_run(&m.v) != RUN_EXIT || m.v.reason != EXIT_VMCALL)
		stage_failed("the cost guest left with exit %u", m.v.reason);
	ticks = (m.v.regs.rbx + COST_ROUNDS / 2) / COST_ROUNDS;
	hundredths = ticks * 100 / KVM_CPUID_TICKS;
	printk("bench x86_64 inkernel ours=%lu kvm=%u (recorded) "
	       "ratio=%lu.%02lu\n",
	       ticks, KVM_CPUID_TICKS, hundredths / 100, hundredths % 100);
	machine_done(&m);
}
