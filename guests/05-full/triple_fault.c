/*
 * triple_fault.c - hostile: an exception that cannot be delivered.  x86 shuts
 * down; an Arm CPU takes its own abort again and again, and never ends.
 */
#include "guest.h"
#include "hostile_insn.h"

int guest_main(void)
{
	printk("no way to deliver an exception, and one comes\n");
	load_empty_idt();
	undefined_instruction();
	printk("FAILED: it came back\n");
	return 1;
}
