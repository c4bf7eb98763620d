/*
 * breakage.h - ways to break a sample, so that just one rule is broken.
 *
 * One table (breakages.def) for two uses: the unit tests hold the entry
 * checker against every row, the demo shows the rows to the CPU.
 */
#pragma once

#include "02-vmcs/entry_checks/entry_checks.h"
#include "02-vmcs/sample.h"

enum change_kind {
	CHANGE_NONE,  /* the end */
	CHANGE_SET,   /* field = value */
	CHANGE_ON,    /* field |= value */
	CHANGE_OFF,   /* field &= ~value */
	CHANGE_TOP,   /* field = end of physical memory - value */
	CHANGE_PAGE,  /* field = address of sample page `value` */
	CHANGE_SELF,  /* field = address of the current VMCS */
	CHANGE_WORD,  /* 8 bytes of the sample's memory = value */
	CHANGE_FLIP,  /* 8 bytes of the sample's memory ^= value */
	CHANGE_CPU,   /* the CPU has a property: enum cpu_property */
	CHANGE_LACKS, /* the CPU's MSR `where` lacks the bits `value` */
};

/* What only a test can change about a CPU. */
enum cpu_property {
	CPU_IN_SMM,
	CPU_IN_32BIT_MODE,
	CPU_TRACING, /* by Intel PT */
	CPU_WITHOUT_SGX,
	CPU_WITHOUT_RTM,
	CPU_WITHOUT_BUS_LOCK,
	CPU_WITH_LAM,
	CPU_WITHOUT_LAM,
};

struct change {
	enum change_kind kind;
	unsigned where; /* field index, MSR index, or page and offset */
	u64 value;
};

#define MAX_CHANGES 12

struct breakage {
	enum entry_rule_id rule; /* ENTRY_RULES: none, the entry is valid */
	enum sample sample;
	const char *words; /* for a valid one: what is special in it */
	struct change changes[MAX_CHANGES];
};

extern const struct breakage breakages[];
extern const unsigned breakage_count;

/*
 * breakage_apply - change the fields and the sample's memory.  Changes of the
 * CPU itself are left to the caller (a test), see breakage_needs_cpu.
 */
void breakage_apply(const struct breakage *b, struct vmcs_values *f,
                    const struct sample_memory *m,
                    const struct check_env *env);

/* breakage_needs_cpu - does the row only work on a CPU made up for it? */
bool breakage_needs_cpu(const struct breakage *b);

/* breakage_changes_field - does a change concern a field of the VMCS? */
bool breakage_changes_field(const struct change *c);
