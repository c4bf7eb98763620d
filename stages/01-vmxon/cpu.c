/*
 * cpu.c - descriptor tables of one CPU.
 *
 * Long mode hardly uses segments, but VMX wants a host with a proper CS, SS
 * and TR (SDM 27.2.3), and #DF, NMI and #MC need stacks of their own.
 */
#include "01-vmxon/cpu.h"

#include "01-vmxon/trap.h"
#include "lib/panic.h"
#include "lib/spinlock.h"
#include "lib/string.h"

struct cpu cpus[MAX_CPUS];
u8 cpu_stacks[MAX_CPUS][CPU_STACK_SIZE] __attribute__((aligned(4096)));

#define DESCRIPTOR_CODE64 0x00af9b000000ffffull
#define DESCRIPTOR_DATA 0x00cf93000000ffffull
#define DESCRIPTOR_TSS 0x0000890000000000ull /* available 64-bit TSS */

static void fill_gdt(struct cpu *c)
{
	u64 base = (u64)&c->tss, limit = sizeof(c->tss) - 1;

	c->gdt[BOOT_CS / 8] = DESCRIPTOR_CODE64;
	c->gdt[KERNEL_DS / 8] = DESCRIPTOR_DATA;
	c->gdt[KERNEL_TSS / 8] = DESCRIPTOR_TSS | limit |
	                         BITS(base, 23, 0) << 16 |
	                         BITS(base, 31, 24) << 56;
	c->gdt[KERNEL_TSS / 8 + 1] = base >> 32;
}

void arch_relax(void)
{
	pause();
}

void cpu_load_tables(void)
{
	lgdt(&this_cpu()->gdtr);
	trap_load_idt();
}

u64 arch_cpu_id(void)
{
	return cpuid(1, 0).ebx >> 24; /* the local APIC's id (SDM 11.4.6) */
}

void cpu_init(u32 number)
{
	struct cpu *c = &cpus[number];

	c->self = c;
	c->number = number;
	c->apic_id = (u32)arch_cpu_id();
	c->tss.iomap_base = sizeof(c->tss);
	for (int i = IST_DOUBLE_FAULT; i < IST_COUNT; i++)
		c->tss.ist[i - 1] = (u64)c->ist_stacks[i] + PAGE_SIZE;
	fill_gdt(c);
	c->gdtr = (struct table_ptr){ sizeof(c->gdt) - 1, (u64)c->gdt };

	wrmsr(IA32_GS_BASE, (u64)c); /* for cpu_load_tables */
	cpu_load_tables();
	load_cs(BOOT_CS);
	load_ds(KERNEL_DS);
	load_es(KERNEL_DS);
	load_ss(KERNEL_DS);
	load_gs(KERNEL_DS);
	wrmsr(IA32_GS_BASE, (u64)c);        /* loading GS has set it to 0 */
	c->gdt[KERNEL_TSS / 8] &= ~BIT(41); /* not busy: LTR wants that */
	ltr(KERNEL_TSS);
}

unsigned cpu_physical_bits(void)
{
	return cpuid(0x80000008, 0).eax & 0xff;
}

bool cpu_hypervisor(char *name)
{
	struct cpuid r = cpuid(0x40000000, 0);

	memcpy(name, &r.ebx, 12); /* EBX, ECX, EDX */
	name[12] = 0;
	return cpuid(1, 0).ecx & BIT(31);
}

void cpu_brand(char *name)
{
	for (u32 i = 0; i < 3; i++) {
		struct cpuid r = cpuid(0x80000002 + i, 0);

		memcpy(name + 16 * i, &r, 16);
	}
	name[48] = 0;
}
