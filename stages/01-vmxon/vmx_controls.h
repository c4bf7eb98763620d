/*
 * vmx_controls.h - the control bits by name, out of vmx_controls.def.
 *
 * Each bit is a constant of its value: PIN_NMI_EXITING is 0x8.
 */
#pragma once

#include "lib/types.h"

enum vmx_group {
	VMX_PIN,
	VMX_PROC,
	VMX_PROC2,
	VMX_PROC3,
	VMX_VMFUNC,
	VMX_EXIT,
	VMX_EXIT2,
	VMX_ENTRY,
	VMX_GROUPS
};

enum vmx_control_bits {
#define CONTROL(group, name, bit, words, section) name = BIT(bit),
#include "01-vmxon/vmx_controls.def"
};

struct vmx_control {
	enum vmx_group group;
	unsigned bit;
	const char *name;    /* "PIN_NMI_EXITING" */
	const char *words;   /* "NMI exiting" */
	const char *section; /* of the SDM, volume 3: "25.6.1" */
};

extern const struct vmx_control vmx_controls[];
extern const unsigned vmx_control_count;

/* vmx_control_at - the control in that bit, or NULL if it is reserved. */
const struct vmx_control *vmx_control_at(enum vmx_group group, unsigned bit);

/* vmx_group_name - "pin-based VM-execution controls" and so on. */
const char *vmx_group_name(enum vmx_group group);
