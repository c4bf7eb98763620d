/*
 * entry_checks.c - the table of rules, and the verdict.
 */
#include "02-vmcs/entry_checks/check.h"
#include "02-vmcs/entry_checks/msr_load.h"

static const struct entry_rule rules[ENTRY_RULES] = {
#define RULE(id, group, section, field, sentence, ...)                        \
	[RULE_##id] = { #id, section, sentence, VMCS_IDX_##field,             \
		        RULES_##group },
#include "02-vmcs/entry_checks/rules.def"
};

static bool (*const predicates[ENTRY_RULES])(const struct check *k) = {
#define RULE(id, ...) [RULE_##id] = rule_##id,
#include "02-vmcs/entry_checks/rules.def"
};

const struct entry_rule *entry_rule(enum entry_rule_id id)
{
	return &rules[id];
}

static enum entry_outcome outcome_of(enum entry_group group)
{
	switch (group) {
	case RULES_CONTROLS:
		return ENTRY_BAD_CONTROLS;
	case RULES_HOST:
		return ENTRY_BAD_HOST;
	case RULES_MSR_LOAD:
		return ENTRY_BAD_MSR_LOAD;
	default:
		return ENTRY_BAD_GUEST;
	}
}

/* The exit qualification of a failed entry, SDM 27.8. */
static u64 qualification_of(const struct check *k, enum entry_group group)
{
	switch (group) {
	case RULES_GUEST_PDPTE:
		return 2;
	case RULES_GUEST_NMI:
		return 3;
	case RULES_GUEST_LINK:
		return 4;
	case RULES_MSR_LOAD:
		return msr_load_first_broken(k);
	default:
		return 0;
	}
}

void entry_check(const struct vmcs_values *f, const struct check_env *env,
                 struct check_result *result)
{
	const struct check k = { f, env };

	result->count = 0;
	for (unsigned id = 0; id < ENTRY_RULES; id++)
		if (!predicates[id](&k))
			result->broken[result->count++] = id;

	result->outcome = ENTRY_SUCCEEDS;
	result->qualification = 0;
	if (result->count) {
		enum entry_group first = rules[result->broken[0]].group;

		result->outcome = outcome_of(first);
		result->qualification = qualification_of(&k, first);
	}
}

const char *entry_outcome_words(enum entry_outcome outcome)
{
	switch (outcome) {
	case ENTRY_SUCCEEDS:
		return "success: the guest runs";
	case ENTRY_BAD_CONTROLS:
		return "VMfailValid, error 7 (invalid control fields)";
	case ENTRY_BAD_HOST:
		return "VMfailValid, error 8 (invalid host-state fields)";
	case ENTRY_BAD_GUEST:
		return "exit 33 (entry failed: invalid guest state)";
	case ENTRY_BAD_MSR_LOAD:
		return "exit 34 (entry failed: MSR loading)";
	default:
		return "?";
	}
}
