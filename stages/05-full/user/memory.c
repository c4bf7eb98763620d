/*
 * memory.c - a user program's memory: pages from the kernel, never returned.
 */
#include "05-full/user/user.h"

void *user_alloc(size_t n)
{
	long at = os_mmap(NULL, ALIGN_UP(n, PAGE_SIZE),
	                  OS_PROT_READ | OS_PROT_WRITE,
	                  OS_MAP_PRIVATE | OS_MAP_ANONYMOUS, -1, 0);

	return at < 0 && at > -(long)PAGE_SIZE ? NULL : (void *)at;
}

void *user_alloc_aligned(size_t n, size_t align)
{
	u8 *all = user_alloc(n + align);
	u8 *at = (u8 *)ALIGN_UP((uintptr_t)all, align);

	if (!all)
		return NULL;
	n = ALIGN_UP(n, PAGE_SIZE);
	if (at > all)
		os_munmap(all, (size_t)(at - all));
	if (at < all + align)
		os_munmap(at + n, (size_t)(all + align - at));
	return at;
}
