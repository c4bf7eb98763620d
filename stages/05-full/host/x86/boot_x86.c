/*
 * boot_x86.c - from stage 01's machine to a host OS: stage_main.
 */
#include "01-vmxon/boot.h"
#include "01-vmxon/smp.h"
#include "01-vmxon/stage.h"
#include "05-full/host/memory.h"
#include "05-full/host/sched.h"
#include "05-full/host/time.h"
#include "05-full/host/x86/host_cpu.h"
#include "lib/panic.h"
#include "lib/string.h"

static char words[1024]; /* the command line; its memory is given away */

/* On every CPU at the same time. */
static void become_host(void *unused)
{
	(void)unused;
	cpu_host_init();
	smp_barrier(); /* none is sent a message before it can take it */
	if (arch_cpu_number() == 0)
		host_main(words);
	sched_start();
}

void stage_main(const char *cmdline)
{
	if (strlen(cmdline) >= sizeof(words))
		stage_failed("a command line of %lu bytes; %lu fit",
		             strlen(cmdline), sizeof(words) - 1);
	memcpy(words, cmdline, strlen(cmdline) + 1);
	cpus_init();       /* what all CPUs have in common */
	traps_init();      /* entry.S takes over from trap.S */
	stacks_init();     /* kernel stacks with guard pages */
	frames_init();     /* the rest of memory */
	clock_calibrate(); /* how fast the TSC counts */
	clock_init();
	sched_init();
	console_listen(); /* typing interrupts */
	smp_run(become_host, NULL);
}

const void *arch_initrd(u64 *size)
{
	*size = boot_module.end - boot_module.start;
	return (const void *)boot_module.start;
}
