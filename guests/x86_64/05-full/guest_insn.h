/*
 * guest_insn.h - x86: the instructions that small guests use.
 */
#pragma once

#include "05-full/vmm/testdev.h"
#include "lib/types.h"

#define GUEST_ARCH "x86_64"
#define TESTDEV_PAGE TESTDEV_PAGE_X86
#define GUEST_SIGNED_LOAD_OF_88 (-0x78)
#define GUEST_INSTRUCTIONS_PER_TICK 1 /* Bochs's TSC */

static inline void out8(u16 port, u8 v)
{
	__asm__ volatile("outb %0, %1" : : "a"(v), "Nd"(port));
}

static inline void out16(u16 port, u16 v)
{
	__asm__ volatile("outw %0, %1" : : "a"(v), "Nd"(port));
}

static inline void out32(u16 port, u32 v)
{
	__asm__ volatile("outl %0, %1" : : "a"(v), "Nd"(port));
}

static inline u8 in8(u16 port)
{
	u8 v;

	__asm__ volatile("inb %1, %0" : "=a"(v) : "Nd"(port));
	return v;
}

static inline u16 in16(u16 port)
{
	u16 v;

	__asm__ volatile("inw %1, %0" : "=a"(v) : "Nd"(port));
	return v;
}

static inline u32 in32(u16 port)
{
	u32 v;

	__asm__ volatile("inl %1, %0" : "=a"(v) : "Nd"(port));
	return v;
}

static inline void testdev_write(u16 offset, u32 v, unsigned size)
{
	if (size == 1)
		out8(TESTDEV_PORT + offset, (u8)v);
	else if (size == 2)
		out16(TESTDEV_PORT + offset, (u16)v);
	else
		out32(TESTDEV_PORT + offset, v);
}

static inline u32 testdev_read(u16 offset, unsigned size)
{
	if (size == 1)
		return in8(TESTDEV_PORT + offset);
	if (size == 2)
		return in16(TESTDEV_PORT + offset);
	return in32(TESTDEV_PORT + offset);
}

static inline void outs8(u16 port, const void *from, size_t n)
{
	__asm__ volatile("rep outsb"
	                 : "+S"(from), "+c"(n)
	                 : "d"(port)
	                 : "memory");
}

static inline void ins8(u16 port, void *to, size_t n)
{
	__asm__ volatile("rep insb"
	                 : "+D"(to), "+c"(n)
	                 : "d"(port)
	                 : "memory");
}

static inline void outs32(u16 port, const void *from, size_t n)
{
	__asm__ volatile("rep outsl"
	                 : "+S"(from), "+c"(n)
	                 : "d"(port)
	                 : "memory");
}

static inline void ins32(u16 port, void *to, size_t n)
{
	__asm__ volatile("rep insl"
	                 : "+D"(to), "+c"(n)
	                 : "d"(port)
	                 : "memory");
}

static inline u64 guest_clock(void)
{
	u32 low, high;

	__asm__ volatile("rdtsc" : "=a"(low), "=d"(high));
	return (u64)high << 32 | low;
}

struct cpuid {
	u32 eax, ebx, ecx, edx;
};

static inline struct cpuid cpuid(u32 leaf, u32 subleaf)
{
	struct cpuid c;

	__asm__ volatile("cpuid"
	                 : "=a"(c.eax), "=b"(c.ebx), "=c"(c.ecx), "=d"(c.edx)
	                 : "a"(leaf), "c"(subleaf));
	return c;
}

/* An exit that a KVM answers without its VMM. */
static inline void exit_to_kernel(void)
{
	cpuid(0, 0);
}

/* Sleeps until an interrupt that cannot come. */
static inline void guest_halt(void)
{
	__asm__ volatile("cli; hlt");
}

static inline void irqs_on(void)
{
	__asm__ volatile("sti" : : : "memory");
}

static inline void irqs_off(void)
{
	__asm__ volatile("cli" : : : "memory");
}

struct table_register {
	u16 limit;
	u64 base;
} __attribute__((packed));

