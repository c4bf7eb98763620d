/*
 * start.c - boot_main: bring up one machine, then hand over to the stage.
 */
#include "01-vmxon/boot.h"
#include "01-vmxon/console.h"
#include "01-vmxon/cpu.h"
#include "01-vmxon/lapic.h"
#include "01-vmxon/pages.h"
#include "01-vmxon/paging.h"
#include "01-vmxon/smp.h"
#include "01-vmxon/stage.h"
#include "01-vmxon/trap.h"
#include "lib/panic.h"
#include "lib/string.h"

static void describe_machine(void)
{
	char name[49], below[13];

	cpu_brand(name);
	printk("World Switch, stage %s\nmachine: %s, %u CPU%s, %lu MiB of memory\n",
	       stage_number, name, smp_count(), smp_count() > 1 ? "s" : "",
	       pages_free_bytes() / MiB);
	if (cpu_hypervisor(below))
		printk("below: a hypervisor that calls itself %s\n", below);
}

struct boot_module boot_module;
extern u8 __image_end[];

static void find_module(const struct multiboot_info *info)
{
	const struct multiboot_module *m = (void *)(u64)info->modules;

	if (!(info->flags & MULTIBOOT_HAS_MODULES) || !info->modules_count)
		return;
	boot_module.start = m->start;
	boot_module.end = m->end;
}

/* Memory in pages: the larger part of what the module leaves. */
static void take_memory(u64 top)
{
	u64 from = (u64)__image_end, below = boot_module.start;
	u64 above = ALIGN_UP(boot_module.end, PAGE_SIZE);

	if (!boot_module.end || below >= top)
		pages_init(from, top);
	else if (below > from && below - from > top - above)
		pages_init(from, below);
	else
		pages_init(MAX(from, above), top);
}

/* All CPUs at once. */
static void crash(void *unused)
{
	(void)unused;
	smp_barrier();
	ud2();
}

/* Ways to go wrong on purpose: tests of how a run ends, and exercises. */
static void provoke(const char *cmdline)
{
	if (word_in(cmdline, "hang"))
		for (;;)
			pause();
	if (word_in(cmdline, "crash"))
		ud2();
	if (word_in(cmdline, "crash-all"))
		smp_run(crash, NULL);
	if (word_in(cmdline, "panic"))
		panic("asked for by the word 'panic' on the command line");
	if (word_in(cmdline, "triple")) {
		struct table_ptr none = { 0, 0 };

		lidt(&none); /* no IDT: #UD, then #DF, then shutdown */
		ud2();
	}
}

void boot_main(u32 magic, const struct multiboot_info *info)
{
	const char *cmdline = "";

	console_init(); /* now printk works */
	if (magic != MULTIBOOT_BOOTED || !(info->flags & MULTIBOOT_HAS_MEM))
		stage_failed("not started by a Multiboot 1 boot loader");
	if (info->flags & MULTIBOOT_HAS_CMDLINE)
		cmdline = (const char *)(u64)info->cmdline;
	if (info->mem_upper * KiB < PAGES_MIN_MEMORY)
		stage_failed("%lu MiB of memory are too few; %lu are needed",
		             info->mem_upper / KiB + 1,
		             PAGES_MIN_MEMORY / MiB);

	find_module(info);
	take_memory(MiB + info->mem_upper * KiB);
	trap_init();   /* exceptions are decoded */
	cpu_init(0);   /* GDT, TSS, this_cpu() */
	paging_init(); /* W^X, guarded stacks */
	lapic_init();  /* messages to other CPUs */
	smp_start();   /* ... which start now */
	describe_machine();
	provoke(cmdline);
	stage_main(cmdline);
	stage_ok();
}
