/*
 * machine.h - a guest with a console, for the demos: a VM of one vCPU that
 * counts its exits.
 */
#pragma once

#include "03-entry-exit/guest_state.h"
#include "03-entry-exit/guests.h"
#include "guests/x86_64/layout.h"

#define MACHINE_CONSOLE_PORT 0xe9
#define MACHINE_ENTRY (GUEST_VA_BASE + GUEST_GPA)

struct machine {
	struct vm vm;
	struct vcpu v;
	char line[120]; /* what the guest has printed of a line */
	unsigned length;
	u64 count[EXIT_REASONS];
};

/*
 * machine_init - a machine with 2 MiB of RAM and no program.  caps: of this
 * CPU.  stage_failed if the CPU lacks a control.
 */
void machine_init(struct machine *m, const struct vmx_caps *caps);

/* machine_start_64, machine_start_real - load a program, set RIP to it. */
void machine_start_64(struct machine *m, const u8 *start, const u8 *end);
void machine_start_real(struct machine *m, const u8 *start, const u8 *end);

/* machine_run - vcpu_run, with the exits counted. */
enum run_result machine_run(struct machine *m);

/* machine_must_run - the same, and stage_failed if the exit is another. */
void machine_must_run(struct machine *m, u32 reason);

/* machine_report - how often it left, and why. */
void machine_report(const struct machine *m);

/* machine_done - clear its VMCS: done with it on this CPU. */
void machine_done(struct machine *m);
