/*
 * memory.c - mmap and its relatives.
 */
#include "05-full/user/hosttest/hosttest.h"

#define BIG (6 * MiB)
#define RW (OS_PROT_READ | OS_PROT_WRITE)
#define ANON (OS_MAP_PRIVATE | OS_MAP_ANONYMOUS)
#define MAP_FIXED 0x10
#define MADV_DONTNEED 4

static u8 *map(size_t size)
{
	u8 *p = (u8 *)os_mmap(NULL, size, RW, ANON, -1, 0);

	expect_eq((long)p > 0, true);
	return p;
}

/* Large memory comes in blocks; holes in the middle of one split it. */
static void holes(void)
{
	u8 *p = map(BIG);

	for (u64 at = 0; at < BIG; at += PAGE_SIZE)
		p[at] = (u8)(at / PAGE_SIZE);
	expect_eq(os_munmap(p + 5 * PAGE_SIZE, PAGE_SIZE), 0);
	expect_eq(os_munmap(p + 3 * MiB, MiB), 0);
	for (u64 at = 0; at < 3 * MiB; at += PAGE_SIZE)
		if (at != 5 * PAGE_SIZE)
			expect_eq(p[at], (u8)(at / PAGE_SIZE));
	for (u64 at = 4 * MiB; at < BIG; at += PAGE_SIZE)
		expect_eq(p[at], (u8)(at / PAGE_SIZE));
	/* Something else into the hole: zeros. */
	expect_eq(os_mmap(p + 5 * PAGE_SIZE, PAGE_SIZE, RW, ANON | MAP_FIXED,
	                  -1, 0),
	          (long)(p + 5 * PAGE_SIZE));
	expect_eq(p[5 * PAGE_SIZE], 0);
	expect_eq(os_munmap(p, BIG), 0);
	expect_eq(os_munmap(p, BIG), 0);
}

static void protection(void)
{
	u8 *p = map(4 * MiB);

	p[0] = 1, p[2 * MiB] = 2;
	expect_eq(os_mprotect(p + PAGE_SIZE, PAGE_SIZE, OS_PROT_READ), 0);
	expect_eq(os_clock(1, (void *)(p + PAGE_SIZE)), -EFAULT);
	expect_eq(os_clock(1, (void *)p), 0);
	expect_eq(os_mprotect(p, 4 * MiB, OS_PROT_NONE), 0);
	expect_eq(os_write(1, p, 1), -EFAULT);
	expect_eq(os_mprotect(p, 4 * MiB, RW), 0);
	expect_eq(p[2 * MiB], 2);
	expect_eq(os_mprotect(p + 1, 4096, RW), -EINVAL);
	os_munmap(p + MiB, PAGE_SIZE);
	expect_eq(os_mprotect(p, 4 * MiB, RW), -ENOMEM);
	os_munmap(p, 4 * MiB);
}

static void advice(void)
{
	u8 *p = map(2 * PAGE_SIZE);

	p[0] = 1, p[PAGE_SIZE] = 2;
	expect_eq(user_syscall(__NR_madvise, (long)p, PAGE_SIZE, MADV_DONTNEED,
	                       0, 0, 0),
	          0);
	expect_eq(p[0], 0);
	expect_eq(p[PAGE_SIZE], 2);
	os_munmap(p, 2 * PAGE_SIZE);
}

static void mmap_errors(void)
{
	expect_eq(os_mmap(NULL, 0, RW, ANON, -1, 0), -EINVAL);
	expect_eq(os_mmap(NULL, PAGE_SIZE, RW, OS_MAP_ANONYMOUS, -1, 0),
	          -EINVAL);
	expect_eq(os_mmap((void *)123, PAGE_SIZE, RW, ANON | MAP_FIXED, -1, 0),
	          -EINVAL);
	expect_eq(os_mmap(NULL, ~0ul - PAGE_SIZE, RW, ANON, -1, 0), -ENOMEM);
	expect_eq(os_munmap((void *)1, PAGE_SIZE), -EINVAL);
	expect_eq(os_munmap((void *)PAGE_SIZE, 0), -EINVAL);
}

void test_memory(void)
{
	holes();
	protection();
	advice();
	mmap_errors();
}
