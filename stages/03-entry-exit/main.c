/*
 * main.c - stage 03: guests go in and come out, and nothing leaks.
 */
#include "01-vmxon/cpu.h"
#include "01-vmxon/smp.h"
#include "01-vmxon/stage.h"
#include "01-vmxon/vmx.h"
#include "01-vmxon/vmx_caps.h"
#include "03-entry-exit/demo.h"
#include "lib/panic.h"
#include "lib/string.h"

const char stage_number[] = "03";

static struct vmx_caps caps;

static void enter_vmx(void *arg)
{
	const char *obstacle = vmx_probe(arg);

	if (obstacle)
		stage_failed("CPU %u: %s", this_cpu()->number, obstacle);
	vmx_on(arg);
}

static void leave_vmx(void *arg)
{
	(void)arg;
	vmx_off();
}

/* All that a reader sees but the canaries. */
static void demos(void)
{
	demo_first_guest(&caps);  /* in, out, and in again */
	demo_real_mode(&caps);    /* the same from 1978 */
	demo_ept(&caps);          /* memory */
	demo_events(&caps);       /* interrupts, exceptions */
	demo_endless_loop(&caps); /* a guest that never exits */
	demo_failures(&caps);     /* entries that fail */
}

/*
 * Words on the command line: "canary" runs the canaries only, thousands of
 * rounds each; "demo" all but the canaries; "quick" few rounds of them, and
 * before all else: for `make mutate`, as they say best what is wrong; "loop"
 * a guest that nobody stops: the time limit of the emulator must.
 */
void stage_main(const char *cmdline)
{
	smp_run(enter_vmx, &caps); /* stage 01, on every CPU */
	if (word_in(cmdline, "loop"))
		demo_loop_without_end(&caps);
	if (word_in(cmdline, "quick"))
		demo_canaries(&caps, 30);
	if (!word_in(cmdline, "canary"))
		demos();
	if (word_in(cmdline, "canary"))
		demo_canaries(&caps, 2000);
	else if (!word_in(cmdline, "quick") && !word_in(cmdline, "demo"))
		demo_canaries(&caps, 250); /* nothing leaks */
	demo_cost(&caps);                  /* and it is cheap */
	smp_run(leave_vmx, NULL);
}
