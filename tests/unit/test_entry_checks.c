/*
 * test_entry_checks.c - the entry checker against its own table of breakages:
 * valid samples pass, and each row breaks exactly the rule that it names.
 */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "01-vmxon/regs.h"
#include "02-vmcs/breakage.h"
#include "tests/fake/vmx_cpu.h"

#define MEMORY_PA 0x200000ull
#define VMCS_PA 0x100000ull
#define PHYSICAL_BITS 46

static struct vmx_caps caps;
static struct sample_memory memory;
static u64 vmcs_region[512];

/* The physical memory of the test: the samples' pages and one VMCS. */
static bool read_memory(u64 pa, u64 *value)
{
	if (pa >= MEMORY_PA &&
	    pa + 8 <= MEMORY_PA + SAMPLE_PAGES * PAGE_SIZE) {
		memcpy(value, memory.bytes + (pa - MEMORY_PA), 8);
		return true;
	}
	if (pa == VMCS_PA) {
		*value = vmcs_region[0];
		return true;
	}
	return false;
}

static struct check_env make_env(void)
{
	return (struct check_env){
		.caps = &caps,
		.physical_bits = PHYSICAL_BITS,
		.linear_bits = 48,
		.in_ia32e_mode = true,
		.has_sgx = true,
		.has_rtm = true,
		.has_bus_lock = true,
		.nmi_after_sti_fails = true,
		.current_vmcs = VMCS_PA,
		.executive_vmcs = MEMORY_PA + PAGE_LINKED * PAGE_SIZE,
		.debugctl_reserved = ~0xffc7ull,
		.efer_reserved = ~0xd01ull,
		.perf_global_reserved = MASK(63, 36) | MASK(31, 8),
		.rtit_ctl_reserved = MASK(63, 48),
		.lbr_ctl_reserved = MASK(63, 23),
		.spec_ctrl_reserved = MASK(63, 11),
		.read = read_memory,
	};
}

#define SET(field, value) (f->v[VMCS_IDX_##field] = (value))

/* A 64-bit host, as the demo's is. */
static void set_host(struct vmcs_values *f)
{
	SET(HOST_CR0, CR0_PE | CR0_NE | CR0_WP | CR0_PG);
	SET(HOST_CR3, 0x1000);
	SET(HOST_CR4, CR4_PAE | CR4_VMXE);
	SET(HOST_IA32_EFER, EFER_LME | EFER_LMA | EFER_NXE);
	SET(HOST_IA32_PAT, 0x0007040600070406);
	SET(HOST_CS_SELECTOR, 0x08);
	SET(HOST_SS_SELECTOR, 0x10);
	SET(HOST_TR_SELECTOR, 0x18);
	SET(HOST_RIP, 0x101000);
}

/* A fresh machine and a valid set-up. */
static void make_sample(struct vmcs_values *f, enum sample s,
                        enum fake_cpu cpu)
{
	const char *missing;

	caps = fake_cpu_caps(cpu);
	if (!memory.bytes)
		memory.bytes =
			aligned_alloc(PAGE_SIZE, SAMPLE_PAGES * PAGE_SIZE);
	memory.pa = MEMORY_PA;
	vmcs_region[0] = vmx_revision(&caps);
	sample_memory_fill(&memory, &caps);
	memset(f, 0, sizeof(*f));
	set_host(f);
	missing = sample_guest(f, s, &memory, &caps);
	cr_assert_null(missing, "%s: %s is missing", fake_cpu_name(cpu),
	               missing);
}

/* The changes of a row that concern the CPU, not the VMCS. */
static void change_cpu(const struct change *c, struct check_env *env)
{
	if (c->kind == CHANGE_LACKS) {
		caps.msr[c->where] &= ~c->value;
		return;
	}
	switch (c->where) {
	case CPU_IN_SMM:
		env->in_smm = true;
		break;
	case CPU_IN_32BIT_MODE:
		env->in_ia32e_mode = false;
		break;
	case CPU_TRACING:
		env->pt_is_tracing = true;
		break;
	case CPU_WITHOUT_SGX:
		env->has_sgx = false;
		break;
	case CPU_WITHOUT_RTM:
		env->has_rtm = false;
		break;
	case CPU_WITHOUT_BUS_LOCK:
		env->has_bus_lock = false;
		break;
	case CPU_WITH_LAM:
	case CPU_WITHOUT_LAM:
		env->has_lam = c->where == CPU_WITH_LAM;
		break;
	}
}

