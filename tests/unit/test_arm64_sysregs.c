/*
 * test_arm64_sysregs.c - the tables of system registers, and their emulation.
 */
#include <criterion/criterion.h>
#include <string.h>

#include "04-arm64-el2/debug.h"
#include "04-arm64-el2/sysreg_emul.h"
#include "tests/fake/arm64_cpu.h"

static struct vcpu v;
static unsigned debug_started;

void debug_start_use(struct vcpu *vcpu)
{
	vcpu->debug_in_use = true;
	debug_started++;
}

static enum sysreg_answer access(u32 enc, bool read, u64 *value)
{
	return sysreg_emulate(&sysreg_emul_table, &v, enc, read, value);
}

Test(arm64_sysregs, emulation_table_is_sorted)
{
	cr_expect(sysreg_sorted(&sysreg_emul_table));
}

Test(arm64_sysregs, sorted_says_no_when_it_is_not)
{
	const struct sysreg_emul rows[] = { { .enc = 3 }, { .enc = 3 } };
	const struct sysreg_table t = { rows, 2 };

	cr_expect_not(sysreg_sorted(&t));
}

Test(arm64_sysregs, search_finds_all_and_only_these)
{
	const struct sysreg_table *t = &sysreg_emul_table;
	unsigned found = 0;

	for (u32 enc = 0; enc < 1 << 16; enc++) {
		const struct sysreg_emul *e = sysreg_find(t, enc);

		found += e != NULL;
		cr_assert(!e || e->enc == enc);
	}
	cr_expect_eq(found, t->n);
}

/* Features that need more of EL2 than this hypervisor does. */
Test(arm64_sysregs, what_would_not_work_is_hidden)
{
	const struct sysreg_table *t = &sysreg_emul_table;
	u64 isar1 = sysreg_find(t, SYSREG_ENC(3, 0, 0, 6, 1))->mask;
	u64 isar2 = sysreg_find(t, SYSREG_ENC(3, 0, 0, 6, 2))->mask;

	cr_expect_not(BITS(isar1, 63, 60), "LS64");
	cr_expect_not(BITS(isar2, 3, 0), "WFxT");
	cr_expect_not(BITS(isar2, 19, 16), "MOPS");
	cr_expect_not(BITS(isar2, 39, 32), "128-bit registers");
	cr_expect_eq(BITS(isar2, 31, 20), 0xfff);
}

/* Nobody stores these: only the table's own order can be looked at. */
Test(arm64_sysregs, the_hosts_own_are_unique_and_sorted)
{
	static const struct sysreg_emul rows[] = {
#define HOST(name, o0, o1, n, m, o2) { .enc = SYSREG_ENC(o0, o1, n, m, o2) },
#include "04-arm64-el2/sysregs.def"
	};
	const struct sysreg_table t = { rows, sizeof(rows) / sizeof(rows[0]) };

	cr_expect(sysreg_sorted(&t));
}

Test(arm64_sysregs, encodings_are_unique_and_sorted_within_kinds)
{
	for (unsigned i = 0; i < NR_SYSREGS; i++)
		for (unsigned j = 0; j < i; j++)
			cr_expect_neq(sysreg_info[i].enc, sysreg_info[j].enc,
			              "%s, %s", sysreg_info[i].name,
			              sysreg_info[j].name);
	for (unsigned i = SCTLR_EL1 + 1; i <= CNTKCTL_EL1; i++)
		cr_expect_gt(sysreg_info[i].enc, sysreg_info[i - 1].enc);
	for (unsigned i = MDSCR_EL1 + 1; i <= SP_EL1; i++)
		cr_expect_gt(sysreg_info[i].enc, sysreg_info[i - 1].enc, "%s",
		             sysreg_info[i].name);
}

Test(arm64_sysregs, names)
{
	cr_expect_str_eq(sysreg_name(SYSREG_ENC(3, 0, 1, 0, 0)), "SCTLR_EL1");
	cr_expect_str_eq(sysreg_name(SYSREG_ENC(3, 4, 1, 1, 0)), "HCR_EL2");
	cr_expect_str_eq(sysreg_name(SYSREG_ENC(3, 0, 1, 0, 1)), "ACTLR_EL1");
	cr_expect_null(sysreg_name(SYSREG_ENC(3, 7, 15, 15, 7)));
}

Test(arm64_sysregs, what_is_hidden)
{
	extern u64 fake_ID_AA64PFR0_EL1, fake_ID_AA64DFR0_EL1;
	u64 value = 0;

	fake_ID_AA64PFR0_EL1 = ~0ull;
	fake_ID_AA64DFR0_EL1 = ~0ull;
	cr_expect_eq(access(SYSREG_ENC(3, 0, 0, 4, 0), true, &value),
	             SYSREG_DONE);
	cr_expect_eq(BITS(value, 7, 0), 0x11, "AArch64 only");
	cr_expect_eq(BITS(value, 15, 8), 0, "no EL2, no EL3");
	cr_expect_eq(BITS(value, 27, 24), 0, "no GIC");
	cr_expect_eq(BITS(value, 35, 32), 0, "no SVE");
	access(SYSREG_ENC(3, 0, 0, 5, 0), true, &value);
	cr_expect_eq(BITS(value, 11, 8), 0, "no PMU");
}

Test(arm64_sysregs, id_space)
{
	u64 value = 1;

	/* One that nobody has invented: zero.  None can be written. */
	cr_expect_eq(access(SYSREG_ENC(3, 0, 0, 7, 7), true, &value),
	             SYSREG_DONE);
	cr_expect_eq(value, 0);
	cr_expect_eq(access(SYSREG_ENC(3, 0, 0, 7, 7), false, &value),
	             SYSREG_UNDEF);
	cr_expect_eq(access(SYSREG_ENC(3, 0, 0, 4, 0), false, &value),
	             SYSREG_UNDEF);
}

Test(arm64_sysregs, undefined_ones)
{
	u64 value;

	cr_expect_eq(access(SYSREG_ENC(3, 3, 9, 13, 0), true, &value),
	             SYSREG_UNDEF); /* PMCCNTR_EL0 */
	cr_expect_eq(access(SYSREG_ENC(3, 0, 10, 4, 0), true, &value),
	             SYSREG_UNDEF); /* LORSA_EL1 */
}

Test(arm64_sysregs, debug_registers_are_given_on_first_use)
{
	u64 value = 0;

	memset(&v, 0, sizeof(v));
	cr_expect_eq(access(SYSREG_ENC(2, 0, 0, 0, 4), false, &value),
	             SYSREG_AGAIN);
	cr_expect_eq(debug_started, 1);
	cr_expect_eq(access(SYSREG_ENC(2, 0, 0, 15, 4), false, &value),
	             SYSREG_UNDEF, "it trapped although given: no such");
	cr_expect_eq(access(SYSREG_ENC(2, 0, 1, 1, 4), true, &value),
	             SYSREG_DONE);
	cr_expect_eq(value, 8, "the OS lock is open");
}
