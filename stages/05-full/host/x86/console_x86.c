/*
 * console_x86.c - what is typed: the serial port's interrupt, by the I/O APIC.
 *
 * Stage 01's console.c prints; here the port learns to call.
 */
#include "01-vmxon/console.h"
#include "01-vmxon/lapic.h"
#include "05-full/host/x86/host_cpu.h"
#include "05-full/host/x86/host_insn.h"
#include "lib/print.h"

/* 16550 UART */
#define COM1 0x3f8
#define UART_DATA (COM1 + 0)
#define UART_IER (COM1 + 1)
#define UART_MCR (COM1 + 4)
#define UART_LSR (COM1 + 5)
#define IER_RECEIVED 0x01
#define MCR_DTR_RTS_OUT2 0x0b /* OUT2 lets the interrupt out, on a PC */
#define LSR_DATA_READY 0x01
#define LSR_NO_PORT 0xff
#define COM1_IRQ 4

/* The first I/O APIC of every PC (82093AA data sheet, 3.1). */
#define IOAPIC 0xfec00000ul
#define IOAPIC_SELECT 0x00
#define IOAPIC_WINDOW 0x10
#define IOAPIC_REDIRECTION(pin) (0x10 + 2 * (pin))

static void ioapic_write(u32 reg, u32 value)
{
	*(volatile u32 *)(IOAPIC + IOAPIC_SELECT) = reg;
	*(volatile u32 *)(IOAPIC + IOAPIC_WINDOW) = value;
}

static void com1_interrupt(struct trap_frame *f)
{
	(void)f;
	while ((inb(UART_LSR) & LSR_DATA_READY))
		console_input(inb(UART_DATA));
	lapic_eoi();
}

void console_listen(void)
{
	if (inb(UART_LSR) == LSR_NO_PORT)
		return;
	irq_set_handler(VECTOR_COM1, com1_interrupt);
	ioapic_write(IOAPIC_REDIRECTION(COM1_IRQ) + 1,
	             this_cpu()->apic_id << 24);
	ioapic_write(IOAPIC_REDIRECTION(COM1_IRQ), VECTOR_COM1);
	outb(UART_MCR, MCR_DTR_RTS_OUT2);
	outb(UART_IER, IER_RECEIVED);
}

void arch_console_write(const char *bytes, u64 size)
{
	for (u64 i = 0; i < size; i++)
		console_putc(bytes[i]);
}