static void expect_rule(const struct breakage *b, struct vmcs_values *f,
                        const struct check_env *env)
{
	unsigned row = b - breakages;
	struct check_result r;
	char text[300] = "nothing";

	entry_check(f, env, &r);
	if (r.count)
		entry_explain(r.broken[0], f, env, text, sizeof(text));
	if (b->rule == ENTRY_RULES) {
		cr_expect_eq(r.count, 0, "row %u, %s: not valid: %s", row,
		             b->words, text);
		return;
	}
	cr_expect_eq(r.count, 1, "row %u, %s: %u rules broken, first: %s", row,
	             entry_rule(b->rule)->name, r.count, text);
	cr_expect(r.count && r.broken[0] == b->rule,
	          "row %u should break %s, but: %s", row,
	          entry_rule(b->rule)->name, text);
}

Test(entry_checks, valid_samples_pass_on_many_cpus)
{
	static const enum fake_cpu cpus[] = {
		CPU_IVY,           CPU_BROADWELL,       CPU_BOCHS_SKYLAKE,
		CPU_BOCHS_HASWELL, CPU_BOCHS_TIGERLAKE, CPU_EVERYTHING
	};

	for (unsigned c = 0; c < ARRAY_SIZE(cpus); c++)
		for (enum sample s = 0; s < SAMPLES; s++) {
			struct check_env env = make_env();
			struct check_result r;
			struct vmcs_values f;
			char text[300] = "";

			make_sample(&f, s, cpus[c]);
			entry_check(&f, &env, &r);
			if (r.count)
				entry_explain(r.broken[0], &f, &env, text,
				              sizeof(text));
			cr_expect_eq(r.count, 0, "%s on %s: %s",
			             sample_name(s), fake_cpu_name(cpus[c]),
			             text);
			cr_expect_eq(r.outcome, ENTRY_SUCCEEDS);
		}
}

Test(entry_checks, each_row_breaks_its_rule_and_no_other)
{
	for (unsigned i = 0; i < breakage_count; i++) {
		const struct breakage *b = &breakages[i];
		struct check_env env = make_env();
		struct vmcs_values f;

		make_sample(&f, b->sample, CPU_EVERYTHING);
		for (unsigned n = 0; n < MAX_CHANGES; n++)
			if (b->changes[n].kind == CHANGE_CPU ||
			    b->changes[n].kind == CHANGE_LACKS)
				change_cpu(&b->changes[n], &env);
		breakage_apply(b, &f, &memory, &env);
		expect_rule(b, &f, &env);
	}
}

Test(entry_checks, each_rule_has_a_row)
{
	bool has[ENTRY_RULES] = { false };

	for (unsigned i = 0; i < breakage_count; i++)
		if (breakages[i].rule != ENTRY_RULES)
			has[breakages[i].rule] = true;
	for (unsigned id = 0; id < ENTRY_RULES; id++)
		cr_expect(has[id], "no row of breakages.def breaks %s",
		          entry_rule(id)->name);
}

/* The section of a rule fixes what the CPU answers. */
static enum entry_outcome outcome_of_section(const char *section)
{
	if (!strncmp(section, "27.2.1", 6))
		return ENTRY_BAD_CONTROLS;
	if (!strncmp(section, "27.2", 4))
		return ENTRY_BAD_HOST;
	return !strcmp(section, "27.4") ? ENTRY_BAD_MSR_LOAD : ENTRY_BAD_GUEST;
}

Test(entry_checks, rules_are_in_order_and_have_words)
{
	const char *before = "";

	for (unsigned id = 0; id < ENTRY_RULES; id++) {
		const struct entry_rule *r = entry_rule(id);

		cr_expect(strcmp(before, r->section) <= 0,
		          "%s (%s) stands after %s", r->name, r->section,
		          before);
		before = r->section;
		cr_expect_gt(strlen(r->sentence), 10);
		cr_expect_lt(r->field, VMCS_FIELDS);
	}
}

static struct check_result result_of(enum entry_rule_id rule)
{
	struct check_env env = make_env();
	struct check_result r = { .count = 0 };
	struct vmcs_values f;

