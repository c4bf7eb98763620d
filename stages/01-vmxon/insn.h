/*
 * insn.h - one function per privileged instruction, and no other asm in C.
 *
 * The try_ forms survive a fault: they return 0, or FAULT + vector when the
 * instruction raised an exception.  How: the address of the instruction and
 * of the place to go on stand in a table (section __ex_table); trap.c looks
 * there before it calls a fault a bug, and puts the answer into RDI.
 */
#pragma once

#include "01-vmxon/regs.h"

#define FAULT 0x100
#define FAULTED(vector) (FAULT + (vector))

/* After an instruction at label 1: the place to go on, label 2, and the row. */
#define EX_TABLE                                                              \
	"2:\n"                                                                \
	".pushsection __ex_table, \"a\"\n"                                    \
	".quad 1b, 2b\n"                                                      \
	".popsection\n"

static inline u64 rdmsr(u32 msr)
{
	u32 lo, hi;

	asm volatile("rdmsr" : "=a"(lo), "=d"(hi) : "c"(msr));
	return (u64)hi << 32 | lo;
}

static inline void wrmsr(u32 msr, u64 v)
{
	asm volatile("wrmsr"
	             :
	             : "c"(msr), "a"((u32)v), "d"((u32)(v >> 32))
	             : "memory");
}

/* The same from and to memory: two instructions less each. */
typedef u32 __attribute__((may_alias)) half;

static inline void rdmsr_to(u32 msr, u64 *v)
{
	half *h = (half *)v;

	asm volatile("rdmsr\n"
	             "mov %%eax, %0\n"
	             "mov %%edx, %1"
	             : "=m"(h[0]), "=m"(h[1])
	             : "c"(msr)
	             : "rax", "rdx");
}

static inline void wrmsr_from(u32 msr, const u64 *v)
{
	const half *h = (const half *)v;

	asm volatile("mov %0, %%eax\n"
	             "mov %1, %%edx\n"
	             "wrmsr"
	             :
	             : "m"(h[0]), "m"(h[1]), "c"(msr)
	             : "rax", "rdx", "memory");
}

static inline u64 try_rdmsr(u32 msr, u64 *v)
{
	u64 fault = 0;
	u32 lo = 0, hi = 0;

	asm volatile("1: rdmsr\n" EX_TABLE
	             : "+D"(fault), "+a"(lo), "+d"(hi)
	             : "c"(msr));
	*v = (u64)hi << 32 | lo;
	return fault;
}

static inline u64 try_wrmsr(u32 msr, u64 v)
{
	u64 fault = 0;

	asm volatile("1: wrmsr\n" EX_TABLE
	             : "+D"(fault)
	             : "c"(msr), "a"((u32)v), "d"((u32)(v >> 32))
	             : "memory");
	return fault;
}

struct cpuid {
	u32 eax, ebx, ecx, edx;
};

static inline struct cpuid cpuid(u32 leaf, u32 subleaf)
{
	struct cpuid r;

	asm volatile("cpuid"
	             : "=a"(r.eax), "=b"(r.ebx), "=c"(r.ecx), "=d"(r.edx)
	             : "a"(leaf), "c"(subleaf));
	return r;
}

#define READ_REG(name, insn)                                                  \
	static inline u64 name(void)                                          \
	{                                                                     \
		u64 v;                                                        \
                                                                              \
		asm volatile(insn : "=r"(v));                                 \
		return v;                                                     \
	}
#define WRITE_REG(name, insn)                                                 \
	static inline void name(u64 v)                                        \
	{                                                                     \
		asm volatile(insn : : "r"(v) : "memory");                     \
	}

READ_REG(read_cr0, "mov %%cr0, %0")
READ_REG(read_cr2, "mov %%cr2, %0")
READ_REG(read_cr3, "mov %%cr3, %0")
READ_REG(read_cr4, "mov %%cr4, %0")
READ_REG(read_cr8, "mov %%cr8, %0")
WRITE_REG(write_cr0, "mov %0, %%cr0")
WRITE_REG(write_cr2, "mov %0, %%cr2")
WRITE_REG(write_cr3, "mov %0, %%cr3")
WRITE_REG(write_cr4, "mov %0, %%cr4")
WRITE_REG(write_cr8, "mov %0, %%cr8")
READ_REG(read_dr0, "mov %%dr0, %0")
READ_REG(read_dr1, "mov %%dr1, %0")
READ_REG(read_dr2, "mov %%dr2, %0")
READ_REG(read_dr3, "mov %%dr3, %0")
READ_REG(read_dr6, "mov %%dr6, %0")
READ_REG(read_dr7, "mov %%dr7, %0")
WRITE_REG(write_dr0, "mov %0, %%dr0")
WRITE_REG(write_dr1, "mov %0, %%dr1")
WRITE_REG(write_dr2, "mov %0, %%dr2")
WRITE_REG(write_dr3, "mov %0, %%dr3")
WRITE_REG(write_dr6, "mov %0, %%dr6")
WRITE_REG(write_dr7, "mov %0, %%dr7")
READ_REG(read_rflags, "pushfq; pop %0")

