/*
 * power.c - how a run ends on a PC: every way that one of our machines knows.
 */
#include "01-vmxon/boot.h"
#include "01-vmxon/console.h"
#include "01-vmxon/insn.h"
#include "lib/panic.h"

#define QEMU_DEBUG_EXIT_PORT 0xf4

void arch_poweroff(void)
{
	irq_disable();
	console_flush();
	/* Bochs ends when this word arrives here, byte by byte. */
	for (const char *s = "Shutdown"; *s; s++)
		outb(BOCHS_SHUTDOWN_PORT, (u8)*s);
	/* QEMU's isa-debug-exit device ends with status 2 * value + 1. */
	outl(QEMU_DEBUG_EXIT_PORT, 0x10);
	printk("It is now safe to turn off this machine.\n");
	for (;;)
		halt();
}