	for (unsigned i = 0; i < breakage_count; i++) {
		const struct breakage *b = &breakages[i];

		if (b->rule != rule || breakage_needs_cpu(b))
			continue;
		make_sample(&f, b->sample, CPU_EVERYTHING);
		breakage_apply(b, &f, &memory, &env);
		entry_check(&f, &env, &r);
		return r;
	}
	return r;
}

Test(entry_checks, the_section_fixes_the_answer)
{
	for (unsigned id = 0; id < ENTRY_RULES; id++) {
		struct check_result r = result_of(id);

		if (r.count)
			cr_expect_eq(
				r.outcome,
				outcome_of_section(entry_rule(id)->section),
				"%s", entry_rule(id)->name);
	}
}

Test(entry_checks, qualifications)
{
	cr_expect_eq(result_of(RULE_RFLAGS_FIXED_BIT).qualification, 0);
	cr_expect_eq(result_of(RULE_PDPTE2_RESERVED).qualification, 2);
	cr_expect_eq(result_of(RULE_NMI_BLOCKED_BY_STI).qualification, 3);
	cr_expect_eq(result_of(RULE_LINK_CURRENT).qualification, 4);
	/* The second entry of two is the bad one. */
	cr_expect_eq(result_of(RULE_MSR_LOAD_X2APIC).qualification, 2);
	cr_expect_eq(result_of(RULE_MSR_LOAD_VALUE).qualification, 2);
}

/* Of WRMSR's own rules; a list of one entry for each. */
Test(entry_checks, values_that_wrmsr_would_refuse)
{
	static const struct {
		u64 msr, bad, good;
	} values[] = {
		{ IA32_SYSENTER_EIP, BIT(60), BIT(40) },
		{ IA32_KERNEL_GS_BASE, BIT(60), ~0ull },
		{ IA32_CSTAR, BIT(47), BIT(46) },
		{ IA32_PAT, 3, 7 },
		{ IA32_EFER, 0, EFER_LME | EFER_LMA },
		{ IA32_DEBUGCTL, BIT(63), BIT(0) },
		{ IA32_TSC_AUX, BIT(32), BIT(31) },
	};
	struct check_env env = make_env();
	struct check_result r;
	struct vmcs_values values_64, *f = &values_64;

	make_sample(f, SAMPLE_64, CPU_EVERYTHING);
	SET(VM_ENTRY_MSR_LOAD_COUNT, 1);
	for (unsigned i = 0; i < ARRAY_SIZE(values); i++) {
		*sample_word(&memory, PAGE_MSR_LOAD, 0) = values[i].msr;
		*sample_word(&memory, PAGE_MSR_LOAD, 8) = values[i].good;
		entry_check(f, &env, &r);
		cr_expect_eq(r.count, 0, "MSR %#lx", values[i].msr);
		*sample_word(&memory, PAGE_MSR_LOAD, 8) = values[i].bad;
		entry_check(f, &env, &r);
		cr_expect(r.count == 1 && r.broken[0] == RULE_MSR_LOAD_VALUE,
		          "MSR %#lx", values[i].msr);
	}
}

Test(entry_checks, the_capabilities_of_vmx_cannot_be_loaded)
{
	struct check_env env = make_env();
	struct check_result r;
	struct vmcs_values values, *f = &values;

	make_sample(f, SAMPLE_64, CPU_EVERYTHING);
	SET(VM_ENTRY_MSR_LOAD_COUNT, 1);
	for (u64 msr = IA32_VMX_BASIC; msr <= IA32_VMX_EXIT_CTLS2; msr++) {
		*sample_word(&memory, PAGE_MSR_LOAD, 0) = msr;
		entry_check(f, &env, &r);
		cr_expect_eq(r.outcome, ENTRY_BAD_MSR_LOAD, "MSR %#lx", msr);
		cr_expect_eq(r.qualification, 1);
	}
}

