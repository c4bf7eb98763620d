/*
 * uart.c - the PL011 console.  The firmware (or QEMU) has set the line up.
 */
#include "04-arm64-el2/uart.h"

#include "04-arm64-el2/layout.h"
#include "lib/print.h"

/* DDI 0183, 3.2: word offsets from the base. */
#define UARTDR 0x00
#define UARTFR 0x18
#define UARTFR_RXFE BIT(4)
#define UARTFR_TXFF BIT(5)

static u64 base = LINEAR_BASE + EARLY_UART_PA;

static volatile u32 *uart_reg(unsigned offset)
{
	return (volatile u32 *)(base + offset);
}

void uart_init(u64 pa)
{
	base = LINEAR_BASE + pa;
}

static void put_raw(char c)
{
	while (*uart_reg(UARTFR) & UARTFR_TXFF)
		;
	*uart_reg(UARTDR) = (u8)c;
}

void console_putc(char c)
{
	if (c == '\n')
		put_raw('\r');
	put_raw(c);
}

int uart_getc(void)
{
	return *uart_reg(UARTFR) & UARTFR_RXFE ?
	               -1 :
	               (int)(*uart_reg(UARTDR) & 0xff);
}
