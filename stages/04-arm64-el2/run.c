/*
 * run.c - the run loop around the world switch.
 */
#include "04-arm64-el2/exit.h"
#include "04-arm64-el2/hcr.h"
#include "04-arm64-el2/percpu.h"

/*
 * ERET catches every PSTATE that a guest cannot have, but for one: EL2 may
 * return to EL2, and would run the guest's code with our rights.  No guest
 * can get there by itself, but a caller may set any PSTATE.
 */
static bool is_ours(u64 pstate)
{
	return (pstate & (PSTATE_nRW | 0xc)) == (PSTATE_EL2h & 0xc);
}

enum exit_why vcpu_run_loop(struct vcpu *v)
{
	struct percpu *cpu = this_cpu();
	u64 daif = read_daif(), code;

	if (is_ours(v->pstate))
		return v->exit.why = WHY_BAD_STATE;
	do {
		set_daif();
		vmid_update(&vmid_pool, &v->vm->vmid, cpu->id);
		code = vcpu_run(v);
		/* If an interrupt ended the run, the host takes it here. */
		write_daif(daif);
	} while (handle_exit(v, code) == RESUME_GUEST);
	return v->exit.why;
}
