/*
 * syscall.c - from a number to a function.
 */
#include "05-full/host/syscall.h"

#include <asm/unistd.h>

#include "05-full/host/arch.h"

static s64 (*const table[])(const u64 args[6]) = {
#define SYSCALL(name) [__NR_##name] = sys_##name,
#include "05-full/host/syscalls.def"
#undef SYSCALL
};

s64 syscall(u64 nr, const u64 args[6])
{
	if (nr >= ARRAY_SIZE(table) || !table[nr])
		return -ENOSYS;
	return table[nr](args);
}
