/*
 * mm.c - address spaces: what mmap and its relatives do.
 *
 * mm->lock is held from a notifier's call to the end of the change: whoever
 * asks mm_resolve afterwards finds the new state.
 */
#include "05-full/host/mm.h"

#include "05-full/host/arch.h"
#include "05-full/host/memory.h"
#include "05-full/host/mm_pages.h"
#include "05-full/host/region.h"

#define MAX_REGIONS 512
#define BLOCK (PAGE_SIZE << BLOCK_ORDER)

/* Where mmap begins to search; programs lie below, the stack at the end. */
#define MMAP_START (arch_user_start + 64 * GiB)

bool user_range_ok(u64 addr, u64 size)
{
	return addr >= arch_user_start && addr <= arch_user_limit &&
	       size <= arch_user_limit - addr;
}

struct mm *mm_create(void)
{
	struct mm *mm = kmalloc(sizeof(*mm));

	if (!mm)
		return NULL;
	mm->refs = 1;
	if (arch_mm_init(mm)) {
		kfree(mm);
		return NULL;
	}
	return mm;
}

/*
 * A region's file may be a vCPU's, its release the end of a VM, which removes
 * the VM's notifier from this very mm: all that happens after the unlock.
 */
static void mm_unlock(struct mm *mm)
{
	struct region *r = mm->removed, *next;

	mm->removed = NULL;
	mutex_unlock(&mm->lock);
	for (; r; r = next) {
		next = r->next;
		if (r->file)
			file_put(r->file);
		kfree(r);
	}
}

/* Everything in [start, end), which begins and ends where regions do. */
static void remove_regions(struct mm *mm, u64 start, u64 end)
{
	struct region *r;

	while ((r = region_overlap(mm->regions, start, end))) {
		mm_notify(mm, r->start, r->end);
		mm_pages_drop(mm, r, r->start, r->end);
		region_remove(&mm->regions, r);
		r->next = mm->removed;
		mm->removed = r;
		cond_resched();
	}
}

void mm_empty(struct mm *mm)
{
	mutex_lock(&mm->lock);
	remove_regions(mm, 0, arch_user_limit);
	mm_unlock(mm);
}

void mm_put(struct mm *mm)
{
	if (__atomic_sub_fetch(&mm->refs, 1, __ATOMIC_ACQ_REL))
		return;
	mm_empty(mm);
	arch_mm_free(mm);
	kfree(mm);
}

/* Make regions and blocks end at addr. */
static int cut(struct mm *mm, u64 addr)
{
	int err = mm_pages_cut(mm, addr);

	return err ? err : region_cut(mm->regions, addr);
}

static int unmap_locked(struct mm *mm, u64 start, u64 end)
{
	int err = cut(mm, start);

	if (!err)
		err = cut(mm, end);
	if (!err)
		remove_regions(mm, start, end);
	return err;
}

int mm_unmap(struct mm *mm, u64 addr, u64 size)
{
	int err;

	size = ALIGN_UP(size, PAGE_SIZE);
	if (addr % PAGE_SIZE || !size || !user_range_ok(addr, size))
		return -EINVAL;
	mutex_lock(&mm->lock);
	err = unmap_locked(mm, addr, addr + size);
	mm_unlock(mm);
	return err;
}

/* Where the new region goes: an address, or -errno. */
static s64 choose_place(struct mm *mm, u64 addr, u64 size, bool fixed)
{
	u64 at;

	if (fixed) {
		int err = unmap_locked(mm, addr, addr + size);

		return err ? err : (s64)addr;
	}
	if (addr && user_range_ok(addr, size) &&
	    !region_overlap(mm->regions, addr, addr + size))
		return (s64)addr;
	at = region_gap(mm->regions, size, size >= BLOCK ? BLOCK : PAGE_SIZE,
	                MMAP_START, arch_user_limit);
	return at ? (s64)at : -ENOMEM;
}

s64 mm_map(struct mm *mm, u64 addr, u64 size, u32 prot, bool shared,
           struct file *file, u64 offset, bool fixed)
{
	struct region *r;
	s64 at;

