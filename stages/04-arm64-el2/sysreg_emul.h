/*
 * sysreg_emul.h - system registers that trap, and what a guest finds there.
 */
#pragma once

#include "04-arm64-el2/sysreg_insn.h"
#include "04-arm64-el2/vcpu.h"

/* What became of an access. */
enum sysreg_answer {
	SYSREG_DONE,  /* emulated: skip the instruction */
	SYSREG_AGAIN, /* not trapped any more: let it run */
	SYSREG_UNDEF, /* no such register for this guest */
};

struct sysreg_emul {
	u32 enc; /* the table is sorted by it */
	enum sysreg_answer (*access)(struct vcpu *v,
	                             const struct sysreg_emul *e, bool read,
	                             u64 *value);
	u64 (*host)(void); /* for an ID register: the real one */
	u64 mask, set;     /* what the guest sees: host & mask | set */
};

struct sysreg_table {
	const struct sysreg_emul *rows;
	unsigned n;
};

extern const struct sysreg_table sysreg_emul_table;

/*
 * sysreg_find - the row for an encoding, or NULL.  sysreg_sorted says if the
 * search can work at all (a test's question).
 */
const struct sysreg_emul *sysreg_find(const struct sysreg_table *t, u32 enc);
bool sysreg_sorted(const struct sysreg_table *t);

/* sysreg_emulate - answer one access by the table. */
enum sysreg_answer sysreg_emulate(const struct sysreg_table *t, struct vcpu *v,
                                  u32 enc, bool read, u64 *value);

/* Accesses for use in tables: read zero and ignore writes; the ID registers. */
enum sysreg_answer sysreg_raz_wi(struct vcpu *v, const struct sysreg_emul *e,
                                 bool read, u64 *value);
enum sysreg_answer sysreg_id(struct vcpu *v, const struct sysreg_emul *e,
                             bool read, u64 *value);
