/*
 * canary_ways.h - the ways out that the canary guest takes.
 */
#pragma once

#include "lib/canary.h"

struct canary_way {
	const char *name;
	void (*go)(const struct canary_regs *in, struct canary_regs *out);
	u64 changes; /* general registers that it changes by rule, a bit each */
};

/* The seams: this architecture's ways, ended by a NULL name. */
extern const struct canary_way canary_ways[];

/* canary_fix - general registers that a way needs: ports, addresses. */
void canary_fix(struct canary_regs *in);

/* canary_system - fill the system registers from seed; or compare them. */
void canary_fill_system(u64 seed);
bool canary_check_system(u64 seed);
