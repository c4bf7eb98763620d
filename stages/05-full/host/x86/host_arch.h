/*
 * host_arch.h - what the neutral half of the host must know of x86-64.
 *
 *   PML4 slot 0       the first 4 GiB of memory and devices, where they are
 *             1       the same memory again, with holes: kernel stacks
 *             2..255  the user program
 */
#pragma once

#include "03-entry-exit/switch.h"
#include "05-full/host/x86/current_insn.h"

struct arch_thread {
	u64 rsp;           /* of a thread that does not run */
	u64 fs_base;       /* of its user program: thread-local storage */
	struct fx_area fx; /* of a thread that does not run */
};

struct arch_mm {
	u64 *pml4;
};

/* A kernel stack; below it lies a page that faults (stack.c). */
#define STACK_SIZE (7 * PAGE_SIZE)

/*
 * User programs may use [start, limit).  The last page below the hole in the
 * address space is left out: a SYSCALL at its end would return to an address
 * that is none, and SYSRET faults in ring 0 then.
 */
static const u64 arch_user_start = 2ul << 39;
static const u64 arch_user_limit = (1ul << 47) - PAGE_SIZE;

/* e_machine of our programs (EM_X86_64). */
static const u16 arch_elf_machine = 62;

/* Which argument of clone is which: Linux's architectures differ. */
enum { ARCH_CLONE_CTID = 3, ARCH_CLONE_TLS = 4 };
