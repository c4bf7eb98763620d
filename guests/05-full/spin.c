/*
 * spin.c - hostile: a loop with interrupts off; --append says how long (in
 * units of 1000 turns), 0 for ever.  (On Bochs 2.7 no interrupt gets a CPU out of
 * a guest whose IF is clear: Linux's KVM hangs there with the machine.)
 */
#include "guest.h"
#include "hostile_insn.h"

int guest_main(void)
{
	u64 n = guest_number(1000);

	interrupts_off();
	printk("spinning\n");
	for (volatile u64 i = 0; !n || i < n * 1000; i++)
		;
	printk("done\n");
	return 0;
}
