/*
 * main.c - the table test of KVM's ABI: runs every call of the tables.
 */
#include <asm/errno.h>
#include <asm/ioctls.h>

#include "05-full/user/abi/abi.h"

#define SHOW(name, call) abi_show(name, call)
#define OK(name, call) abi_ok(name, call)
#define KEEP(where, name, call) where = abi_keep(name, call)

#define KERNEL_POINTER ((void *)0xffff800000000000ul)

static void abi_all(struct abi *t)
{
#include "05-full/user/abi/abi.def"
}

static void abi_set_up(struct abi *t)
{
	t->base = 0;
	t->memory = user_alloc_aligned(ABI_MEMORY, 2 * MiB);
	if (!t->memory) {
		user_err("abi: no memory\n");
		os_exit(1);
	}
}

int user_main(int argc, char **argv)
{
	static struct abi t;

	(void)argc;
	(void)argv;
	user_catch(USER_SIGUSR1);
	abi_set_up(&t);
	abi_all(&t);
	user_print("abi: the end\n");
	return 0;
}
