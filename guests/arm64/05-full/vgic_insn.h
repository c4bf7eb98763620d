/*
 * vgic_insn.h - arm64: the whole CPU interface of a GICv3, for vgic.c.
 */
#pragma once

#include "lib/types.h"

#define ICC_READ(name)                                                        \
	static inline u64 read_##name(void)                                   \
	{                                                                     \
		u64 v;                                                        \
                                                                              \
		__asm__ volatile("isb\n\tmrs %0, " #name "_el1\n\tdsb sy"     \
		                 : "=r"(v));                                  \
		return v;                                                     \
	}
#define ICC_WRITE(name)                                                       \
	static inline void write_##name(u64 v)                                \
	{                                                                     \
		__asm__ volatile("msr " #name "_el1, %0\n\tisb" : : "r"(v));  \
	}
#define ICC(name) ICC_READ(name) ICC_WRITE(name)

ICC(icc_pmr)
ICC(icc_ctlr)
ICC(icc_bpr0)
ICC(icc_bpr1)
ICC(icc_igrpen0)
ICC(icc_igrpen1)
ICC(icc_ap0r0)
ICC(icc_ap1r0)
ICC_READ(icc_iar0)
ICC_READ(icc_iar1)
ICC_READ(icc_hppir1)
ICC_READ(icc_rpr)
ICC_WRITE(icc_eoir0)
ICC_WRITE(icc_eoir1)
ICC_WRITE(icc_dir)

/* The physical timer, on, so many ticks from now. */
static inline void ptimer_in(u64 ticks)
{
	__asm__ volatile("msr cntp_tval_el0, %0\n\t"
	                 "msr cntp_ctl_el0, %1\n\tisb"
	                 :
	                 : "r"(ticks), "r"(1ul));
}

static inline void ptimer_off(void)
{
	__asm__ volatile("msr cntp_ctl_el0, %0\n\tisb" : : "r"(0ul));
}

/* The physical timer, on, at this time of CNTPCT_EL0. */
static inline void ptimer_at(u64 cval)
{
	__asm__ volatile("msr cntp_cval_el0, %0\n\t"
	                 "msr cntp_ctl_el0, %1\n\tisb"
	                 :
	                 : "r"(cval), "r"(1ul));
}

static inline u64 read_ptimer_ctl(void)
{
	u64 v;

	__asm__ volatile("mrs %0, cntp_ctl_el0" : "=r"(v));
	return v;
}

/* The virtual timer, on, at this time of CNTVCT_EL0. */
static inline void timer_at(u64 cval)
{
	__asm__ volatile("msr cntv_cval_el0, %0\n\t"
	                 "msr cntv_ctl_el0, %1\n\tisb"
	                 :
	                 : "r"(cval), "r"(1ul));
}

static inline u64 read_cntfrq(void)
{
	u64 v;

	__asm__ volatile("mrs %0, cntfrq_el0" : "=r"(v));
	return v;
}

/* SGIs of group 0, and of the other security state, which there is not. */
static inline void gic_send_sgi0(u64 v)
{
	__asm__ volatile("msr icc_sgi0r_el1, %0\n\tisb" : : "r"(v));
}

static inline void gic_send_asgi1(u64 v)
{
	__asm__ volatile("msr icc_asgi1r_el1, %0\n\tisb" : : "r"(v));
}
