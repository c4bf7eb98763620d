/*
 * test_exit.c - exit reasons and the decoding of what comes with them.
 */
#include "03-entry-exit/exit.h"

#include <criterion/criterion.h>
#include <string.h>

#include "01-vmxon/regs.h"
#include "01-vmxon/vmx.h"
#include "01-vmxon/vmx_caps.h"
#include "03-entry-exit/io_decode.h"

static const u32 numbers[] = {
#define EXIT(name, number, words) number,
#include "03-entry-exit/exit_reasons.def"
};

Test(exit_reasons, ascending_and_unique)
{
	for (unsigned i = 1; i < ARRAY_SIZE(numbers); i++)
		cr_assert_lt(numbers[i - 1], numbers[i]);
	cr_assert_lt(numbers[ARRAY_SIZE(numbers) - 1], EXIT_REASONS);
}

Test(exit_reasons, names)
{
	cr_assert_str_eq(exit_name(10), "CPUID");
	cr_assert_str_eq(exit_name(0x80000021), "INVALID_GUEST_STATE");
	cr_assert_str_eq(exit_name(77), "TDCALL");
	cr_assert_str_eq(exit_name(35), "?");
	cr_assert_str_eq(exit_name(9999), "?");
	cr_assert_str_eq(exit_words(48), "EPT violation");
	cr_assert_str_eq(exit_words(38), "reserved exit reason");
}

/* Values as they come from the CPU; SDM table 28-5. */
Test(io_decode, out_to_port_80)
{
	struct io_access io = io_decode(0x80 << 16 | 0x40);

	cr_assert_eq(io.port, 0x80);
	cr_assert_eq(io.size, 1);
	cr_assert(!io.in && !io.string && !io.rep);
}

Test(io_decode, rep_insd_from_1f0)
{
	struct io_access io = io_decode(0x1f0 << 16 | 0x3b);

	cr_assert_eq(io.port, 0x1f0);
	cr_assert_eq(io.size, 4);
	cr_assert(io.in && io.string && io.rep);
}

Test(io_decode, in_word)
{
	struct io_access io = io_decode(0xffffu << 16 | 0x09);

	cr_assert_eq(io.port, 0xffff);
	cr_assert_eq(io.size, 2);
	cr_assert(io.in && !io.string && !io.rep);
}

Test(io_decode, address_sizes)
{
	cr_assert_eq(io_address_mask(0 << 7), 0xffff);
	cr_assert_eq(io_address_mask(1 << 7), 0xffffffff);
	cr_assert_eq(io_address_mask(2 << 7), ~0ul);
}

/* RSI after one element: what an instruction of that width does to it. */
Test(io_decode, masked_registers)
{
	u64 old = 0x123456789abcffff;

	cr_assert_eq(io_masked(old, old + 1, 0xffff), 0x123456789abc0000);
	cr_assert_eq(io_masked(old, old + 1, 0xffffffff), 0x9abd0000);
	cr_assert_eq(io_masked(old, old + 1, ~0ul), old + 1);
	cr_assert_eq(io_masked(0, -1ul, 0xffff), 0xffff);
}

Test(vmx_obstacle, why_not)
{
	u64 locked_on = FEATURE_CONTROL_LOCK | FEATURE_CONTROL_VMX_OUTSIDE_SMX;

	cr_assert_null(vmx_obstacle(CPUID_1_ECX_VMX, locked_on));
	cr_assert(strstr(vmx_obstacle(0, locked_on), "no VMX"));
	cr_assert(strstr(vmx_obstacle(CPUID_1_ECX_VMX, FEATURE_CONTROL_LOCK),
	                 "locked VMX off"));
	cr_assert(strstr(vmx_obstacle(CPUID_1_ECX_VMX, 0), "unlocked"));
}

Test(vmx_outcome, names)
{
	cr_assert_str_eq(vmx_outcome_name(VMX_OK), "VMsucceed");
	cr_assert_str_eq(vmx_outcome_name(VMX_FAIL_INVALID),
	                 "VMfailInvalid (CF=1)");
	cr_assert_str_eq(vmx_outcome_name(VMX_FAIL_VALID),
	                 "VMfailValid (ZF=1)");
}
