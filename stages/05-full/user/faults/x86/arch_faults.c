/*
 * arch_faults.c - the list of fault_ways.S.
 */
#include "05-full/user/faults/faults.h"
#include "05-full/user/user.h"

const u64 kernel_address = 0x100000;
const u64 odd_address = 0x8000000000000000;

#define USER_END 0x7ffffffff000ul
#define MAP_FIXED 0x10
#define SYSCALL_SIZE 2

#define WAY(name, signal, or_this) void way_##name(void);
#include "05-full/user/faults/x86/fault_ways.def"

/* A SYSCALL whose return address is the first that is not a program's. */
static void last_syscall(void)
{
	static const u8 syscall_insn[SYSCALL_SIZE] = { 0x0f, 0x05 };
	u8 *page = (u8 *)USER_END - 4096;
	long r = os_mmap(page, 4096, OS_PROT_READ | OS_PROT_WRITE,
	                 OS_MAP_PRIVATE | OS_MAP_ANONYMOUS | MAP_FIXED, -1, 0);

	if (r != (long)page)
		os_exit(1);
	memcpy(page + 4096 - SYSCALL_SIZE, syscall_insn, SYSCALL_SIZE);
	os_mprotect(page, 4096, OS_PROT_READ | 4);
	((void (*)(void))(page + 4096 - SYSCALL_SIZE))();
}

const struct fault arch_faults[] = {
#define WAY(name, signal, or_this) { #name, way_##name, signal, or_this },
#include "05-full/user/faults/x86/fault_ways.def"
	{ "last_syscall", last_syscall, FAULT_SEGV, 0 },
	{ NULL, NULL, 0, 0 },
};
