/*
 * uart16550.h - a 16550 UART, as a state machine without a machine: pure, so
 * that it is tested on any host.
 */
#pragma once

#include "lib/types.h"

#define UART_REGISTERS 8
#define UART_FIFO 1024 /* what waits to be read; the real one has 16 */

struct uart16550 {
	u8 ier, lcr, mcr, scr, fcr;
	u16 divisor;
	bool thr_pending; /* "transmitter empty" has not been told yet */
	u8 fifo[UART_FIFO];
	u32 head, tail; /* free-running */
	bool listening; /* the guest reads what is typed */
	u32 looks;      /* reads of LSR, one after the other */
	bool looped;    /* in loopback: its own byte is there to be read */
	u8 loop_byte;
	/* What the outside gives. */
	void (*transmit)(void *ctx, u8 c);
	void (*interrupt)(void *ctx, bool level); /* when it changes */
	void *ctx;
	bool level;
};

u8 uart16550_read(struct uart16550 *u, u32 reg);
void uart16550_write(struct uart16550 *u, u32 reg, u8 value);

/* uart16550_receive - from the outside; how many of n it had room for. */
size_t uart16550_receive(struct uart16550 *u, const u8 *data, size_t n);
