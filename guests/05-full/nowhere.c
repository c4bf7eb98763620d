/*
 * nowhere.c - hostile: jumps where there is no memory.  x86: KVM would have to
 * emulate what it cannot fetch, and says so.  Arm: an abort of the guest's own.
 */
#include "guest.h"
#include "hostile_insn.h"
#include "lib/try.h"

static void go(void)
{
	jump_to(HOSTILE_NOWHERE);
}

int guest_main(void)
{
	guest_catch_exceptions();
	printk("jumping to 0x%lx\n", HOSTILE_NOWHERE);
	printk("exception %d\n", guest_try(go));
	return 0;
}
