/*
 * mm.h - address spaces of user programs.
 *
 * An mm is a list of regions; pages come on first touch.  An anonymous region
 * of 2 MiB and more is filled by blocks of 2 MiB where alignment allows, so
 * that a guest's memory can be mapped in large pages.
 */
#pragma once

#include "05-full/host/wait.h"

struct file;

#define PROT_R BIT(0) /* as PROT_READ, PROT_WRITE, PROT_EXEC */
#define PROT_W BIT(1)
#define PROT_X BIT(2)

struct region {
	struct region *next;
	u64 start, end; /* user addresses, multiples of 4 KiB */
	u32 prot;
	bool shared;       /* pages of a file (kvm_run), not our own */
	struct file *file; /* or NULL */
	u64 offset;        /* in the file, bytes */
};

/* Told before pages of [start, end) go away or change (Linux: MMU notifier). */
struct mm_notifier {
	struct mm_notifier *next;
	void (*invalidate)(struct mm_notifier *n, u64 start, u64 end);
};

struct mm {
	volatile u32 refs;
	struct mutex lock;
	struct region *regions; /* in order of address */
	struct region *removed; /* their files are released without lock */
	struct mm_notifier *notifiers;
	struct arch_mm arch; /* the page tables */
};

struct mm *mm_create(void);
/* mm_empty - unmap everything: the process is over.  mm_put comes later. */
void mm_empty(struct mm *mm);
/* mm_write - to memory that may be read-only for its user: 0 or -errno. */
int mm_write(struct mm *mm, u64 va, const void *from, u64 size);
/* mm_copy - for fork: everything private is copied. */
struct mm *mm_copy(struct mm *mm);
static inline struct mm *mm_get(struct mm *mm)
{
	__atomic_add_fetch(&mm->refs, 1, __ATOMIC_RELAXED);
	return mm;
}
/* mm_put - a process's end has emptied it; KVM may still compare it (B2). */
void mm_put(struct mm *mm);

/* mm_map - 0 as address: anywhere.  The address, or -errno. */
s64 mm_map(struct mm *mm, u64 addr, u64 size, u32 prot, bool shared,
           struct file *file, u64 offset, bool fixed);
int mm_unmap(struct mm *mm, u64 addr, u64 size);
/* mm_discard - forget contents: the next access finds zeros. */
int mm_discard(struct mm *mm, u64 addr, u64 size);
int mm_protect(struct mm *mm, u64 addr, u64 size, u32 prot);

/* What lies at a user address. */
struct mm_page {
	hpa_t hpa; /* of the start of the page */
	u64 size;  /* 4 KiB, or 2 MiB: all of it is this region's */
	bool writable;
	u64 hole; /* size 0: so much more is empty, too, or 0: unknown */
};

/*
 * mm_resolve - the page at va, made present if need be; also for a process
 * that is not current.  0, or -EFAULT (nothing there, or not writable), or
 * -ENOMEM.  The caller must be prepared for a notifier that takes it away
 * again (kvm/memslots.c: the sequence count).
 */
int mm_resolve(struct mm *mm, u64 va, bool write, struct mm_page *page);

void mm_add_notifier(struct mm *mm, struct mm_notifier *n);
void mm_remove_notifier(struct mm *mm, struct mm_notifier *n);

/* mm_fault - a user program's (or uaccess's) page fault; 0 or -EFAULT. */
int mm_fault(struct mm *mm, u64 va, bool write, bool exec);

/* Copies that cannot harm: 0 or -EFAULT.  user: an address, unchecked. */
int copy_from_user(void *to, u64 user, u64 size);
int copy_to_user(u64 user, const void *from, u64 size);
/* strncpy_from_user - length without the NUL, or -EFAULT, -ENAMETOOLONG. */
s64 strncpy_from_user(char *to, u64 user, u64 size);

/* Is [addr, addr + size) in the half of user programs? */
bool user_range_ok(u64 addr, u64 size);
