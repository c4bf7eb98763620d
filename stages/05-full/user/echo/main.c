/*
 * main.c - prints its arguments: a mark between other programs' output.
 */
#include "05-full/user/user.h"

int user_main(int argc, char **argv)
{
	for (int i = 1; i < argc; i++)
		user_print("%s%s", i > 1 ? " " : "", argv[i]);
	user_print("\n");
	return 0;
}
