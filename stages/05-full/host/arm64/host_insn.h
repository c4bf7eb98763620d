/*
 * host_insn.h - instructions that only a host with user programs needs.
 */
#pragma once

#include "lib/types.h"

struct thread;

/*
 * SP_EL0 is a user program's stack pointer while that runs; while the kernel
 * runs it is free, and holds `current`.  Not volatile: within one function
 * the answer never changes, whatever CPU the thread is on.
 */
static inline struct thread *read_current(void)
{
	struct thread *t;

	asm("mrs %0, sp_el0" : "=r"(t));
	return t;
}

static inline void write_current(struct thread *t)
{
	asm volatile("msr sp_el0, %0" ::"r"(t) : "memory");
}

/* Interrupts alone: PSTATE.I (and F, which nothing of ours uses). */
static inline void irq_mask(void)
{
	asm volatile("msr daifset, #3" ::: "memory");
}

static inline void irq_unmask(void)
{
	asm volatile("msr daifclr, #3" ::: "memory");
}

/* PSTATE.PAN: the kernel's plain loads and stores of user memory fault. */
static inline void set_pan(void)
{
	asm volatile("msr pan, #1" ::: "memory");
}

/* All translations of this ASID, of EL2&0, on all CPUs (Arm ARM D5.10). */
static inline void tlbi_aside1is(u64 asid)
{
	asm volatile("tlbi aside1is, %0" ::"r"(asid << 48) : "memory");
}

/* One page of this ASID. */
static inline void tlbi_vae1is(u64 asid, u64 va)
{
	asm volatile(
		"tlbi vae1is, %0" ::"r"(asid << 48 | (va >> 12 & MASK(43, 0)))
		: "memory");
}

/* Zeroes a block of the size that DCZID_EL0 tells. */
static inline void dc_zva(u64 va)
{
	asm volatile("dc zva, %0" ::"r"(va) : "memory");
}

static inline u64 read_dczid(void)
{
	u64 v;

	asm("mrs %0, dczid_el0" : "=r"(v));
	return v;
}

/* Clean a line to the point of unification, so that instructions see it. */
static inline void dc_cvau(u64 va)
{
	asm volatile("dc cvau, %0" ::"r"(va) : "memory");
}
