/*
 * guest_insn.h - arm64: the instructions that small guests use.
 */
#pragma once

#include "05-full/vmm/testdev.h"
#include "lib/types.h"

#define GUEST_ARCH "arm64"
#define TESTDEV_PAGE TESTDEV_PAGE_ARM64
#define GUEST_SIGNED_LOAD_OF_88 (0x88)
#define GUEST_INSTRUCTIONS_PER_TICK 16 /* QEMU: 62.5 MHz, 1 ns each */

static inline void mmio_write8(u64 at, u8 v)
{
	__asm__ volatile("strb %w0, [%1]" : : "r"(v), "r"(at) : "memory");
}

static inline void mmio_write16(u64 at, u16 v)
{
	__asm__ volatile("strh %w0, [%1]" : : "r"(v), "r"(at) : "memory");
}

static inline void mmio_write32(u64 at, u32 v)
{
	__asm__ volatile("str %w0, [%1]" : : "r"(v), "r"(at) : "memory");
}

static inline void mmio_write64(u64 at, u64 v)
{
	__asm__ volatile("str %0, [%1]" : : "r"(v), "r"(at) : "memory");
}

static inline u8 mmio_read8(u64 at)
{
	u32 v;

	__asm__ volatile("ldrb %w0, [%1]" : "=r"(v) : "r"(at) : "memory");
	return (u8)v;
}

static inline u16 mmio_read16(u64 at)
{
	u32 v;

	__asm__ volatile("ldrh %w0, [%1]" : "=r"(v) : "r"(at) : "memory");
	return (u16)v;
}

static inline u32 mmio_read32(u64 at)
{
	u32 v;

	__asm__ volatile("ldr %w0, [%1]" : "=r"(v) : "r"(at) : "memory");
	return v;
}

static inline u64 mmio_read64(u64 at)
{
	u64 v;

	__asm__ volatile("ldr %0, [%1]" : "=r"(v) : "r"(at) : "memory");
	return v;
}

static inline s64 mmio_read_signed8(u64 at)
{
	s64 v;

	__asm__ volatile("ldrsb %0, [%1]" : "=r"(v) : "r"(at) : "memory");
	return v;
}

static inline void testdev_write(u16 offset, u32 v, unsigned size)
{
	if (size == 1)
		mmio_write8(TESTDEV_PAGE + offset, (u8)v);
	else if (size == 2)
		mmio_write16(TESTDEV_PAGE + offset, (u16)v);
	else
		mmio_write32(TESTDEV_PAGE + offset, v);
}

static inline u32 testdev_read(u16 offset, unsigned size)
{
	if (size == 1)
		return mmio_read8(TESTDEV_PAGE + offset);
	if (size == 2)
		return mmio_read16(TESTDEV_PAGE + offset);
	return mmio_read32(TESTDEV_PAGE + offset);
}

static inline u64 guest_clock(void)
{
	u64 v;

	__asm__ volatile("isb\n\tmrs %0, cntvct_el0" : "=r"(v));
	return v;
}

/* A hypercall; KVM knows SMCCC's functions, others answer -1. */
static inline u64 hvc(u64 function, u64 a)
{
	register u64 x0 __asm__("x0") = function;
	register u64 x1 __asm__("x1") = a;
	register u64 x2 __asm__("x2") = 0; /* some functions look at it */
	register u64 x3 __asm__("x3");

	__asm__ volatile("hvc #0"
	                 : "+r"(x0), "+r"(x1), "+r"(x2), "=r"(x3)
	                 :
	                 : "memory");
	return x0;
}

/* PSCI's CPU_ON: the CPU begins at entry with context in x0; 0 or an error. */
static inline u64 psci_cpu_on(u64 cpu, u64 entry, u64 context)
{
	register u64 x0 __asm__("x0") = 0xc4000003;
	register u64 x1 __asm__("x1") = cpu;
	register u64 x2 __asm__("x2") = entry;
	register u64 x3 __asm__("x3") = context;

	__asm__ volatile("hvc #0"
	                 : "+r"(x0), "+r"(x1), "+r"(x2), "+r"(x3)
	                 :
	                 : "memory");
	return x0;
}

/* An exit that a KVM answers without its VMM. */
static inline void exit_to_kernel(void)
{
	register u64 x0 __asm__("x0") = 0; /* no function has this number */
	register u64 x1 __asm__("x1") = 0;

	__asm__ volatile("hvc #0"
	                 : "+r"(x0), "+r"(x1)
	                 :
	                 : "x2", "x3", "memory");
}

