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
