/*
 * vgic_insn.h - the registers behind a guest's CPU interface (12.4): its list
 * registers, priorities in service, and the guest's view of ICC_CTLR_EL1,
 * ICC_PMR_EL1 and so on in one (ICH_VMCR_EL2).
 */
#pragma once

#include "lib/types.h"

/* clang-format off */
#define ICH(name, m, o2) \
	static inline u64 read_##name(void) \
	{ \
		u64 v; \
		asm volatile("mrs %0, S3_4_C12_C" #m "_" #o2 : "=r"(v)); \
		return v; \
	} \
	static inline void write_##name(u64 v) \
	{ \
		asm volatile("msr S3_4_C12_C" #m "_" #o2 ", %x0" : : "rZ"(v)); \
	}

ICH(ich_vtr, 11, 1)
ICH(ich_vmcr, 11, 7)
ICH(ich_ap0r0, 8, 0) ICH(ich_ap0r1, 8, 1) ICH(ich_ap0r2, 8, 2) ICH(ich_ap0r3, 8, 3)
ICH(ich_ap1r0, 9, 0) ICH(ich_ap1r1, 9, 1) ICH(ich_ap1r2, 9, 2) ICH(ich_ap1r3, 9, 3)

#define LR_CASE(n, m, o2) \
	case n: \
		asm volatile("mrs %0, S3_4_C12_C" #m "_" #o2 : "=r"(v)); \
		break;
#define LR_SET(n, m, o2) \
	case n: \
		asm volatile("msr S3_4_C12_C" #m "_" #o2 ", %x0" : : "rZ"(v)); \
		break;
#define EACH_LR(do) \
	do(0, 12, 0) do(1, 12, 1) do(2, 12, 2) do(3, 12, 3) \
	do(4, 12, 4) do(5, 12, 5) do(6, 12, 6) do(7, 12, 7) \
	do(8, 13, 0) do(9, 13, 1) do(10, 13, 2) do(11, 13, 3) \
	do(12, 13, 4) do(13, 13, 5) do(14, 13, 6) do(15, 13, 7)

/* ICH_LR<n>_EL2; the number is a part of the encoding. */
static inline u64 read_ich_lr(unsigned n)
{
	u64 v = 0;

	switch (n) {
		EACH_LR(LR_CASE)
	}
	return v;
}

static inline void write_ich_lr(unsigned n, u64 v)
{
	switch (n) {
		EACH_LR(LR_SET)
	}
}
/* clang-format on */
