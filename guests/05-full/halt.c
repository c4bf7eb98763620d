/*
 * halt.c - hostile: waits for an interrupt that cannot come.  On x86 without
 * an irqchip the VMM is told; else it sleeps until it is ended from outside.
 */
#include "guest.h"
#include "hostile_insn.h"

int guest_main(void)
{
	printk("waiting for nothing\n");
	interrupts_off();
	guest_halt();
	printk("woke up\n");
	return 0;
}
