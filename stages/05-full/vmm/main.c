/*
 * main.c - the VMM.
 */
#include "05-full/user/user.h"

int user_main(int argc, char **argv)
{
	user_print("%s: %d arguments\n", argv[0], argc);
	return 3;
}
