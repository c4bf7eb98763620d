/*
 * uart.h - the console: an Arm PL011 (DDI 0183).
 */
#pragma once

#include "lib/types.h"

/* uart_init - use the PL011 whose registers are at this physical address. */
void uart_init(u64 pa);

/* uart_getc - a character that came in, or -1. */
int uart_getc(void);
