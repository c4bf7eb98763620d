/*
 * main.c - stage 01: may we, what can this CPU do, how can VMXON fail; then
 * every CPU enters VMX operation and leaves it again.
 */
#include "01-vmxon/cpu.h"
#include "01-vmxon/report.h"
#include "01-vmxon/smp.h"
#include "01-vmxon/stage.h"
#include "01-vmxon/vmx.h"
#include "01-vmxon/vmx_caps.h"
#include "lib/panic.h"

const char stage_number[] = "01";

static struct vmx_caps caps;

/* On every CPU: each has its own permission, its own region, its own state. */
static void in_and_out(void *arg)
{
	const char *obstacle;
	struct vmx_caps mine;

	(void)arg;
	obstacle = vmx_probe(&mine);
	if (obstacle)
		stage_failed("CPU %u: %s", this_cpu()->number, obstacle);
	vmx_on(&mine);
	printk("  CPU %u: VMXON done, in VMX root operation\n",
	       this_cpu()->number);
	smp_barrier(); /* all of them are in it at this moment */
	vmx_off();
	printk("  CPU %u: VMXOFF done\n", this_cpu()->number);
}

void stage_main(const char *cmdline)
{
	const char *obstacle;

	(void)cmdline;
	obstacle = vmx_probe(&caps);
	if (obstacle)
		stage_failed("%s", obstacle);
	printk("\nVMX is there (CPUID.1:ECX[5]) and allowed "
	       "(IA32_FEATURE_CONTROL = %#lx: locked, on).\n",
	       caps.msr[IDX_IA32_FEATURE_CONTROL]);

	report_caps(&caps);
	report_fixed_bits(&caps);
	if (!vmxon_failures(&caps))
		stage_failed("VMXON answered otherwise than the manual says");

	printk("\nInto VMX operation and out again, on every CPU:\n");
	smp_run(in_and_out, NULL);
}
