/*
 * exit.h - what to do about an exit that vcpu_run returned.
 */
#pragma once

#include "04-arm64-el2/sysreg_emul.h"
#include "04-arm64-el2/vcpu.h"

typedef enum handled exit_handler(struct vcpu *v);

/*
 * Handlers, by exception class; one that is missing is `otherwise`'s.  A VM
 * names its table: later stages have their own and reuse what fits.
 */
struct exit_table {
	exit_handler *by_class[64];
	exit_handler *otherwise;
	exit_handler *irq, *serror, *illegal;
	const struct sysreg_table *sysregs;
};

/* The table of this stage. */
extern const struct exit_table default_exits;

/* handle_exit - decide by v->vm->exits. */
enum handled handle_exit(struct vcpu *v, u64 code);

/* Handlers. */
exit_handler handle_hvc, handle_smc, handle_wfx, handle_sysreg;
exit_handler handle_data_abort, handle_instruction_abort;
exit_handler handle_undef, handle_irq, handle_serror, handle_illegal;

/* mmio_finish - after WHY_MMIO, with v->exit.mmio_data filled in for a load. */
void mmio_finish(struct vcpu *v);

/*
 * memory_fault - map the page at v->ipa if it is the guest's memory (the
 * seam: memory.c in this stage).  False: nothing is there.
 */
bool memory_fault(struct vcpu *v);