static inline u64 try_write_cr0(u64 v)
{
	u64 fault = 0;

	asm volatile("1: mov %1, %%cr0\n" EX_TABLE
	             : "+D"(fault)
	             : "r"(v)
	             : "memory");
	return fault;
}

static inline u64 try_write_cr4(u64 v)
{
	u64 fault = 0;

	asm volatile("1: mov %1, %%cr4\n" EX_TABLE
	             : "+D"(fault)
	             : "r"(v)
	             : "memory");
	return fault;
}

/* A pseudo-descriptor: the memory operand of LGDT, LIDT, SGDT and SIDT. */
struct table_ptr {
	u16 limit;
	u64 base;
} __attribute__((packed));

static inline void lgdt(const struct table_ptr *p)
{
	asm volatile("lgdt %0" : : "m"(*p));
}

static inline void lidt(const struct table_ptr *p)
{
	asm volatile("lidt %0" : : "m"(*p));
}

static inline struct table_ptr sgdt(void)
{
	struct table_ptr p;

	asm volatile("sgdt %0" : "=m"(p));
	return p;
}

static inline struct table_ptr sidt(void)
{
	struct table_ptr p;

	asm volatile("sidt %0" : "=m"(p));
	return p;
}

static inline void ltr(u16 selector)
{
	asm volatile("ltr %0" : : "r"(selector));
}

/* Far return to itself: the only way to load CS in 64-bit code. */
static inline void load_cs(u64 selector)
{
	asm volatile("push %0\n"
	             "lea 1f(%%rip), %%rax\n"
	             "push %%rax\n"
	             "lretq\n"
	             "1:"
	             :
	             : "r"(selector)
	             : "rax", "memory");
}

#define SEGMENT(seg)                                                          \
	static inline void load_##seg(u16 selector)                           \
	{                                                                     \
		asm volatile("mov %0, %%" #seg : : "r"(selector) : "memory"); \
	}                                                                     \
	static inline u16 read_##seg(void)                                    \
	{                                                                     \
		u16 v;                                                        \
                                                                              \
		asm volatile("mov %%" #seg ", %0" : "=r"(v));                 \
		return v;                                                     \
	}
SEGMENT(ds)
SEGMENT(es)
SEGMENT(ss)
SEGMENT(fs)
SEGMENT(gs)

static inline u16 read_cs(void)
{
	u16 v;

	asm volatile("mov %%cs, %0" : "=r"(v));
	return v;
}

static inline u16 str(void)
{
	u16 v;

	asm volatile("str %0" : "=r"(v));
	return v;
}

static inline void outb(u16 port, u8 v)
{
	asm volatile("outb %0, %1" : : "a"(v), "Nd"(port));
}

static inline void outl(u16 port, u32 v)
{
	asm volatile("outl %0, %1" : : "a"(v), "Nd"(port));
}

static inline u8 inb(u16 port)
{
	u8 v;

	asm volatile("inb %1, %0" : "=a"(v) : "Nd"(port));
	return v;
}

static inline u64 rdtsc(void)
{
	u32 lo, hi;

	asm volatile("rdtsc" : "=a"(lo), "=d"(hi) : : "memory");
	return (u64)hi << 32 | lo;
}

static inline void irq_disable(void)
{
	asm volatile("cli" : : : "memory");
}

static inline void irq_enable(void)
{
	asm volatile("sti" : : : "memory");
}

/* Runs the NMI handler; its IRET ends the blocking of further NMIs. */
static inline void call_nmi_handler(void)
{
	asm volatile("int $2" : : : "memory");
}

/* x87, MXCSR and XMM to and from 512 bytes, aligned to 16. */
static inline void fxsave(void *area)
{
	asm volatile("fxsave64 (%0)" : : "r"(area) : "memory");
}

static inline void fxrstor(const void *area)
{
	asm volatile("fxrstor64 (%0)" : : "r"(area) : "memory");
}

/* Interrupts on for one instruction: what is pending is taken here. */
static inline void irq_window(void)
{
	asm volatile("sti; nop; cli" : : : "memory");
}

/* STI takes effect after the next instruction: no wake-up can slip between. */
static inline void irq_enable_and_halt(void)
{
	asm volatile("sti; hlt; cli" : : : "memory");
}

static inline void halt(void)
{
	asm volatile("hlt" : : : "memory");
}

static inline void pause(void)
{
	asm volatile("pause");
}

/* An instruction that is guaranteed to be undefined (#UD). */
static inline void ud2(void)
{
	asm volatile("ud2");
}
