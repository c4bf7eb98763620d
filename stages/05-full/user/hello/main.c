/*
 * main.c - hello: the smallest program: it shows that there is a host.
 */
#include "05-full/user/user.h"

int user_main(int argc, char **argv)
{
	user_print("hello from process %d", os_getpid());
	for (int i = 1; i < argc; i++)
		user_print(" %s", argv[i]);
	user_print("\n");
	return 0;
}
