/*
 * tsc.h - a machine's time-stamp counter: one for all its vCPUs, as offset to
 * the host's.  Pure.
 */
#pragma once

#include "lib/types.h"

struct guest_tsc {
	u64 offset;  /* guest's minus host's; of vCPUs to come, too */
	bool by_vmm; /* a VMM has written it */
};

/*
 * tsc_write - the VMM writes a vCPU's TSC when the host's is `now`: the offset
 * that this vCPU gets.  hz: ticks a second.
 */
u64 tsc_write(struct guest_tsc *t, u64 value, u64 now, u64 hz);
