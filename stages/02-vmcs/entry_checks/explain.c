/*
 * explain.c - a broken rule in words, with what broke it.
 */
#include "02-vmcs/controls.h"
#include "02-vmcs/entry_checks/msr_load.h"
#include "lib/print.h"

/* The control group whose field that is, or VMX_GROUPS. */
static enum vmx_group group_of(enum entry_rule_id id)
{
	switch (id) {
	case RULE_PIN_RESERVED:
		return VMX_PIN;
	case RULE_PROC_RESERVED:
		return VMX_PROC;
	case RULE_PROC2_RESERVED:
		return VMX_PROC2;
	case RULE_PROC3_RESERVED:
		return VMX_PROC3;
	case RULE_VM_FUNCTIONS_RESERVED:
		return VMX_VMFUNC;
	case RULE_EXIT_RESERVED:
		return VMX_EXIT;
	case RULE_EXIT2_RESERVED:
		return VMX_EXIT2;
	case RULE_ENTRY_RESERVED:
		return VMX_ENTRY;
	default:
		return VMX_GROUPS;
	}
}

/* "not allowed: NMI exiting; must be 1: bit 1" */
static void explain_controls(const struct check_env *env, enum vmx_group group,
                             u64 value, char *buf, size_t size)
{
	struct vmx_allowed a = vmx_allowed(env->caps, group);
	u64 missing = a.must_be_1 & ~value, excess = value & ~a.may_be_1;
	char words[120];
	size_t used = 0;

	buf[0] = 0;
	if (missing) {
		controls_words(group, missing, words, sizeof(words));
		used = snprintk(buf, size, "; must be 1: %s", words);
	}
	if (excess && used < size) {
		controls_words(group, excess, words, sizeof(words));
		snprintk(buf + used, size - used, "; must be 0: %s", words);
	}
}

/* "entry 2 (MSR 0xc0000100 = 0)" */
static void explain_msr_load(const struct vmcs_values *f,
                             const struct check_env *env, char *buf,
                             size_t size)
{
	const struct check check = { f, env }, *k = &check;
	unsigned n = msr_load_first_broken(k);
	u64 at = F(VM_ENTRY_MSR_LOAD_ADDR) + (n ? n - 1 : 0) * 16;
	u64 index = 0, value = 0;

	env->read(at, &index);
	env->read(at + 8, &value);
	snprintk(buf, size, "entry %u (MSR %#lx = %#lx)", n, index, value);
}

void entry_explain(enum entry_rule_id id, const struct vmcs_values *f,
                   const struct check_env *env, char *buf, size_t size)
{
	const struct entry_rule *r = entry_rule(id);
	u64 value = f->v[r->field];
	enum vmx_group group = group_of(id);
	char what[80], more[200] = "";

	if (r->group == RULES_MSR_LOAD)
		explain_msr_load(f, env, what, sizeof(what));
	else
		snprintk(what, sizeof(what), "%s = %#lx",
		         vmcs_fields[r->field].name, value);
	if (group != VMX_GROUPS)
		explain_controls(env, group, value, more, sizeof(more));
	snprintk(buf, size, "%s: %s%s", what, r->sentence, more);
}
