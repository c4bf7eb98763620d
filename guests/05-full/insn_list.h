/*
 * insn_list.h - a table of instructions, each a function to guest_try.
 *
 * Before including it, INSN_LIST names the table: lines INSN(name, text, what),
 * what being the exception that the manual says, -1 for none.
 */
#pragma once

#include "guest.h"
#include "lib/try.h"
#include "list_insn.h"

#define INSN INSN_FUNCTION
#include INSN_LIST
#undef INSN

static const struct insn_row {
	const char *name;
	void (*fn)(void);
	int expected;
} insn_rows[] = {
#define INSN(name, text, what) { #name, insn_##name, what },
#include INSN_LIST
#undef INSN
};

/* Tries all of them; how many did something else. */
static inline int insn_try_all(int (*try)(void (*fn)(void)))
{
	int wrong = 0;

	for (size_t i = 0; i < ARRAY_SIZE(insn_rows); i++) {
		const struct insn_row *row = &insn_rows[i];
		int got = try(row->fn);

		printk("  %s %s: %d\n",
		       got == row->expected ? "ok    " : "FAILED", row->name,
		       got);
		wrong += got != row->expected;
	}
	return wrong;
}
