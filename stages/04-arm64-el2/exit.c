/*
 * exit.c - who handles which exit.
 *
 * Three kinds of exit: those that fixup_guest_exit deals with inside of
 * vcpu_run (C9), those that a handler deals with here, and those for which
 * the caller of vcpu_run_loop is asked (EXIT_TO_CALLER).
 */
#include "04-arm64-el2/exit.h"

#include "04-arm64-el2/esr.h"

const struct exit_table default_exits = {
	.by_class = {
		[EC_WFX] = handle_wfx,
		[EC_HVC64] = handle_hvc,
		[EC_SMC64] = handle_smc,
		[EC_SYS64] = handle_sysreg,
		[EC_IABT_LOW] = handle_instruction_abort,
		[EC_DABT_LOW] = handle_data_abort,
		[EC_FP] = handle_undef, /* FP that is ours: fixup.c's */
		[EC_SVE] = handle_undef,
		[EC_SME] = handle_undef,
		[EC_PAC] = handle_undef,
	},
	.otherwise = handle_undef,
	.irq = handle_irq,
	.serror = handle_serror,
	.illegal = handle_illegal,
	.sysregs = &sysreg_emul_table,
};

/*
 * An SError found on the way out is reported first.  The other exit is
 * forgotten: the guest runs its instruction again afterwards.  An HVC has
 * been passed already (its return address is behind it), so step back.
 */
static void undo_exit(struct vcpu *v, u64 code)
{
	if ((code & ~EXIT_WITH_SERROR) == EXIT_SYNC &&
	    ESR_EC(v->esr) == EC_HVC64)
		v->pc -= 4;
}

/* The exits that are not synchronous exceptions. */
static enum handled handle_other(struct vcpu *v, u64 code)
{
	const struct exit_table *t = v->vm->exits;

	if (code & EXIT_WITH_SERROR) {
		undo_exit(v, code);
		return t->serror(v);
	}
	if (code == EXIT_IRQ)
		return t->irq(v);
	return code == EXIT_SERROR ? t->serror(v) : t->illegal(v);
}

enum handled handle_exit(struct vcpu *v, u64 code)
{
	const struct exit_table *t = v->vm->exits;
	unsigned ec = ESR_EC(v->esr);

	if (code != EXIT_SYNC)
		return handle_other(v, code);
	v->exits_by_class[ec]++;
	return t->by_class[ec] ? t->by_class[ec](v) : t->otherwise(v);
}