	if (!size || (fixed && addr % PAGE_SIZE))
		return -EINVAL;
	size = ALIGN_UP(size, PAGE_SIZE);
	addr = ALIGN_DOWN(addr, PAGE_SIZE);
	if (!size || (fixed && !user_range_ok(addr, size)))
		return -ENOMEM;
	r = kmalloc(sizeof(*r));
	if (!r)
		return -ENOMEM;
	mutex_lock(&mm->lock);
	at = region_count(mm->regions) < MAX_REGIONS ?
	             choose_place(mm, addr, size, fixed) :
	             -ENOMEM;
	if (at >= 0) {
		r->start = (u64)at;
		r->end = r->start + size;
		r->prot = prot;
		r->shared = shared;
		r->file = file ? file_get(file) : NULL;
		r->offset = offset;
		region_insert(&mm->regions, r);
	}
	mm_unlock(mm);
	if (at < 0)
		kfree(r);
	return at;
}

/* Is all of [start, end) in regions? */
static bool all_mapped(struct mm *mm, u64 start, u64 end)
{
	while (start < end) {
		struct region *r = region_find(mm->regions, start);

		if (!r)
			return false;
		start = r->end;
	}
	return true;
}

/* Make [start, end) regions of its own, all of it mapped, and tell KVM. */
static int isolate_range(struct mm *mm, u64 start, u64 end)
{
	int err;

	if (!all_mapped(mm, start, end))
		return -ENOMEM;
	err = cut(mm, start);
	if (!err)
		err = cut(mm, end);
	if (!err)
		mm_notify(mm, start, end);
	return err;
}

static int protect_locked(struct mm *mm, u64 start, u64 end, u32 prot)
{
	struct region *r;
	int err = isolate_range(mm, start, end);

	if (err)
		return err;
	for (r = region_find(mm->regions, start); r && r->start < end;
	     r = r->next) {
		r->prot = prot;
		mm_pages_protect(mm, r->start, r->end, prot);
	}
	return 0;
}

int mm_protect(struct mm *mm, u64 addr, u64 size, u32 prot)
{
	int err;

	size = ALIGN_UP(size, PAGE_SIZE);
	if (addr % PAGE_SIZE)
		return -EINVAL;
	if (!user_range_ok(addr, size))
		return -ENOMEM;
	if (!size)
		return 0;
	mutex_lock(&mm->lock);
	err = protect_locked(mm, addr, addr + size, prot);
	mm_unlock(mm);
	return err;
}

static int discard_locked(struct mm *mm, u64 start, u64 end)
{
	struct region *r;
	int err = isolate_range(mm, start, end);

	if (err)
		return err;
	for (r = region_find(mm->regions, start); r && r->start < end;
	     r = r->next)
		if (!r->shared)
			mm_pages_drop(mm, r, r->start, r->end);
	return 0;
}

int mm_discard(struct mm *mm, u64 addr, u64 size)
{
	int err;

	size = ALIGN_UP(size, PAGE_SIZE);
	if (!user_range_ok(addr, size))
		return -ENOMEM;
	mutex_lock(&mm->lock);
	err = size ? discard_locked(mm, addr, addr + size) : 0;
	mm_unlock(mm);
	return err;
}

static int copy_regions(struct mm *from, struct mm *to)
{
	for (struct region *r = from->regions; r; r = r->next) {
		struct region *copy = kmalloc(sizeof(*copy));
		int err = 0;

		if (!copy)
			return -ENOMEM;
		*copy = *r;
		if (copy->file)
			file_get(copy->file);
		region_insert(&to->regions, copy);
		if (!copy->shared)
			err = mm_pages_copy(from, to, copy);
		if (err)
			return err;
	}
	return 0;
}

struct mm *mm_copy(struct mm *mm)
{
	struct mm *copy = mm_create();
	int err;

	if (!copy)
		return NULL;
	mutex_lock(&mm->lock);
	err = copy_regions(mm, copy);
	mm_unlock(mm);
	if (err) {
		mm_empty(copy);
		mm_put(copy);
		return NULL;
	}
	return copy;
}

void mm_add_notifier(struct mm *mm, struct mm_notifier *n)
{
	mutex_lock(&mm->lock);
	n->next = mm->notifiers;
	mm->notifiers = n;
	mm_unlock(mm);
}

void mm_remove_notifier(struct mm *mm, struct mm_notifier *n)
{
	mutex_lock(&mm->lock);
	for (struct mm_notifier **at = &mm->notifiers; *at;
	     at = &(*at)->next) {
		if (*at == n) {
			*at = n->next;
			break;
		}
	}
	mm_unlock(mm);
}
