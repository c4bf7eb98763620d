/*
 * faults.h - ways for a user program to go wrong, and what must become of it.
 */
#pragma once

#include "lib/types.h"

#define FAULT_ILL 4
#define FAULT_TRAP 5
#define FAULT_BUS 7
#define FAULT_FPE 8
#define FAULT_SEGV 11

struct fault {
	const char *name;
	void (*fn)(void);
	int signal;  /* that must kill it; 0: it must live on */
	int or_this; /* also right; 0: none */
};

/* The seam: the architecture's own ways; the last one has no name. */
extern const struct fault arch_faults[];

/* An address of the kernel's half, and one in no half at all. */
extern const u64 kernel_address, odd_address;
