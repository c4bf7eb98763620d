/*
 * probe.h - ask the CPU what it thinks of the current VMCS, by entering.
 *
 * Not a world switch: the guest runs with whatever the host has in its
 * general registers.  Enough to see the CPU's verdict; stage 03 does it right.
 */
#pragma once

#include "02-vmcs/entry_checks/entry_checks.h"

/* Where an exit lands: the value for HOST_RIP. */
void probe_exit(void);

/* How an attempt to enter ended. */
struct probe_answer {
	bool failed;       /* VMfail: the guest was not entered, no exit */
	bool has_error;    /* VMfailValid: error is its number */
	u32 error;         /* VM_INSTRUCTION_ERROR */
	u32 reason;        /* else VM_EXIT_REASON */
	u64 qualification; /* and EXIT_QUALIFICATION */
};

enum probe_how { PROBE_VMLAUNCH, PROBE_VMRESUME, PROBE_AFTER_MOV_SS };

/*
 * probe - try to enter by VMLAUNCH, by VMRESUME, or by VMLAUNCH right after a
 * MOV SS.  HOST_RIP must be probe_exit; HOST_RSP is set here.
 */
struct probe_answer probe(enum probe_how how);

/* probe_outcome - the answer as one of the entry checker's outcomes. */
enum entry_outcome probe_outcome(const struct probe_answer *a);

/* probe_words - "error 7", "exit 33", "exit 34 at entry 2", "runs". */
void probe_words(enum entry_outcome outcome, u64 qualification, char *buf,
                 size_t size);

/*
 * host_state_here - set the host-state area to this CPU's present state, so
 * that an exit changes nothing; it lands at probe_exit.
 */
void host_state_here(struct vmcs_values *f);