/* LGDT, LIDT, LTR; and the segment registers that go with them. */
static inline void load_tables(const void *gdt, size_t gdt_size,
                               const void *idt, size_t idt_size, u16 tr)
{
	struct table_register g = { (u16)(gdt_size - 1), (u64)gdt };
	struct table_register i = { (u16)(idt_size - 1), (u64)idt };

	__asm__ volatile("lgdt %0\n\tlidt %1\n\tltr %w2\n\t"
	                 "mov %w3, %%ds\n\tmov %w3, %%es\n\tmov %w3, %%ss"
	                 :
	                 : "m"(g), "m"(i), "r"(tr), "r"(0x18)
	                 : "memory");
}

static inline void write_cr3(u64 v)
{
	__asm__ volatile("mov %0, %%cr3" : : "r"(v) : "memory");
}

static inline u64 read_cr3(void)
{
	u64 v;

	__asm__ volatile("mov %%cr3, %0" : "=r"(v));
	return v;
}

#define CR0_WP BIT(16)

static inline u64 read_cr0(void)
{
	u64 v;

	__asm__ volatile("mov %%cr0, %0" : "=r"(v));
	return v;
}

static inline void write_cr0(u64 v)
{
	__asm__ volatile("mov %0, %%cr0" : : "r"(v) : "memory");
}

static inline u64 read_cr4(void)
{
	u64 v;

	__asm__ volatile("mov %%cr4, %0" : "=r"(v));
	return v;
}

static inline void write_cr4(u64 v)
{
	__asm__ volatile("mov %0, %%cr4" : : "r"(v) : "memory");
}

static inline u64 rdmsr(u32 index)
{
	u32 low, high;

	__asm__ volatile("rdmsr" : "=a"(low), "=d"(high) : "c"(index));
	return (u64)high << 32 | low;
}

static inline void wrmsr(u32 index, u64 v)
{
	__asm__ volatile("wrmsr"
	                 :
	                 : "c"(index), "a"((u32)v), "d"((u32)(v >> 32)));
}

static inline void mmio_write8(u64 at, u8 v)
{
	__asm__ volatile("movb %0, (%1)" : : "q"(v), "r"(at) : "memory");
}

static inline void mmio_write16(u64 at, u16 v)
{
	__asm__ volatile("movw %0, (%1)" : : "r"(v), "r"(at) : "memory");
}

static inline void mmio_write32(u64 at, u32 v)
{
	__asm__ volatile("movl %0, (%1)" : : "r"(v), "r"(at) : "memory");
}

static inline void mmio_write64(u64 at, u64 v)
{
	__asm__ volatile("movq %0, (%1)" : : "r"(v), "r"(at) : "memory");
}

static inline u8 mmio_read8(u64 at)
{
	u8 v;

	__asm__ volatile("movb (%1), %0" : "=q"(v) : "r"(at) : "memory");
	return v;
}

static inline u16 mmio_read16(u64 at)
{
	u16 v;

	__asm__ volatile("movw (%1), %0" : "=r"(v) : "r"(at) : "memory");
	return v;
}

static inline u32 mmio_read32(u64 at)
{
	u32 v;

	__asm__ volatile("movl (%1), %0" : "=r"(v) : "r"(at) : "memory");
	return v;
}

static inline u64 mmio_read64(u64 at)
{
	u64 v;

	__asm__ volatile("movq (%1), %0" : "=r"(v) : "r"(at) : "memory");
	return v;
}

static inline s64 mmio_read_signed8(u64 at)
{
	s64 v;

	__asm__ volatile("movsbq (%1), %0" : "=r"(v) : "r"(at) : "memory");
	return v;
}

static inline void write_cr2(u64 v)
{
	__asm__ volatile("mov %0, %%cr2" : : "r"(v));
}

static inline u64 read_cr2(void)
{
	u64 v;

	__asm__ volatile("mov %%cr2, %0" : "=r"(v));
	return v;
}

/* Breakpoint addresses; DR7 leaves them off. */
static inline void write_dr(u64 dr0, u64 dr3)
{
	__asm__ volatile("mov %0, %%dr0\n\tmov %1, %%dr3"
	                 :
	                 : "r"(dr0), "r"(dr3));
}

static inline u64 read_dr0(void)
{
	u64 v;

	__asm__ volatile("mov %%dr0, %0" : "=r"(v));
	return v;
}

static inline u64 read_dr3(void)
{
	u64 v;

	__asm__ volatile("mov %%dr3, %0" : "=r"(v));
	return v;
}
