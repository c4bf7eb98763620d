/*
 * vmx_cpu.h - VMX capabilities of real CPUs, of Bochs's, and of one that has
 * everything.
 */
#pragma once

#include "01-vmxon/vmx_caps.h"

enum fake_cpu {
	CPU_CORE2,  /* Core 2 Duo (2006): no secondary controls, no TRUE */
	CPU_PENRYN, /* Core 2 Duo P8400 class (2008): a few secondary ones */
	CPU_IVY,    /* Core i5-3570 (2012) */
	CPU_BROADWELL, /* Core i7-5600U (2015) */
	CPU_BOCHS_SKYLAKE,
	CPU_BOCHS_HASWELL,
	CPU_BOCHS_TIGERLAKE,
	CPU_EVERYTHING, /* every bit of our tables, no real CPU */
	FAKE_CPUS
};

const char *fake_cpu_name(enum fake_cpu cpu);

/* Its capabilities, read by vmx_caps_from() as from a real one. */
struct vmx_caps fake_cpu_caps(enum fake_cpu cpu);

/* How often vmx_caps_from() asked the last CPU for an MSR it does not have. */
extern unsigned fake_cpu_faults;
