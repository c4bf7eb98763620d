/*
 * test_arm64_mmio.c - MMIO from the syndrome of a data abort.
 */
#include <criterion/criterion.h>

#include "04-arm64-el2/mmio.h"

#define ISV (1u << 24)
#define SAS(n) ((u32)(n) << 22)
#define SSE (1u << 21)
#define SRT(n) ((u32)(n) << 16)
#define SF (1u << 15)
#define CM (1u << 8)
#define S1PTW (1u << 7)
#define WNR (1u << 6)

Test(arm64_mmio, fields)
{
	struct mmio m = mmio_decode(ISV | SAS(2) | SRT(17) | WNR);

	cr_expect(m.valid);
	cr_expect(m.write);
	cr_expect_eq(m.size, 4);
	cr_expect_eq(m.reg, 17);
	cr_expect_not(m.sign_extend);
	cr_expect_not(m.wide);
}

Test(arm64_mmio, all_sizes)
{
	const u64 value = 0xf1e2d3c4b5a69788;
	const u64 stored[] = { 0x88, 0x9788, 0xb5a69788, value };
	/* What LDR* Xt leaves in the register: by size, sign, width. */
	const u64 zero[] = { 0x88, 0x9788, 0xb5a69788, value };
	const u64 sign64[] = { 0xffffffffffffff88, 0xffffffffffff9788,
		               0xffffffffb5a69788, value };
	const u64 sign32[] = { 0xffffff88, 0xffff9788, 0xb5a69788 };

	for (unsigned i = 0; i < 4; i++) {
		struct mmio m = mmio_decode(ISV | SAS(i) | (i == 3 ? SF : 0));

		cr_expect_eq(m.size, 1 << i);
		cr_expect_eq(mmio_store_value(m, value), stored[i]);
		cr_expect_eq(mmio_load_value(m, value), zero[i]);
		m = mmio_decode(ISV | SAS(i) | SSE | SF);
		cr_expect_eq(mmio_load_value(m, value), sign64[i]);
		if (i == 3)
			continue;
		m = mmio_decode(ISV | SAS(i) | SSE);
		cr_expect_eq(mmio_load_value(m, value), sign32[i]);
	}
}

Test(arm64_mmio, sign_of_a_positive_number)
{
	struct mmio m = mmio_decode(ISV | SAS(0) | SSE | SF);

	cr_expect_eq(mmio_load_value(m, 0xff7f), 0x7f);
}

Test(arm64_mmio, register_31_is_the_zero_register)
{
	cr_expect_eq(mmio_decode(ISV | SAS(3) | SRT(31) | WNR).reg, 31);
}

/* No syndrome: pairs, writeback, cache maintenance, table walks. */
Test(arm64_mmio, what_the_cpu_does_not_describe)
{
	cr_expect_not(mmio_decode(WNR | SAS(3) | SRT(1)).valid);
	cr_expect_not(mmio_decode(ISV | CM | WNR).valid);
	cr_expect_not(mmio_decode(ISV | S1PTW).valid);
}

Test(arm64_mmio, any_syndrome_is_safe)
{
	for (u32 iss = 0; iss < 1 << 25; iss += 0x3fd) {
		struct mmio m = mmio_decode(iss);

		if (!m.valid)
			continue;
		cr_assert(m.size == 1 || m.size == 2 || m.size == 4 ||
		          m.size == 8);
		cr_assert_leq(m.reg, 31);
		(void)mmio_load_value(m, ~0ull);
		(void)mmio_store_value(m, ~0ull);
	}
}
