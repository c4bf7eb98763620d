/*
 * mm_fault.c - page faults, and copies between kernel and user programs.
 */
#include "05-full/host/arch.h"
#include "05-full/host/memory.h"
#include "05-full/host/mm_pages.h"
#include "05-full/host/region.h"
#include "lib/string.h"

static int fault_locked(struct mm *mm, u64 va, u32 need, struct mm_page *page)
{
	struct region *r = region_find(mm->regions, va);

	if (!r || (r->prot & need) != need || !r->prot)
		return -EFAULT;
	return mm_populate(mm, r, va, page);
}

int mm_fault(struct mm *mm, u64 va, bool write, bool exec)
{
	struct mm_page page;
	int err;

	mutex_lock(&mm->lock);
	err = fault_locked(mm, va,
	                   exec  ? PROT_X :
	                   write ? PROT_W :
	                           PROT_R,
	                   &page);
	mutex_unlock(&mm->lock);
	return err;
}

int mm_resolve(struct mm *mm, u64 va, bool write, struct mm_page *page)
{
	int err;

	mutex_lock(&mm->lock);
	err = fault_locked(mm, va, write ? PROT_W : PROT_R, page);
	mutex_unlock(&mm->lock);
	return err;
}

int mm_write(struct mm *mm, u64 va, const void *from, u64 size)
{
	struct mm_page page;
	struct region *r;
	int err = 0;

	mutex_lock(&mm->lock);
	while (size && !err) {
		u64 part = MIN(size, PAGE_SIZE - va % PAGE_SIZE);

		r = region_find(mm->regions, va);
		err = r ? mm_populate(mm, r, va, &page) : -EFAULT;
		if (err)
			break;
		memcpy((u8 *)arch_hpa_to_virt(page.hpa) + va % page.size, from,
		       part);
		from = (const u8 *)from + part;
		va += part;
		size -= part;
	}
	mutex_unlock(&mm->lock);
	return err;
}

int copy_from_user(void *to, u64 user, u64 size)
{
	if (!user_range_ok(user, size))
		return -EFAULT;
	return arch_copy_from_user(to, user, size) ? -EFAULT : 0;
}

int copy_to_user(u64 user, const void *from, u64 size)
{
	if (!user_range_ok(user, size))
		return -EFAULT;
	return arch_copy_to_user(user, from, size) ? -EFAULT : 0;
}

s64 strncpy_from_user(char *to, u64 user, u64 size)
{
	for (u64 done = 0; done < size;) {
		/* Not across a page: behind the string nothing need be. */
		u64 part = MIN(size - done,
		               PAGE_SIZE - (user + done) % PAGE_SIZE);
		u64 length;

		if (copy_from_user(to + done, user + done, part))
			return -EFAULT;
		length = strnlen(to + done, part);
		if (length < part)
			return (s64)(done + length);
		done += part;
	}
	return -ENAMETOOLONG;
}
