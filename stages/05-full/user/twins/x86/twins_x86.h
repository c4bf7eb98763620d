/*
 * twins_x86.h - how x86's little guests lie in memory.
 */
#pragma once

#include "05-full/user/twins/twins.h"

#define CODE 0x1000
#define HANDLERS 0x3000 /* 8 bytes each: out %al, $vector; hlt */
#define GDT 0x4000
#define TSS 0x5000
#define IDT 0x6000
#define DATA 0x7000
#define STACK_TOP 0x9000
#define KERNEL_STACK_TOP 0xa000
#define PML4 0x10000
#define PDPT 0x11000
#define PD 0x12000
#define DEVICE 0x200000    /* behind the memory */
#define READ_ONLY 0x400000 /* in long mode: the memory again, ... */
#define KERNELS 0x600000   /* ... and again, for ring 0 alone */
#define NOTHING 0x800000
#define REAL_BASE                                                             \
	0x1f8000 /* DS and ES in real mode: the device is at 0x8000 */

enum twins_mode { REAL, PROTECTED, PROTECTED_USER, LONG, LONG_USER, MODES };

struct twins_code {
	enum twins_mode mode;
	u8 bytes[24];
	unsigned length;
	u32 rcx; /* what RCX is to be, if wants_rcx */
	bool wants_rcx;
	bool wants_ram;    /* pointers to memory only */
	bool wants_mapped; /* to memory or devices */
};

/* twins_insn - a random instruction for that mode. */
void twins_insn(struct twins *t, struct twins_code *c);

/* twins_tables - a fresh memory: descriptors, page tables, handlers. */
void twins_tables(struct twins *t, enum twins_mode mode);
