/*
 * sysregs.h - the guest's system registers by number, name and encoding.
 * Made from sysregs.def.
 */
#pragma once

#include "lib/types.h"

/* Index of a register in vcpu.sys[]. */
enum sysreg {
#define EL12(name, ...) name##_EL1,
#define EL02(name, ...) name##_EL0,
#define SAME(name, ...) name,
#include "04-arm64-el2/sysregs.def"
	NR_SYSREGS,
};

/* Who switches it (sysregs.def). */
enum sysreg_class {
	SYSREG_LOAD,
	SYSREG_SWITCH,
	SYSREG_TIMER,
	SYSREG_KEY,
	SYSREG_SME,
};

/* op0, op1, CRn, CRm, op2 as in an MRS instruction's bits 20 to 5. */
#define SYSREG_ENC(op0, op1, crn, crm, op2)                                   \
	((op0) << 14 | (op1) << 11 | (crn) << 7 | (crm) << 3 | (op2))

struct sysreg_info {
	const char *name;
	u32 enc;
	enum sysreg_class class;
	u64 canary; /* bits that the canary may fill with patterns */
};

/* One for each enum sysreg. */
extern const struct sysreg_info sysreg_info[NR_SYSREGS];

/* sysreg_name - the name for an encoding, or NULL for one we do not know. */
const char *sysreg_name(u32 enc);
