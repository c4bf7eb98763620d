/*
 * tables.c - what a guest finds in its memory.
 */
#include "05-full/user/twins/x86/twins_x86.h"

#define PTE_P BIT(0)
#define PTE_W BIT(1)
#define PTE_U BIT(2)
#define PDE_PS BIT(7)

static void put64(struct twins *t, u64 at, u64 value)
{
	memcpy(t->memory + at, &value, sizeof(value));
}

/* Each vector's handler tells it at a port of its number. */
static void put_handlers(struct twins *t)
{
	for (u64 v = 0; v < 256; v++)
		put64(t, HANDLERS + 8 * v, 0xf4f400e6 | v << 8);
}

static void put_ivt(struct twins *t)
{
	for (u32 v = 0; v < 256; v++) {
		u32 entry = HANDLERS + 8 * v;

		memcpy(t->memory + 4 * (u64)v, &entry, 4);
	}
}

/* Gates of interrupts at ring 0's code; those of INT are for all rings. */
static void put_idt(struct twins *t, bool wide)
{
	for (u64 v = 0; v < 256; v++) {
		u64 at = HANDLERS + 8 * v;
		u64 type = v == 3 || v == 4 || v == 0x40 ? 0xee : 0x8e;

		put64(t, IDT + (wide ? 16 : 8) * v, at | 8 << 16 | type << 40);
	}
}

static void put_gdt(struct twins *t, bool wide)
{
	put64(t, GDT + 8, wide ? 0x00af9b000000ffff : 0x00cf9b000000ffff);
	put64(t, GDT + 16, 0x00cf93000000ffff);
	put64(t, GDT + 24, wide ? 0x00affb000000ffff : 0x00cffb000000ffff);
	put64(t, GDT + 32, 0x00cff3000000ffff);
	put64(t, GDT + 40, 0x00008b0000000067 | (u64)TSS << 16);
}

static void put_tss(struct twins *t, bool wide)
{
	if (wide)
		put64(t, TSS + 4, KERNEL_STACK_TOP);
	else
		put64(t, TSS + 4, KERNEL_STACK_TOP | 0x10ul << 32);
}

static void put_page_tables(struct twins *t)
{
	const u64 all = PTE_P | PTE_W | PTE_U;

	put64(t, PML4, PDPT | all);
	put64(t, PDPT, PD | all);
	put64(t, PD, 0 | all | PDE_PS);
	put64(t, PD + 8, DEVICE | all | PDE_PS);
	put64(t, PD + 16, 0 | PTE_P | PTE_U | PDE_PS);
	put64(t, PD + 24, 0 | PTE_P | PTE_W | PDE_PS);
}

void twins_tables(struct twins *t, enum twins_mode mode)
{
	memset(t->memory, 0, PD + PAGE_SIZE);
	memset(t->memory + TWINS_MEMORY - 256, 0x3c, 256);
	for (unsigned i = 0; i < 256; i++)
		t->memory[DATA + i] = (u8)(0x11 * i + 3);
	put_handlers(t);
	if (mode == REAL) {
		put_ivt(t);
		return;
	}
	put_gdt(t, mode >= LONG);
	put_tss(t, mode >= LONG);
	put_idt(t, mode >= LONG);
	if (mode >= LONG)
		put_page_tables(t);
}
