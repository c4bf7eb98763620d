/*
 * timer_guest.c - the guest's timers: load, put, emulate.
 */
#include "04-arm64-el2/timer_guest.h"

#include "04-arm64-el2/hcr.h"
#include "04-arm64-el2/percpu.h"

#define CNTPCT_ENC SYSREG_ENC(3, 3, 14, 0, 1)
#define CNTP_TVAL_ENC SYSREG_ENC(3, 3, 14, 2, 0)
#define CNTP_CTL_ENC SYSREG_ENC(3, 3, 14, 2, 1)
#define CNTP_CVAL_ENC SYSREG_ENC(3, 3, 14, 2, 2)

/*
 * The physical comparator counts the real counter, which the guest's time is
 * behind, or ahead of.  What is beyond either end of it is never, or long ago:
 * a guest's "never" is all ones, and must not become something soon.
 */
static u64 real_time(u64 guests, u64 offset)
{
	u64 real;

	if ((s64)offset >= 0)
		return __builtin_add_overflow(guests, offset, &real) ? ~0ull :
		                                                       real;
	return __builtin_sub_overflow(guests, -offset, &real) ? 0 : real;
}

void timer_guest_set_cval(struct vcpu *v, u64 value)
{
	v->sys[CNTP_CVAL_EL0] = value;
	write_sysreg(CNTP_CVAL_EL02, real_time(value, v->cntvoff));
}

/* anchor: timer_guest */
/*
 * A comparator is loaded before its enable bit: with the old comparator a
 * timer could fire at once.
 */
void timer_guest_load(struct vcpu *v)
{
	u64 offset = v->cntvoff, host = read_sysreg(CNTHCTL_EL2);

	this_cpu()->cnthctl = host;
	write_sysreg(CNTVOFF_EL2, offset);
	write_sysreg(CNTV_CVAL_EL02, v->sys[CNTV_CVAL_EL0]);
	write_sysreg(CNTP_CVAL_EL02, real_time(v->sys[CNTP_CVAL_EL0], offset));
	write_sysreg(CNTKCTL_EL12, v->sys[CNTKCTL_EL1]);
	isb(); // not observable here: QEMU's writes take effect at once
	write_sysreg(CNTV_CTL_EL02, v->sys[CNTV_CTL_EL0]);
	write_sysreg(CNTP_CTL_EL02, v->sys[CNTP_CTL_EL0]);
	/* With these two clear, physical counter and timer trap. */
	write_sysreg(CNTHCTL_EL2,
	             host & ~(CNTHCTL_EL2_EL1PCTEN | CNTHCTL_EL2_EL1PTEN));
}

void timer_guest_put(struct vcpu *v)
{
	v->sys[CNTV_CTL_EL0] = read_sysreg(CNTV_CTL_EL02);
	v->sys[CNTV_CVAL_EL0] = read_sysreg(CNTV_CVAL_EL02);
	v->sys[CNTP_CTL_EL0] = read_sysreg(CNTP_CTL_EL02);
	v->sys[CNTKCTL_EL1] = read_sysreg(CNTKCTL_EL12);
	/* Off: a timer of a guest that is not here must not interrupt. */
	write_sysreg(CNTV_CTL_EL02, 0);
	write_sysreg(CNTP_CTL_EL02, 0);
	write_sysreg(CNTVOFF_EL2, 0);
	write_sysreg(CNTHCTL_EL2, this_cpu()->cnthctl);
}
/* end: timer_guest */

/* TVAL is a view of CVAL: signed 32 bits from now (D11.2). */
static void access_tval(struct vcpu *v, bool read, u64 *value)
{
	u64 now = read_sysreg(CNTPCT_EL0) - v->cntvoff;

	if (read)
		*value = (u32)(v->sys[CNTP_CVAL_EL0] - now);
	else
		timer_guest_set_cval(v, now + (u64)(s64)(s32)*value);
}

bool timer_guest_access(struct vcpu *v, u32 enc, bool read, u64 *value)
{
	switch (enc) {
	case CNTPCT_ENC:
		if (!read)
			return false;
		isb(); // not observable here: no speculative counter reads
		*value = read_sysreg(CNTPCT_EL0) - v->cntvoff;
		return true;
	case CNTP_TVAL_ENC:
		access_tval(v, read, value);
		return true;
	case CNTP_CTL_ENC:
		if (read)
			*value = read_sysreg(CNTP_CTL_EL02);
		else
			write_sysreg(CNTP_CTL_EL02, *value & 3);
		return true;
	case CNTP_CVAL_ENC:
		if (read)
			*value = v->sys[CNTP_CVAL_EL0];
		else
			timer_guest_set_cval(v, *value);
		return true;
	default:
		return false;
	}
}