static inline void write_vbar(u64 v)
{
	__asm__ volatile("msr vbar_el1, %0\n\tisb" : : "r"(v));
}

/* Sleeps until an interrupt that cannot come. */
static inline void guest_halt(void)
{
	__asm__ volatile("wfi");
}

static inline void irqs_on(void)
{
	__asm__ volatile("msr daifclr, #2" : : : "memory");
}

static inline void irqs_off(void)
{
	__asm__ volatile("msr daifset, #2" : : : "memory");
}

/* The GIC's CPU interface (GICv3 specification 12.2). */
static inline void gic_cpu_on(void)
{
	__asm__ volatile("msr icc_sre_el1, %0\n\tisb\n\t"
	                 "msr icc_pmr_el1, %1\n\t"
	                 "msr icc_igrpen1_el1, %0\n\tisb"
	                 :
	                 : "r"(1ul), "r"(0xf0ul));
}

static inline u32 gic_acknowledge(void)
{
	u64 v;

	__asm__ volatile("mrs %0, icc_iar1_el1\n\tdsb sy" : "=r"(v));
	return (u32)v;
}

static inline void gic_eoi(u32 id)
{
	__asm__ volatile("msr icc_eoir1_el1, %0" : : "r"((u64)id));
}

static inline void gic_send_sgi(u64 v)
{
	__asm__ volatile("msr icc_sgi1r_el1, %0\n\tisb" : : "r"(v));
}

/* The virtual timer, on, so many ticks from now. */
static inline void timer_in(u64 ticks)
{
	__asm__ volatile("msr cntv_tval_el0, %0\n\t"
	                 "msr cntv_ctl_el0, %1\n\tisb"
	                 :
	                 : "r"(ticks), "r"(1ul));
}

static inline void timer_off(void)
{
	__asm__ volatile("msr cntv_ctl_el0, %0\n\tisb" : : "r"(0ul));
}

static inline u64 read_hcr(void)
{
	u64 v;

	__asm__ volatile("mrs %0, hcr_el2" : "=r"(v));
	return v;
}

static inline u64 read_isar0(void)
{
	u64 v;

	__asm__ volatile("mrs %0, id_aa64isar0_el1" : "=r"(v));
	return v;
}

static inline u64 read_isar1(void)
{
	u64 v;

	__asm__ volatile("mrs %0, id_aa64isar1_el1" : "=r"(v));
	return v;
}

static inline u64 read_isar2(void)
{
	u64 v;

	__asm__ volatile("mrs %0, s3_0_c0_c6_2" : "=r"(v));
	return v;
}

/* A store with unscaled offset: still described by the syndrome. */
static inline void mmio_write_post(u64 at, u8 v)
{
	__asm__ volatile("sturb %w0, [%1, #0]" : : "r"(v), "r"(at) : "memory");
}

/* CPACR_EL1.FPEN: FP and SIMD without traps. */
static inline void canary_allow_fp(void)
{
	__asm__ volatile("msr cpacr_el1, %0\n\tisb" : : "r"(3ul << 20));
}

/* canary_read_REGISTER, canary_write_REGISTER. */
#define CANARY(name, mask)                                                    \
	static inline u64 canary_read_##name(void)                            \
	{                                                                     \
		u64 v;                                                        \
                                                                              \
		__asm__ volatile("mrs %0, " #name : "=r"(v));                 \
		return v;                                                     \
	}                                                                     \
	static inline void canary_write_##name(u64 v)                         \
	{                                                                     \
		__asm__ volatile("msr " #name ", %0" : : "r"(v));             \
	}
#include "canary_regs.def"
#undef CANARY

/* Translation by this table from now on (Arm ARM D5.2). */
static inline void mmu_on(u64 ttbr0, u64 mair, u64 tcr)
{
	u64 sctlr;

	__asm__ volatile("dsb sy\n\t"
	                 "msr mair_el1, %1\n\t"
	                 "msr tcr_el1, %2\n\t"
	                 "msr ttbr0_el1, %3\n\t"
	                 "isb\n\t"
	                 "tlbi vmalle1\n\t"
	                 "dsb sy\n\t"
	                 "mrs %0, sctlr_el1\n\t"
	                 "orr %0, %0, #1\n\t"
	                 "msr sctlr_el1, %0\n\t"
	                 "isb"
	                 : "=&r"(sctlr)
	                 : "r"(mair), "r"(tcr), "r"(ttbr0)
	                 : "memory");
}