Test(entry_checks, controls_come_before_host_before_guest)
{
	struct check_env env = make_env();
	struct check_result r;
	struct vmcs_values values, *f = &values;

	make_sample(f, SAMPLE_64, CPU_EVERYTHING);
	SET(VM_ENTRY_MSR_LOAD_COUNT, 1);
	*sample_word(&memory, PAGE_MSR_LOAD, 0) = IA32_FS_BASE;
	entry_check(f, &env, &r);
	cr_expect_eq(r.outcome, ENTRY_BAD_MSR_LOAD);
	SET(GUEST_RFLAGS, 0);
	entry_check(f, &env, &r);
	cr_expect_eq(r.outcome, ENTRY_BAD_GUEST);
	SET(HOST_CS_SELECTOR, 0);
	entry_check(f, &env, &r);
	cr_expect_eq(r.outcome, ENTRY_BAD_HOST);
	SET(VIRTUAL_PROCESSOR_ID, 0);
	entry_check(f, &env, &r);
	cr_expect_eq(r.outcome, ENTRY_BAD_CONTROLS);
	cr_expect_eq(r.count, 4);
}

Test(entry_checks, addresses_are_32_bits_wide_where_the_cpu_says_so)
{
	struct check_env env = make_env();
	struct check_result r;
	struct vmcs_values values, *f = &values;

	make_sample(f, SAMPLE_64, CPU_EVERYTHING);
	SET(MSR_BITMAP, BIT(32));
	entry_check(f, &env, &r);
	cr_expect_eq(r.count, 0);
	caps.msr[IDX_IA32_VMX_BASIC] |= BASIC_32BIT_ADDRESSES;
	entry_check(f, &env, &r);
	cr_expect_eq(r.count, 1);
	cr_expect_eq(r.broken[0], RULE_MSR_BITMAP_WIDTH);
}

/* A guest can run off the end of the lower half: its RIP is then what no
 * jump could load, and an exit and the next entry must keep it. */
Test(entry_checks, rip_and_ssp_need_not_be_canonical)
{
	static const u64 good[] = { BIT(47), BIT(47) - 8, ~(BIT(47) + 7) };
	static const u64 bad[] = { BIT(48), BIT(63), ~BIT(48) - 7 };
	struct check_env env = make_env();
	struct check_result r;
	struct vmcs_values values, *f = &values;

	make_sample(f, SAMPLE_64, CPU_EVERYTHING);
	f->v[VMCS_IDX_VM_ENTRY_CONTROLS] |= ENTRY_LOAD_CET;
	for (unsigned i = 0; i < ARRAY_SIZE(good); i++) {
		SET(GUEST_RIP, good[i]);
		SET(GUEST_SSP, good[i]);
		entry_check(f, &env, &r);
		cr_expect_eq(r.count, 0, "%#lx", good[i]);
		SET(GUEST_RIP, bad[i]);
		SET(GUEST_SSP, bad[i]);
		entry_check(f, &env, &r);
		cr_expect_eq(r.count, 2, "%#lx", bad[i]);
	}
}

Test(entry_checks, a_broken_rule_is_explained)
{
	struct check_env env = make_env();
	struct vmcs_values values, *f = &values;
	char text[300];

	make_sample(f, SAMPLE_64, CPU_BOCHS_SKYLAKE);
	SET(GUEST_RFLAGS, 0x200);
	entry_explain(RULE_RFLAGS_FIXED_BIT, f, &env, text, sizeof(text));
	cr_expect_str_eq(text, "GUEST_RFLAGS = 0x200: bit 1 of RFLAGS must be "
	                       "1");
	f->v[VMCS_IDX_PIN_BASED_VM_EXEC_CONTROL] =
		PIN_PROCESS_POSTED_INTERRUPTS | 0x14;
	entry_explain(RULE_PIN_RESERVED, f, &env, text, sizeof(text));
	cr_expect(strstr(text, "; must be 1: bit 1; must be 0: process posted "
	                       "interrupts"),
	          "%s", text);
}

Test(entry_checks, a_sample_says_what_an_old_cpu_lacks)
{
	struct vmcs_values f = { .v = { 0 } };

	make_sample(&f, SAMPLE_64, CPU_EVERYTHING); /* for the memory */
	caps = fake_cpu_caps(CPU_CORE2);
	cr_expect_str_eq(sample_guest(&f, SAMPLE_64, &memory, &caps),
	                 "activate secondary controls");
	caps = fake_cpu_caps(CPU_PENRYN);
	cr_expect_str_eq(sample_guest(&f, SAMPLE_64, &memory, &caps),
	                 "enable EPT");
}
