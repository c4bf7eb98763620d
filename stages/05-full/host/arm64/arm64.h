/*
 * arm64.h - between the files of host/arm64.
 */
#pragma once

#include "04-arm64-el2/cpu.h"
#include "lib/types.h"

/* board.c: what stage 04's machine.c does not read from the device tree. */
struct board {
	u64 initrd, initrd_size; /* physical; 0: none */
	unsigned uart_intid;     /* 0: unknown */
};
extern struct board board;
void board_read(void);

/* memory.c: stage 04's page_alloc takes from our frames. */
void memory_take_over(void);

/* console.c */
void console_irq_init(void);

/* traps.c: EL2's vectors, and who takes what. */
void traps_init(void);

/* gic_spi.c: call fn for an interrupt that all CPUs share, on CPU 0. */
void gic_on_shared(unsigned intid, void (*fn)(void));
