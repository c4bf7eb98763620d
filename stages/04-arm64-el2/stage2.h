/*
 * stage2.h - a guest's second translation, from its "physical" addresses
 * (IPA) to real ones (Arm ARM D5.3): what confines it.
 *
 * 40 bits of IPA, 4K granule.  The walk starts at level 1, where 40 bits need
 * 1024 entries: two tables side by side ("concatenated", D5.2.6).
 *
 *      level 1   IPA[39:30]   1024 entries of 1 GB
 *      level 2   IPA[29:21]    512 entries of 2 MB
 *      level 3   IPA[20:12]    512 entries of 4 KB
 */
#pragma once

#include "lib/spinlock.h"
#include "lib/types.h"

#define S2_IPA_BITS 40

/* Rights of a mapping: any combination. */
#define S2_R BIT(0)
#define S2_W BIT(1)
#define S2_X BIT(2)
#define S2_DEVICE BIT(3) /* device memory, whatever the guest's stage 1 says */

struct stage2 {
	u64 *root; /* two pages */
	u64 root_pa;
	struct spinlock lock;
	u64 tables; /* pages that hold tables, with the root */
	/* For the TLB: the VMID under which this guest's entries lie. */
	const u32 *vmid;
	/*
	 * While gather is set, taking away (pages, or rights) does not flush,
	 * but sets stale: the caller ends with one stage2_flush_all, before
	 * anything is mapped there again.
	 */
	bool gather, stale;
};

/* What a walk found. */
struct s2_walk {
	int level; /* of the last descriptor read: 1, 2 or 3 */
	u64 desc;
	bool mapped;
	u64 pa, size; /* of the page or block, if mapped */
	u64 rights;
};

/* stage2_init - an empty translation.  0, or -1 without memory. */
int stage2_init(struct stage2 *s, const u32 *vmid);

/* stage2_free - give all tables back; no CPU may run the guest any more. */
void stage2_free(struct stage2 *s);

/*
 * stage2_map - map [ipa, ipa + size) to pa, in blocks of 1 GB and 2 MB where
 * alignment and size allow.  All are multiples of 4K.  What was mapped there
 * is replaced, by break-before-make (D5.10.1).
 * 0; -1: no memory for a table; -2: outside of the 40 bits, or not aligned.
 */
int stage2_map(struct stage2 *s, u64 ipa, u64 pa, u64 size, u64 rights);

/* stage2_unmap - remove it; splits a block of which a part stays. */
int stage2_unmap(struct stage2 *s, u64 ipa, u64 size);

/* stage2_protect - change the rights of what is mapped in the range. */
int stage2_protect(struct stage2 *s, u64 ipa, u64 size, u64 rights);

/* stage2_walk - as the CPU would walk it. */
struct s2_walk stage2_walk(const struct stage2 *s, u64 ipa);

/* stage2_vttbr - the value of VTTBR_EL2 (D13.2). */
static inline u64 stage2_vttbr(const struct stage2 *s, u32 vmid)
{
	return s->root_pa | (u64)vmid << 48;
}

/* stage2_vtcr - the value of VTCR_EL2 (D13.2). */
u64 stage2_vtcr(unsigned pa_range, unsigned vmid_bits);

/*
 * Seams.  tlb.c forgets translations on all CPUs; page.c gives memory.
 * The unit tests have their own.
 */
void stage2_flush_ipa(const struct stage2 *s, u64 ipa);
void stage2_flush_all(const struct stage2 *s);
void *page_alloc(unsigned n); /* n zeroed pages, aligned to n (a power of 2) */
void page_free(void *p, unsigned n);
u64 page_to_phys(const void *p);
void *page_from_phys(u64 pa);
