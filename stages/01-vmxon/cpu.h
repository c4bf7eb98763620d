/*
 * cpu.h - what belongs to one CPU: its descriptor tables, its VMXON region.
 */
#pragma once

#include "01-vmxon/boot.h"
#include "01-vmxon/insn.h"

/* 64-bit task state segment (SDM 8.7): here only a list of stacks. */
struct tss {
	u32 reserved0;
	u64 rsp[3];
	u64 reserved1;
	u64 ist[7];
	u64 reserved2;
	u16 reserved3;
	u16 iomap_base;
} __attribute__((packed));
_Static_assert(sizeof(struct tss) == 104, "SDM figure 8-11");

/* Interrupt stack table slots: faults that may not trust the stack in use. */
enum ist {
	IST_NONE = 0,
	IST_DOUBLE_FAULT = 1,
	IST_NMI = 2,
	IST_MACHINE_CHECK = 3,
	IST_DEBUG = 4, /* used from stage 05 on: user programs can raise #DB */
	IST_COUNT = 5,
};

struct cpu {
	struct cpu *self; /* first: this_cpu() reads it through GS */
	u32 number;       /* 0 is the one the firmware started */
	u32 apic_id;
	volatile u32 nmi_count;
	/* What runs here, and its stack, where a stage has threads. */
	void *thread;
	const u64 *stack_low, *stack_high;
	struct tss tss;
	u64 gdt[7]; /* null, code, data, TSS (two entries), user data, code */
	struct table_ptr gdtr; /* what LGDT wants to know of it */
	u8 ist_stacks[IST_COUNT][PAGE_SIZE] __attribute__((aligned(16)));
	/* SDM 25.11.5: 4 KiB at most, page-aligned */
	u8 vmxon_region[PAGE_SIZE] __attribute__((aligned(PAGE_SIZE)));
};

extern struct cpu cpus[MAX_CPUS];

static inline struct cpu *this_cpu(void)
{
	struct cpu *c;

	asm("mov %%gs:0, %0" : "=r"(c));
	return c;
}

/*
 * cpu_init - give the calling CPU its GDT, TSS, GS base and number, and the
 * common IDT.  number: 0..MAX_CPUS-1, each once.
 */
void cpu_init(u32 number);

/* cpu_load_tables - load this CPU's GDTR and IDTR with their full limits. */
void cpu_load_tables(void);

/* cpu_physical_bits - MAXPHYADDR, in bits (CPUID.80000008H:EAX[7:0]). */
unsigned cpu_physical_bits(void);

/*
 * cpu_hypervisor - is this a virtual machine?  If so, true, and what the
 * hypervisor calls itself in name[13].  Intel leaves CPUID.1:ECX[31] and the
 * leaves from 40000000H on to hypervisors (SDM volume 2A, CPUID).
 */
bool cpu_hypervisor(char *name);

/* cpu_brand - the CPU's name, into name[49]. */
void cpu_brand(char *name);
