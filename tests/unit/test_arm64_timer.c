/*
 * test_arm64_timer.c - the guest's physical timer, which traps.
 */
#include <criterion/criterion.h>
#include <string.h>

#include "04-arm64-el2/percpu.h"
#include "04-arm64-el2/timer_guest.h"

#define CNTPCT SYSREG_ENC(3, 3, 14, 0, 1)
#define TVAL SYSREG_ENC(3, 3, 14, 2, 0)
#define CTL SYSREG_ENC(3, 3, 14, 2, 1)
#define CVAL SYSREG_ENC(3, 3, 14, 2, 2)

static struct vcpu v;
static struct percpu cpu;

static void setup(void)
{
	memset(&v, 0, sizeof(v));
	v.cntvoff = 1000;
	fake_CNTPCT_EL0 = 5000;
	fake_TPIDR_EL2 = (u64)&cpu;
}

TestSuite(arm64_timer, .init = setup);

static u64 read_it(u32 enc)
{
	u64 value = 0;

	cr_expect(timer_guest_access(&v, enc, true, &value));
	return value;
}

static void write_it(u32 enc, u64 value)
{
	cr_expect(timer_guest_access(&v, enc, false, &value));
}

Test(arm64_timer, counter_is_the_guests)
{
	u64 value = 0;

	cr_expect_eq(read_it(CNTPCT), 4000);
	cr_expect_not(timer_guest_access(&v, CNTPCT, false, &value));
	cr_expect_not(timer_guest_access(&v, SYSREG_ENC(3, 3, 14, 3, 1), true,
	                                 &value));
}

Test(arm64_timer, compare_value_moves_by_the_offset)
{
	write_it(CVAL, 4100);
	cr_expect_eq(fake_CNTP_CVAL_EL02, 5100);
	cr_expect_eq(read_it(CVAL), 4100);
}

Test(arm64_timer, timer_value_is_signed_and_relative)
{
	write_it(TVAL, 50);
	cr_expect_eq(read_it(CVAL), 4050);
	cr_expect_eq(read_it(TVAL), 50);
	write_it(TVAL, 0xffffffff); /* one tick ago */
	cr_expect_eq(read_it(CVAL), 3999);
	cr_expect_eq(read_it(TVAL), 0xffffffff, "32 bits only");
}

Test(arm64_timer, status_bit_cannot_be_written)
{
	write_it(CTL, 7);
	cr_expect_eq(fake_CNTP_CTL_EL02, 3);
}

Test(arm64_timer, load_and_put_are_inverse)
{
	v.sys[CNTP_CVAL_EL0] = 77;
	v.sys[CNTV_CTL_EL0] = 1;
	fake_CNTHCTL_EL2 = 0xc03;
	timer_guest_load(&v);
	cr_expect_eq(fake_CNTP_CVAL_EL02, 1077);
	cr_expect_eq(fake_CNTVOFF_EL2, 1000);
	cr_expect_eq(fake_CNTHCTL_EL2, 3, "counter and timer trap");
	timer_guest_put(&v);
	cr_expect_eq(v.sys[CNTP_CVAL_EL0], 77);
	cr_expect_eq(v.sys[CNTV_CTL_EL0], 1);
	cr_expect_eq(fake_CNTV_CTL_EL02, 0, "it must not fire for nobody");
	cr_expect_eq(fake_CNTVOFF_EL2, 0);
	cr_expect_eq(fake_CNTHCTL_EL2, 0xc03);
}

/* Not soon, because the sum begins at 0 again. */
Test(arm64_timer, never_is_never_with_any_offset)
{
	write_it(CVAL, ~0ull);
	cr_expect_eq(fake_CNTP_CVAL_EL02, ~0ull);
	cr_expect_eq(read_it(CVAL), ~0ull);
	cr_expect_eq(read_it(TVAL), (u32)(~0ull - 4000));
	timer_guest_put(&v);
	timer_guest_load(&v);
	cr_expect_eq(fake_CNTP_CVAL_EL02, ~0ull);
}

/* A guest that was moved here from a machine that has been up for longer. */
Test(arm64_timer, the_guests_time_may_be_ahead)
{
	v.cntvoff = (u64)-2000;
	cr_expect_eq(read_it(CNTPCT), 7000);
	write_it(CVAL, 7100);
	cr_expect_eq(fake_CNTP_CVAL_EL02, 5100);
	write_it(CVAL, 100); /* before this machine began */
	cr_expect_eq(fake_CNTP_CVAL_EL02, 0);
	cr_expect_eq(read_it(CVAL), 100);
}

/* KVM_REG_ARM_TIMER_CNT changes it at any time; the guest's CVAL stays. */
Test(arm64_timer, offset_changes_while_loaded)
{
	v.sys[CNTP_CVAL_EL0] = 77;
	timer_guest_load(&v);
	v.cntvoff = 3000;
	cr_expect_eq(read_it(CVAL), 77);
	timer_guest_put(&v);
	cr_expect_eq(v.sys[CNTP_CVAL_EL0], 77);
}
