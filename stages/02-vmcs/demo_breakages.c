/*
 * demo_breakages.c - break the samples rule by rule; the checker's sentence
 * beside the CPU's answer.
 */
#include "01-vmxon/insn.h"
#include "02-vmcs/breakage.h"
#include "02-vmcs/demo.h"
#include "02-vmcs/here.h"
#include "02-vmcs/probe.h"
#include "02-vmcs/rows.h"
#include "lib/print.h"
#include "lib/string.h"

struct quirk {
	enum entry_rule_id rule;
	enum sample sample;
	enum entry_outcome outcome; /* ENTRY_OUTCOMES: not tried */
	u64 qualification;
	const char *words;
};

static const struct quirk quirks[] = {
#define QUIRK(rule, sample, outcome, qualification, words)                    \
	{ RULE_##rule, SAMPLE_##sample, ENTRY_##outcome, qualification,       \
	  words },
#define UNTRIED(rule, sample, words)                                          \
	{ RULE_##rule, SAMPLE_##sample, ENTRY_OUTCOMES, 0, words },
#include "02-vmcs/quirks.def"
};

/* The work in hand and what came of it so far. */
struct trials {
	struct vmcs_demo *d;
	struct check_env env;
	struct vmcs_values host; /* host state only; knows absent fields */
	struct vmcs_values f;    /* the present row's set-up */
	struct check_result predicted;
	struct rows rows;
	unsigned tried[ENTRY_OUTCOMES]; /* by outcome */
	unsigned unsupported, known, wrong;
};

static const struct quirk *find_quirk(const struct breakage *b,
                                      enum entry_outcome outcome,
                                      u64 qualification)
{
	for (unsigned i = 0; i < ARRAY_SIZE(quirks); i++)
		if (quirks[i].rule == b->rule &&
		    quirks[i].sample == b->sample &&
		    quirks[i].outcome == outcome &&
		    quirks[i].qualification == qualification)
			return &quirks[i];
	return NULL;
}

/*
 * Read the changed fields back: a CPU need not keep the reserved bits of a
 * field, and what it does not hold it will not complain of.
 */
static void read_back(struct trials *t, const struct breakage *b)
{
	for (unsigned i = 0; i < MAX_CHANGES; i++) {
		const struct change *c = &b->changes[i];

		if (breakage_changes_field(c) &&
		    !vmcs_is_absent(&t->f, c->where))
			t->f.v[c->where] = vmcs_get(c->where);
	}
}

/* Does the row make sense on this CPU? */
static bool is_meant(const struct trials *t, const struct breakage *b)
{
	/* Only the preemption timer ends a guest that sleeps. */
	if (t->f.v[VMCS_IDX_GUEST_ACTIVITY_STATE] &&
	    !(t->f.v[VMCS_IDX_PIN_BASED_VM_EXEC_CONTROL] &
	      PIN_ACTIVATE_PREEMPTION_TIMER))
		return false;
	/* A feature that this CPU lacks breaks another rule, or more. */
	if (b->rule == ENTRY_RULES)
		return t->predicted.count == 0;
	return t->predicted.count == 1 && t->predicted.broken[0] == b->rule;
}

/* Make the row's set-up and judge it.  False if it makes no sense here. */
static bool prepare(struct trials *t, const struct breakage *b)
{
	t->f = t->host;
	sample_memory_fill(&t->d->memory, t->d->caps);
	if (sample_guest(&t->f, b->sample, &t->d->memory, t->d->caps))
		return false;
	breakage_apply(b, &t->f, &t->d->memory, &t->env);
	demo_put(&t->f);
	read_back(t, b);
	entry_check(&t->f, &t->env, &t->predicted);
	return is_meant(t, b);
}

static struct probe_answer ask_cpu(struct trials *t)
{
	struct probe_answer a;

	/* VMLAUNCH wants it clear, also after a guest that ran. */
	vmcs_clear(&t->d->vmcs);
	vmcs_load(&t->d->vmcs);
	a = probe(PROBE_VMLAUNCH);
	/* A bad host state that the CPU took is ours now: undo it. */
	write_cr4(t->host.v[VMCS_IDX_HOST_CR4]);
	write_cr0(t->host.v[VMCS_IDX_HOST_CR0]);
	return a;
}

static void print_row(struct trials *t, const struct breakage *b,
                      const char *answer, bool in_full)
{
	const struct entry_rule *rule =
		b->rule == ENTRY_RULES ? NULL : entry_rule(b->rule);
	char text[300];
	struct row row = {
		.section = rule ? rule->section : "(nothing broken)",
		.answer = answer,
		.name = rule ? rule->name : b->words,
		.sentence = rule ? rule->sentence : b->words,
		.text = text,
		.always_in_full = in_full || !rule,
	};

	if (rule)
		entry_explain(b->rule, &t->f, &t->env, text, sizeof(text));
	else
		snprintk(text, sizeof(text), "%s: %s", sample_name(b->sample),
		         b->words);
	rows_print(&t->rows, &row);
}

/* The CPU answered otherwise than the checker: is that known of it? */
static void disagree(struct trials *t, const struct breakage *b,
                     enum entry_outcome got, u64 qualification)
{
	const struct quirk *q = find_quirk(b, got, qualification);
	char expected[24], note[160];

	probe_words(t->predicted.outcome, t->predicted.qualification, expected,
	            sizeof(expected));
	snprintk(note, sizeof(note), "the manual: %s; %s", expected,
	         q ? q->words : "NOT KNOWN of this platform");
	rows_note(&t->rows, note);
	t->known += q != NULL;
	t->wrong += q == NULL;
}

static void compare(struct trials *t, const struct breakage *b,
                    const struct probe_answer *a)
{
	enum entry_outcome got = probe_outcome(a);
	u64 qualification =
		got == ENTRY_BAD_GUEST || got == ENTRY_BAD_MSR_LOAD ?
			a->qualification :
			0;
	bool agreed = got == t->predicted.outcome &&
	              qualification == t->predicted.qualification;
	char said[24];

	probe_words(got, qualification, said, sizeof(said));
	print_row(t, b, said, !agreed);
	if (agreed)
		t->tried[got]++;
	else
		disagree(t, b, got, qualification);
}

static void try_row(struct trials *t, const struct breakage *b)
{
	const struct quirk *untried = find_quirk(b, ENTRY_OUTCOMES, 0);
	struct probe_answer a;

	if (!prepare(t, b)) {
		t->unsupported++;
		return;
	}
	if (untried) {
		print_row(t, b, "not tried", true);
		rows_note(&t->rows, untried->words);
		t->known++;
		return;
	}
	a = ask_cpu(t);
	compare(t, b, &a);
}

/* The one rule that the manual leaves to the CPU: ask which kind this is. */
static void learn_nmi_after_sti(struct trials *t)
{
	for (unsigned i = 0; i < breakage_count; i++) {
		const struct breakage *b = &breakages[i];
		struct probe_answer a;

		if (b->rule != RULE_NMI_BLOCKED_BY_STI)
			continue;
		t->env.nmi_after_sti_fails = true;
		prepare(t, b);
		a = ask_cpu(t);
		t->env.nmi_after_sti_fails =
			probe_outcome(&a) != ENTRY_SUCCEEDS;
	}
}

static unsigned report(const struct trials *t)
{
	const unsigned *n = t->tried;
	unsigned violations = n[ENTRY_BAD_CONTROLS] + n[ENTRY_BAD_HOST] +
	                      n[ENTRY_BAD_GUEST] + n[ENTRY_BAD_MSR_LOAD];

	printk("\n%u violations provoked, the CPU's answer as the checker "
	       "predicted: error 7 %u times,\nerror 8 %u, exit 33 %u, exit 34 "
	       "%u; and %u unusual guests that run.\n",
	       violations, n[ENTRY_BAD_CONTROLS], n[ENTRY_BAD_HOST],
	       n[ENTRY_BAD_GUEST], n[ENTRY_BAD_MSR_LOAD], n[ENTRY_SUCCEEDS]);
	printk("%u known differences of this platform (quirks.def), %u unknown "
	       "ones;\n%u rows need features that this CPU lacks.\n",
	       t->known, t->wrong, t->unsupported);
	return t->wrong;
}

bool demo_breakages(struct vmcs_demo *d, bool print_all)
{
	static struct trials t;

	t.d = d;
	t.rows.print_all = print_all;
	vmcs_load(&d->vmcs);
	t.env = check_env_here(d->caps);
	vmcs_capture(&t.host);
	for (unsigned i = 0; i < VMCS_FIELDS; i++)
		t.host.v[i] = 0;
	host_state_here(&t.host);
	learn_nmi_after_sti(&t);

	printk("\nThe rules of VM entry, broken one by one: what the CPU said, "
	       "and the checker's\nsentence (exit 33:4 is exit 33, "
	       "qualification 4).  Of rules that say the same of another\n"
	       "register or field only the names; the word \"all\" on the "
	       "command line gives them all.\n");
	for (unsigned i = 0; i < breakage_count; i++)
		if (breakages[i].rule != ENTRY_RULES)
			try_row(&t, &breakages[i]);
	for (unsigned i = 0; i < breakage_count; i++)
		if (breakages[i].rule == ENTRY_RULES)
			try_row(&t, &breakages[i]);
	rows_end(&t.rows);
	vmcs_clear(&d->vmcs);
	return report(&t) == 0;
}
