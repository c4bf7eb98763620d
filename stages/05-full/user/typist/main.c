/*
 * main.c - typist: says what was typed, byte by byte, until a q.
 */
#include "05-full/user/user.h"

#define POLLIN 1

struct pollfd {
	s32 fd;
	s16 events, revents;
};

/* True: something can be read within so many milliseconds. */
static bool wait_for_input(long ms)
{
	struct pollfd p = { 0, POLLIN, 0 };
	struct os_timespec t = { ms / 1000, ms % 1000 * 1000000 };

	return user_syscall(__NR_ppoll, (long)&p, 1, (long)&t, 0, 8, 0) == 1;
}

int user_main(int argc, char **argv)
{
	u8 byte = 0;

	(void)argc, (void)argv;
	user_print("typist: %s\n",
	           wait_for_input(10) ? "somebody was early" : "type!");
	while (byte != 'q' && os_read(0, &byte, 1) == 1)
		user_print("typist: 0x%02x\n", byte);
	return 0;
}
