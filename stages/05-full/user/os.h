/*
 * os.h - the system calls that our programs use: Linux's numbers and meanings,
 * on Linux and on our own host.
 *
 * Each returns what the kernel returned: a negative number is -errno.
 */
#pragma once

#include <asm/unistd.h>

#include "lib/types.h"

/* The seam: start.S of each architecture. */
long user_syscall(long number, long a, long b, long c, long d, long e, long f);

#define OS_AT_FDCWD (-100)
#define OS_O_RDONLY 0
#define OS_O_WRONLY 1
#define OS_O_RDWR 2
#define OS_O_CREAT 0100
#define OS_O_TRUNC 01000
#define OS_O_CLOEXEC 02000000

#define OS_PROT_NONE 0
#define OS_PROT_READ 1
#define OS_PROT_WRITE 2
#define OS_MAP_SHARED 1
#define OS_MAP_PRIVATE 2
#define OS_MAP_ANONYMOUS 0x20
#define OS_MAP_NORESERVE 0x4000

#define OS_SEEK_SET 0
#define OS_SEEK_END 2

struct os_timespec {
	s64 sec, nsec;
};

static inline long os_read(int fd, void *buf, size_t n)
{
	return user_syscall(__NR_read, fd, (long)buf, (long)n, 0, 0, 0);
}

static inline long os_write(int fd, const void *buf, size_t n)
{
	return user_syscall(__NR_write, fd, (long)buf, (long)n, 0, 0, 0);
}

static inline int os_open(const char *path, int flags)
{
	return (int)user_syscall(__NR_openat, OS_AT_FDCWD, (long)path, flags,
	                         0644, 0, 0);
}

static inline int os_close(int fd)
{
	return (int)user_syscall(__NR_close, fd, 0, 0, 0, 0, 0);
}

static inline long os_lseek(int fd, long offset, int whence)
{
	return user_syscall(__NR_lseek, fd, offset, whence, 0, 0, 0);
}

static inline long os_ioctl(int fd, unsigned long request, unsigned long arg)
{
	return user_syscall(__NR_ioctl, fd, (long)request, (long)arg, 0, 0, 0);
}

static inline long os_mmap(void *at, size_t n, int prot, int flags, int fd,
                           long offset)
{
	return user_syscall(__NR_mmap, (long)at, (long)n, prot, flags, fd,
	                    offset);
}

static inline long os_munmap(void *at, size_t n)
{
	return user_syscall(__NR_munmap, (long)at, (long)n, 0, 0, 0, 0);
}

static inline long os_mprotect(void *at, size_t n, int prot)
{
	return user_syscall(__NR_mprotect, (long)at, (long)n, prot, 0, 0, 0);
}

static inline int os_getpid(void)
{
	return (int)user_syscall(__NR_getpid, 0, 0, 0, 0, 0, 0);
}

static inline int os_gettid(void)
{
	return (int)user_syscall(__NR_gettid, 0, 0, 0, 0, 0, 0);
}

static inline int os_tgkill(int pid, int tid, int signal)
{
	return (int)user_syscall(__NR_tgkill, pid, tid, signal, 0, 0, 0);
}

static inline void os_yield(void)
{
	user_syscall(__NR_sched_yield, 0, 0, 0, 0, 0, 0);
}

/* CLOCK_REALTIME 0, CLOCK_MONOTONIC 1. */
static inline int os_clock(int clock, struct os_timespec *now)
{
	return (int)user_syscall(__NR_clock_gettime, clock, (long)now, 0, 0, 0,
	                         0);
}

static inline int os_sleep(const struct os_timespec *how_long)
{
	return (int)user_syscall(__NR_nanosleep, (long)how_long, 0, 0, 0, 0,
	                         0);
}

/* Ends this thread only. */
static inline void os_exit_thread(int status)
{
	user_syscall(__NR_exit, status, 0, 0, 0, 0, 0);
	__builtin_unreachable();
}

/* Ends the program with all its threads. */
__attribute__((noreturn)) static inline void os_exit(int status)
{
	for (;;)
		user_syscall(__NR_exit_group, status, 0, 0, 0, 0, 0);
}

/* Sleeps while *word is value; FUTEX_WAIT and FUTEX_WAKE are 0 and 1. */
static inline int os_futex_wait(u32 *word, u32 value)
{
	return (int)user_syscall(__NR_futex, (long)word, 0, value, 0, 0, 0);
}

static inline int os_futex_wake(u32 *word, int how_many)
{
	return (int)user_syscall(__NR_futex, (long)word, 1, how_many, 0, 0, 0);
}

/* A copy of this process: 0 in the child, its number in the parent. */
static inline int os_fork(void)
{
	return (int)user_syscall(__NR_clone, 17 /* SIGCHLD */, 0, 0, 0, 0, 0);
}

static inline int os_wait(int pid, int *status)
{
	return (int)user_syscall(__NR_wait4, pid, (long)status, 0, 0, 0, 0);
}
