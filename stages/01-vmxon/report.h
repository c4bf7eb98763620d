/*
 * report.h - the parts of stage 01's transcript.
 */
#pragma once

#include "lib/types.h"

struct vmx_caps;

/* report_caps - print every capability MSR, decoded by name. */
void report_caps(const struct vmx_caps *caps);

/* report_fixed_bits - what VMX operation demands of CR0 and CR4. */
void report_fixed_bits(const struct vmx_caps *caps);

/*
 * vmxon_failures - provoke each way in which VMXON can fail that this
 * machine lets us provoke; name the rest.  Leaves VMX operation off.
 * Returns false if the CPU answered otherwise than the manual says.
 */
bool vmxon_failures(const struct vmx_caps *caps);
