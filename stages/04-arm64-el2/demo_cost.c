/*
 * demo_cost.c - what an exit costs, in instructions and register accesses.
 */
#include "04-arm64-el2/demo.h"
#include "04-arm64-el2/exit.h"
#include "04-arm64-el2/memory.h"
#include "04-arm64-el2/percpu.h"
#include "04-arm64-el2/timer.h"
#include "lib/panic.h"

#define ROUND_TRIPS 4000
#define LINUX_KVM 993 /* numbers.md: the same, Linux 6.1's KVM in VHE mode */

/* switch_tally.c: vcpu_run that counts; entry.S counts while assembled. */
u64 vcpu_run_tally(struct vcpu *v);
extern u64 sysreg_tally;
extern const u64 entry_sysreg_accesses;

static struct vm vm;
static struct vcpu vcpu;

static u64 ticks_of(u64 round_trips)
{
	u64 start = timer_now();

	vcpu.x[19] = round_trips;
	if (vcpu_run_loop(&vcpu) != WHY_HVC)
		stage_failed("cost: the guest did something else");
	return timer_now() - start;
}

static void print_cost(void)
{
	u64 ns = timer_ns(ticks_of(ROUND_TRIPS)) / ROUND_TRIPS;

	if (timer_counts_instructions())
		printk("an HVC round trip takes %lu instructions (Linux KVM: "
		       "%u)\n",
		       ns, LINUX_KVM);
	else
		printk("an HVC round trip takes %lu ns here (QEMU's -icount "
		       "shift=0 counts instructions)\n",
		       ns);
}

static void print_accesses(void)
{
	u64 daif = mask_all(), in_c, in_asm = entry_sysreg_accesses;

	vcpu.x[19] = 2;
	vcpu_run_tally(&vcpu); /* the first: not yet on the way back in */
	vcpu.x[0] = 0;
	sysreg_tally = 0;
	vcpu_run_tally(&vcpu);
	in_c = sysreg_tally;
	write_daif(daif);
	printk("and %lu system register accesses: %lu in C, %lu in entry.S\n\n",
	       in_c + in_asm, in_c, in_asm);
}

void demo_cost(void)
{
	printk("--- what it costs\n");
	vm_create(&vm, "bench", guest_bench, guest_bench_size, 64 * KiB);
	vcpu_reset(&vcpu, &vm, "bench.0", GUEST_RAM);
	vcpu_load(&vcpu);
	ticks_of(1); /* maps the guest's page */
	print_cost();
	print_accesses();
	vcpu_put(&vcpu);
	vm_destroy(&vm);
}
