/*
 * demo_set_up.c - one guest set up, shown, checked and entered.
 */
#include "02-vmcs/demo.h"
#include "02-vmcs/dump.h"
#include "02-vmcs/here.h"
#include "02-vmcs/probe.h"
#include "02-vmcs/vmcs_values.h"
#include "lib/panic.h"

void demo_put(const struct vmcs_values *f)
{
	for (unsigned i = 0; i < VMCS_FIELDS; i++)
		if (vmcs_fields[i].type != VMCS_READ_ONLY &&
		    !vmcs_is_absent(f, i))
			vmcs_put(i, f->v[i]);
}

void demo_set_up(struct vmcs_demo *d)
{
	static struct vmcs_values f;
	static struct check_result result;
	struct check_env env;
	const char *missing;
	struct probe_answer a;

	printk("\nA 64-bit guest, set up: each control rounded by its "
	       "capability MSR, the guest\nat a VMCALL, the host at what this "
	       "CPU has now.  The VMCS, by name:\n");
	vmcs_load(&d->vmcs);
	vmcs_capture(&f);
	sample_memory_fill(&d->memory, d->caps);
	missing = sample_guest(&f, SAMPLE_64, &d->memory, d->caps);
	if (missing)
		stage_failed("this CPU cannot run the sample: it lacks \"%s\"",
		             missing);
	host_state_here(&f);
	demo_put(&f);
	vmcs_capture(&f);
	vmcs_dump(&f);

	env = check_env_here(d->caps);
	entry_check(&f, &env, &result);
	a = probe(PROBE_VMLAUNCH);
	printk("\nThe entry checker tries its %u rules: %u broken, so %s.\n"
	       "The CPU: %s, until exit %u (18 is VMCALL).\n",
	       ENTRY_RULES, result.count, entry_outcome_words(result.outcome),
	       entry_outcome_words(probe_outcome(&a)), (u16)a.reason);
	if (result.outcome != ENTRY_SUCCEEDS ||
	    probe_outcome(&a) != ENTRY_SUCCEEDS)
		stage_failed("the sample should have run");
}
