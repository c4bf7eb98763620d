/*
 * console.c - the PL011 tells when something was typed (DDI 0183, 3.3).
 */
#include "04-arm64-el2/machine.h"
#include "04-arm64-el2/uart.h"
#include "05-full/host/arch.h"
#include "05-full/host/arm64/arm64.h"
#include "lib/print.h"

#define UARTIMSC 0x38
#define UARTICR 0x44
#define UART_RX BIT(4)         /* the FIFO has reached its mark */
#define UART_RX_TIMEOUT BIT(6) /* or there is something, for some time */

static volatile u32 *pl011(unsigned offset)
{
	return (volatile u32 *)((u64)phys_to_virt(machine.uart) + offset);
}

static void receive(void)
{
	int c;

	*pl011(UARTICR) = UART_RX | UART_RX_TIMEOUT;
	while ((c = uart_getc()) >= 0)
		console_input((u8)c);
}

void console_irq_init(void)
{
	if (!board.uart_intid)
		return;
	gic_on_shared(board.uart_intid, receive);
	receive();
	*pl011(UARTIMSC) = UART_RX | UART_RX_TIMEOUT;
}

void arch_console_write(const char *bytes, u64 size)
{
	while (size--)
		console_putc(*bytes++);
}
