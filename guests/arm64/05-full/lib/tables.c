/*
 * tables.c - arm64: a guest's vectors.
 */
#include "guest.h"
#include "lib/try.h"

extern u8 guest_vectors[];
void guest_unexpected(void);

void guest_unexpected(void)
{
	printk("unexpected exception 0x%lx at 0x%lx, address 0x%lx\n",
	       guest_esr >> 26, guest_elr, guest_far);
	guest_exit(99);
}

void guest_catch_exceptions(void)
{
	write_vbar((u64)guest_vectors);
}
