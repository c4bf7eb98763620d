/*
 * test_arm64_esr.c - decoding exception syndromes.
 */
#include <criterion/criterion.h>
#include <string.h>

#include "04-arm64-el2/esr.h"
#include "04-arm64-el2/sysregs.h"

static const char *text(u64 esr)
{
	static char buf[128];

	return esr_describe(esr, buf, sizeof(buf));
}

Test(arm64_esr, classes_have_names)
{
	cr_expect_str_eq(esr_class_text(EC_HVC64), "HVC");
	cr_expect_str_eq(esr_class_name(EC_DABT_LOW), "DABT_LOW");
	cr_expect_str_eq(esr_class_text(0x3f), "reserved");
	cr_expect_str_eq(esr_class_text(1000), "reserved");
	cr_expect_null(esr_class_name(0x3f));
}

/* Values that QEMU's Neoverse N1 put into ESR_EL2. */
Test(arm64_esr, real_values)
{
	cr_expect_str_eq(text(0x5a000001), "HVC #1");
	cr_expect_str_eq(text(0x5e000000), "SMC #0");
	cr_expect_str_eq(text(0x7e00000), "WFI");
	cr_expect_str_eq(text(0x7e00001), "WFE");
	cr_expect_str_eq(text(0x62320461), "MRS of ACTLR_EL1");
	cr_expect_str_eq(text(0x82000005),
	                 "instruction abort from a lower "
	                 "level: translation fault, level 1");
	cr_expect_str_eq(text(0x971f004f), "data abort from this level: "
	                                   "write: permission fault, level 3");
}

Test(arm64_esr, sysreg_fields)
{
	/* MSR DBGBVR0_EL1, x1: op0 2, op1 0, CRn 0, CRm 0, op2 4. */
	struct sysreg_trap t = esr_sysreg(2 << 20 | 4 << 17 | 1 << 5);

	cr_expect_eq(t.enc, SYSREG_ENC(2, 0, 0, 0, 4));
	cr_expect_eq(t.rt, 1);
	cr_expect_not(t.read);
	/* MRS xzr, S3_7_C15_C15_7: all fields at their ends. */
	t = esr_sysreg(0x3fffff);
	cr_expect_eq(t.enc, SYSREG_ENC(3, 7, 15, 15, 7));
	cr_expect_eq(t.rt, 31);
	cr_expect(t.read);
	cr_expect_str_eq(text((u64)EC_SYS64 << 26 | 0x3fffff),
	                 "MRS of S3_7_C15_C15_7");
}

Test(arm64_esr, any_value_is_described)
{
	char tiny[8];

	for (u64 i = 0; i < 1 << 16; i++) {
		u64 esr = (i * 0x9e3779b97f4a7c15) >> 32;

		cr_assert_gt(strlen(text(esr)), 0);
		cr_assert_lt(strlen(text(esr)), 100);
		esr_describe(esr, tiny, sizeof(tiny));
	}
}
