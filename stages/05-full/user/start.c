/*
 * start.c - the first C code of a user program.
 */
#include "05-full/user/user.h"

/* Called by _start only. */
_Noreturn void user_start(long *stack);

void user_start(long *stack)
{
	os_exit(user_main((int)stack[0], (char **)(stack + 1)));
}
