/*
 * hello.c - the smallest guest: a line, and the end.
 */
#include "guest.h"

int guest_main(void)
{
	printk("hello from a guest\n");
	return 0;
}
