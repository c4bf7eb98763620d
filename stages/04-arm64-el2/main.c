/*
 * main.c - stage 04: Arm EL2 with VHE, from reset to a complete world switch.
 */
#include "04-arm64-el2/canary.h"
#include "04-arm64-el2/cpu.h"
#include "04-arm64-el2/demo.h"
#include "04-arm64-el2/gicv3.h"
#include "04-arm64-el2/machine.h"
#include "04-arm64-el2/page.h"
#include "04-arm64-el2/smp.h"
#include "04-arm64-el2/timer.h"
#include "lib/panic.h"
#include "lib/string.h"

const char stage_number[] = "04";
_Noreturn void primary_main(u64 fdt_pa);

/* The host: head.S has switched EL2 to a host's level, with its MMU on. */
static unsigned start_host(u64 fdt_pa)
{
	cpu_init(&percpus[0], 0); /* TPIDR_EL2, vectors */
	machine_read(fdt_pa);     /* memory, CPUs, devices */
	page_init();              /* memory to give out */
	cpu_read_features();      /* what there is to switch */
	vmid_init(&vmid_pool, cpu_features.vmid_bits);
	gic_init();
	gic_cpu_init();
	timer_init();
	write_daif(0); /* interrupts on */
	return smp_start();
}

/*
 * Words on the command line: "canary" runs the canaries only, many rounds;
 * "demo" all but the canaries; "quick" all, the canaries first and with few
 * rounds (for make mutate); others break things (provoke.c).
 */
_Noreturn void primary_main(u64 fdt_pa)
{
	unsigned cpus = start_host(fdt_pa);
	const char *cmdline = machine.cmdline;

	demo_machine(cpus);
	provoke(cmdline);
	if (word_in(cmdline, "quick"))
		canary_run(cpus, 5);
	if (!word_in(cmdline, "canary")) {
		demo_host_context(); /* what EL2 is now */
		demo_tour();         /* in, and out in every way */
		demo_stage2();       /* what confines a guest */
		demo_vmid();         /* what tells guests apart */
		demo_panic_exit();   /* when we are wrong */
		demo_cost();         /* and it is cheap */
	}
	if (word_in(cmdline, "canary"))
		canary_run(cpus, 200);
	else if (!word_in(cmdline, "demo") && !word_in(cmdline, "quick"))
		canary_run(cpus, 30); /* no leaks */
	stage_ok();
}
