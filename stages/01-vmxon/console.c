/*
 * console.c - text out: the first serial port, and the VGA text screen for a
 * real PC that has no serial cable.
 *
 * Polled, no interrupts.  The emulators show the serial port.
 */
#include "01-vmxon/console.h"

#include "01-vmxon/insn.h"
#include "lib/print.h"
#include "lib/string.h"

/* 16550 UART registers, from the base port on. */
#define COM1 0x3f8
#define UART_DATA (COM1 + 0)
#define UART_IER (COM1 + 1)
#define UART_FCR (COM1 + 2)
#define UART_LCR (COM1 + 3)
#define UART_MCR (COM1 + 4)
#define UART_LSR (COM1 + 5)
#define LCR_8N1 0x03
#define LCR_DLAB 0x80
#define LSR_THR_EMPTY 0x20
#define LSR_ALL_SENT 0x60

static void serial_init(void)
{
	outb(UART_IER, 0);
	outb(UART_LCR, LCR_DLAB); /* the divisor: 1 is 115200 baud */
	outb(UART_DATA, 1);
	outb(UART_IER, 0);
	outb(UART_LCR, LCR_8N1);
	outb(UART_FCR, 0x07); /* FIFOs on, and emptied */
	outb(UART_MCR, 0x03);
}

/*
 * A port that is not there reads as 0xff, which looks like "ready".  A port
 * that never gets ready must not stop the machine: give up after a while.
 */
static void serial_wait(u8 bits)
{
	for (int i = 0; i < 1000000; i++)
		if ((inb(UART_LSR) & bits) == bits)
			return;
}

static void serial_raw(char c)
{
	serial_wait(LSR_THR_EMPTY);
	outb(UART_DATA, (u8)c);
}

/* A terminal at the port takes LF as "down" only: CR leads back to the left. */
static void serial_putc(char c)
{
	if (c == '\n')
		serial_raw('\r');
	serial_raw(c);
}

#define VGA_COLUMNS 80
#define VGA_ROWS 25
#define VGA_ATTRIBUTE 0x0700 /* light grey on black */
#define VGA_TEXT 0xb8000ul

static unsigned vga_at; /* cells from the top left corner */

static void vga_scroll(volatile u16 *screen)
{
	unsigned i, rest = (VGA_ROWS - 1) * VGA_COLUMNS;

	for (i = 0; i < rest; i++)
		screen[i] = screen[i + VGA_COLUMNS];
	for (; i < VGA_ROWS * VGA_COLUMNS; i++)
		screen[i] = VGA_ATTRIBUTE | ' ';
	vga_at -= VGA_COLUMNS;
}

static void vga_putc(char c)
{
	volatile u16 *screen = (volatile u16 *)VGA_TEXT;

	if (c == '\n')
		vga_at += VGA_COLUMNS - vga_at % VGA_COLUMNS;
	else
		screen[vga_at++] = VGA_ATTRIBUTE | (u8)c;
	if (vga_at >= VGA_ROWS * VGA_COLUMNS)
		vga_scroll(screen);
}

/*
 * Scrolling reads and writes a slow screen; where a hypervisor or emulator
 * runs us nobody looks at it, so only bare metal pays for it.
 */
static bool use_vga;

void console_init(void)
{
	serial_init();
	use_vga = inb(UART_LSR) == 0xff; /* no serial port: show the screen */
}

void console_putc(char c)
{
	serial_putc(c);
	if (use_vga)
		vga_putc(c);
}

void console_flush(void)
{
	serial_wait(LSR_ALL_SENT);
}
