/*
 * main.c - stage 02: a VMCS's life, one guest's VMCS by name, how VMX
 * instructions fail, and every rule of VM entry held against the CPU.
 */
#include "01-vmxon/cpu.h"
#include "01-vmxon/pages.h"
#include "01-vmxon/stage.h"
#include "01-vmxon/vmx.h"
#include "01-vmxon/vmx_caps.h"
#include "02-vmcs/demo.h"
#include "lib/panic.h"
#include "lib/string.h"

const char stage_number[] = "02";

static struct vmx_caps caps;

void stage_main(const char *cmdline)
{
	struct vmcs_demo d = { .caps = &caps };
	const char *obstacle = vmx_probe(&caps);

	if (obstacle)
		stage_failed("%s", obstacle);
	d.memory.bytes = pages_alloc_block(SAMPLE_PAGES * PAGE_SIZE, 4096);
	d.memory.pa = ptr_to_hpa(d.memory.bytes).v;

	vmx_on(&caps);
	demo_life(&d);
	demo_set_up(&d);
	demo_launch_state(&d);
	if (!demo_instruction_errors(&d))
		stage_failed("a VMX instruction failed otherwise than the "
		             "manual says");
	if (!demo_breakages(&d, word_in(cmdline, "all")))
		stage_failed("the CPU and the entry checker disagree");
	vmx_off();
	cpu_load_tables(); /* exits left the largest limits */
}
