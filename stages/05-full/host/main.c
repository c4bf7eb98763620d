/*
 * main.c - stage 05: from a booted machine to the programs that the command
 * line names, and the verdict.
 */
#include "05-full/host/arch.h"
#include "05-full/host/console.h"
#include "05-full/host/memory.h"
#include "05-full/host/ramfs.h"
#include "05-full/host/run.h"
#include "05-full/host/sched.h"
#include "lib/panic.h"

const char stage_number[] = "05";

/* The one thing here that knows KVM; an image may be without. */
__attribute__((weak)) void kvm_init(void);
__attribute__((weak)) int kvm_arch_cpu_init(void);

static void init_this_cpu(void *result)
{
	*(int *)result |= kvm_arch_cpu_init();
}

static void kvm_start(void)
{
	int err = 0;

	if (!kvm_init || !kvm_arch_cpu_init)
		return;
	for (unsigned i = 0; i < arch_cpu_count(); i++)
		cpu_call(i, init_this_cpu, &err);
	if (err)
		printk("no /dev/kvm: error %d\n", err);
	else
		kvm_init();
}

static void first_thread(void *cmdline)
{
	u64 size;
	const void *initrd = arch_initrd(&size);

	reaper_start();
	console_register();        /* /dev/console, /dev/null */
	ramfs_init(initrd, size);  /* the files of the initrd */
	kvm_start();               /* /dev/kvm */
	run_command_line(cmdline); /* the programs */
	stage_ok();
}

/* Memory, clock and scheduler are there; this CPU becomes one of many. */
_Noreturn void host_main(const char *cmdline)
{
	if (!thread_create("first", first_thread, (void *)cmdline))
		panic("no memory for the first thread");
	sched_start();
}
