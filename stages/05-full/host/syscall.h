/*
 * syscall.h - the system calls: each gets its six arguments.
 */
#pragma once

#include <asm/unistd.h>

#include "lib/errno.h"
#include "lib/types.h"

#define SYSCALL(name) s64 sys_##name(const u64 args[6]);
#include "05-full/host/syscalls.def"
#undef SYSCALL

/* Linux's struct timespec, the same on both architectures. */
struct timespec64 {
	s64 sec, nsec;
};

/* deadline_from_user - a time span at `user` (0: forever) as clock_ns. */
int deadline_from_user(u64 user, bool absolute, u64 *deadline);
