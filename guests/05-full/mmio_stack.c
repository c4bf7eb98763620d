/*
 * mmio_stack.c - hostile: a stack where a device is.  --append 0: a push;
 * 1: an exception, which the CPU pushes itself on x86; 2: both.
 */
#include "guest.h"
#include "hostile_insn.h"
#include "lib/try.h"

#define STACK (TESTDEV_PAGE + 0x800)

static void push(void)
{
	push_there(STACK);
}

static void trap(void)
{
	trap_there(STACK);
}

int guest_main(void)
{
	u64 how = guest_number(0);

	guest_catch_exceptions();
	printk("a stack in a device: %s\n", how ? "an exception" : "a push");
	if (how == 2)
		guest_try(push);
	printk("result %d\n", guest_try(how ? trap : push));
	return 0;
}
