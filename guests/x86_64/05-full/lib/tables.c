/*
 * tables.c - x86: a guest's IDT, GDT and TSS, and pages for ring 3.
 */
#include "guest.h"
#include "lib/try.h"

#define GATE_INTERRUPT 0x8e00ul
#define GATE_RING3 0x6000ul
#define VECTORS 49
#define PML4 0x2000ul /* where the VMM put the page tables */
#define PAGE_TABLES 6
#define PTE_USER BIT(2)

extern u8 guest_stubs[VECTORS][16];
void guest_unexpected(int vector);

static u64 gdt[8], idt[VECTORS][2];
static u32 tss[26];
static u8 trap_stack[4096] __attribute__((aligned(16)));

void guest_unexpected(int vector)
{
	printk("unexpected exception %d at 0x%lx, error code 0x%lx\n", vector,
	       guest_fault_rip, guest_error_code);
	guest_exit(99);
}

void guest_set_gate(int vector, const void *handler)
{
	u64 at = (u64)handler;

	idt[vector][0] = (at & 0xffff) | SEL_KERNEL_CODE << 16 |
	                 (GATE_INTERRUPT | (vector == 48 ? GATE_RING3 : 0))
	                         << 32 |
	                 (at >> 16 & 0xffff) << 48;
	idt[vector][1] = at >> 32;
}

void guest_catch_exceptions(void)
{
	u64 base = (u64)tss, stack = (u64)(trap_stack + sizeof(trap_stack));

	memcpy(tss + 1, &stack, 8);  /* RSP0 */
	tss[25] = sizeof(tss) << 16; /* no I/O permission bitmap */
	gdt[2] = 0x00af9b000000ffff;
	gdt[3] = 0x00cf93000000ffff;
	gdt[4] = 0x00cff3000000ffff;
	gdt[5] = 0x00affb000000ffff;
	gdt[6] = (sizeof(tss) - 1) | (base & 0xffffff) << 16 | 0x89ul << 40 |
	         (base >> 24 & 0xff) << 56;
	gdt[7] = base >> 32;
	for (int i = 0; i < VECTORS; i++)
		guest_set_gate(i, guest_stubs[i]);
	load_tables(gdt, sizeof(gdt), idt, sizeof(idt), SEL_TSS);
	/* Ring 3 may use all that is mapped: the tables follow each other. */
	for (u64 *e = (u64 *)PML4; e < (u64 *)PML4 + PAGE_TABLES * 512; e++)
		if (*e)
			*e |= PTE_USER;
	write_cr3(PML4);
}
