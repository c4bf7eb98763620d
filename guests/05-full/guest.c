/*
 * guest.c - what small guests share.
 */
#include "guest.h"

/* lib/print.c's console (its name here: user.mk). */
void guest_putc(char c);
void guest_putc(char c)
{
	testdev_write(TESTDEV_PUTC, (u8)c, 1);
}

void guest_exit(int status)
{
	for (;;)
		testdev_write(TESTDEV_EXIT, (u32)status, 1);
}

u64 guest_number(u64 what)
{
	u64 n = 0;
	bool any = false;
	char c;

	while ((c = (char)testdev_read(TESTDEV_ARG, 1)) >= '0' && c <= '9') {
		n = n * 10 + (u64)(c - '0');
		any = true;
	}
	return any ? n : what;
}
