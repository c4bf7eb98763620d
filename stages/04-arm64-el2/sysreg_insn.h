/*
 * sysreg_insn.h - MRS, MSR and the few other privileged instructions, one
 * inline function each.
 *
 * sysregs.def makes the accessors: read_sysreg(HCR_EL2) is the MRS of exactly
 * that register, spelled with its encoding (S3_4_C1_C1_0), so that neither
 * the assembler's version nor its idea of which names exist matters.
 */
#pragma once

#include "lib/types.h"

#ifdef SYSREG_TALLY
/* switch_tally.c: the same world switch, counting its accesses. */
extern u64 sysreg_tally;
#define TALLY() (sysreg_tally++)
#else
#define TALLY() ((void)0)
#endif

#define ACCESSORS(name, o0, o1, n, m, o2)                                     \
	static inline u64 read_##name(void)                                   \
	{                                                                     \
		u64 v;                                                        \
		TALLY();                                                      \
		asm volatile("mrs %0, S" #o0 "_" #o1 "_C" #n "_C" #m "_" #o2  \
		             : "=r"(v)::"memory");                            \
		return v;                                                     \
	}                                                                     \
	static inline void write_##name(u64 v)                                \
	{                                                                     \
		TALLY();                                                      \
		asm volatile("msr S" #o0 "_" #o1 "_C" #n "_C" #m "_" #o2      \
		             ", %x0" ::"rZ"(v)                                \
		             : "memory");                                     \
	}

#define EL12(name, o0, o1, n, m, o2, class, canary)                           \
	ACCESSORS(name##_EL1, o0, o1, n, m, o2)                               \
	ACCESSORS(name##_EL12, o0, 5, n, m, o2)
#define EL02(name, o0, o1, n, m, o2, class, canary)                           \
	ACCESSORS(name##_EL0, o0, o1, n, m, o2)                               \
	ACCESSORS(name##_EL02, o0, 5, n, m, o2)
#define SAME(name, o0, o1, n, m, o2, class, canary)                           \
	ACCESSORS(name, o0, o1, n, m, o2)
#define HOST(name, o0, o1, n, m, o2) ACCESSORS(name, o0, o1, n, m, o2)
#include "04-arm64-el2/sysregs.def"

#define read_sysreg(name) read_##name()
#define write_sysreg(name, value) write_##name(value)

/* Context synchronization: later instructions see earlier register writes. */
static inline void isb(void)
{
	asm volatile("isb" ::: "memory");
}

static inline void dsb_sy(void)
{
	asm volatile("dsb sy" ::: "memory");
}

static inline void dsb_ish(void)
{
	asm volatile("dsb ish" ::: "memory");
}

static inline void dsb_ishst(void)
{
	asm volatile("dsb ishst" ::: "memory");
}

/* Two instructions, n times. */
static inline void count_down(u64 n)
{
	asm volatile("1:	subs	%0, %0, #1\n\t"
	             "b.ne	1b"
	             : "+r"(n)
	             :
	             : "cc");
}

static inline void wfi(void)
{
	asm volatile("wfi" ::: "memory");
}

static inline void yield(void)
{
	asm volatile("yield" ::: "memory");
}

static inline void wfe(void)
{
	asm volatile("wfe" ::: "memory");
}

static inline void sev(void)
{
	asm volatile("dsb ishst\n\tsev" ::: "memory");
}

/* PSTATE.{D,A,I,F}: 1 masks; bits 9 to 6 of the value (Arm ARM C5.2). */
#define DAIF_D 0x200
#define DAIF_A 0x100
#define DAIF_I 0x080
#define DAIF_F 0x040
#define DAIF_ALL 0x3c0

static inline u64 read_daif(void)
{
	u64 v;

	asm volatile("mrs %0, daif" : "=r"(v)::"memory");
	return v;
}

static inline void write_daif(u64 v)
{
	asm volatile("msr daif, %0" ::"r"(v) : "memory");
}

/* Masks interrupts, SErrors and debug exceptions. */
static inline void set_daif(void)
{
	asm volatile("msr daifset, #15" ::: "memory");
}

/* The same; returns what was before, for write_daif. */
static inline u64 mask_all(void)
{
	u64 old = read_daif();

	set_daif();
	return old;
}

static inline u64 current_el(void)
{
	u64 v;

	asm volatile("mrs %0, CurrentEL" : "=r"(v));
	return v >> 2 & 3;
}

/* TLB invalidation (Arm ARM D5.10); the callers place the barriers. */
static inline void tlbi_vmalle1is(void)
{
	asm volatile("tlbi vmalle1is" ::: "memory");
}

static inline void tlbi_vmalls12e1is(void)
{
	asm volatile("tlbi vmalls12e1is" ::: "memory");
}

static inline void tlbi_alle1is(void)
{
	asm volatile("tlbi alle1is" ::: "memory");
}

/* By IPA: the operand holds IPA[47:12] in its low bits. */
static inline void tlbi_ipas2e1is(u64 ipa)
{
	asm volatile("tlbi ipas2e1is, %0" ::"r"(ipa >> 12) : "memory");
}

/* The host's own translations, EL2&0, by address and altogether. */
static inline void tlbi_vae2is(u64 va)
{
	asm volatile("tlbi vae2is, %0" ::"r"(va >> 12 & MASK(43, 0))
	             : "memory");
}

static inline void tlbi_alle2is(void)
{
	asm volatile("tlbi alle2is" ::: "memory");
}

/* Stage 1 translation of a guest address as EL1 would do it; see PAR_EL1. */
static inline void at_s1e1r(u64 va)
{
	asm volatile("at s1e1r, %0" ::"r"(va) : "memory");
}

/* Clean to the point of unification / forget, one cache line each. */
static inline void dc_civac(u64 va)
{
	asm volatile("dc civac, %0" ::"r"(va) : "memory");
}

static inline void ic_ialluis(void)
{
	asm volatile("ic ialluis" ::: "memory");
}
