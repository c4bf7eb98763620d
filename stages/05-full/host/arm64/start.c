/*
 * start.c - arm64: from reset to the neutral half's host_main.
 */
#include "05-full/host/arm64/start.h"
#include "04-arm64-el2/gicv3.h"
#include "04-arm64-el2/machine.h"
#include "04-arm64-el2/smp.h"
#include "04-arm64-el2/timer.h"
#include "04-arm64-el2/vmid.h"
#include "05-full/host/arch.h"
#include "05-full/host/arm64/arm64.h"
#include "05-full/host/memory.h"
#include "05-full/host/sched.h"
#include "05-full/host/time.h"

extern char boot_stacks[];
_Noreturn void primary_main(u64 fdt_pa);
static unsigned cpus = 1;

unsigned arch_cpu_count(void)
{
	return cpus;
}

/* The other CPUs: stage 04 has started them, and they wait for work. */
static void secondary_host(void *unused)
{
	(void)unused;
	irq_mask();
	write_current(&boot_thread[this_cpu()->id]);
	cpu_begin();
	sched_start();
}

_Noreturn void primary_main(u64 fdt_pa)
{
	cpu_init(&percpus[0], 0); /* TPIDR_EL2, vectors */
	percpus[0].stack_top = (u64)boot_stacks + BOOT_STACK_SIZE;
	write_current(&boot_thread[0]);
	machine_read(fdt_pa); /* memory, CPUs, devices */
	board_read();         /* initrd, the console's interrupt */
	memory_take_over();   /* all memory that is left */
	cpu_read_features();
	vmid_init(&vmid_pool, cpu_features.vmid_bits);
	gic_init();
	gic_cpu_init();
	timer_init();
	clock_init();
	sched_init();
	cpus = smp_start();
	cpu_begin();
	for (unsigned i = 1; i < cpus; i++)
		smp_run(i, secondary_host, NULL);
	console_irq_init();
	host_main(machine.cmdline);
}
