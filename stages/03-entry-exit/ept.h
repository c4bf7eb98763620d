/*
 * ept.h - extended page tables: from guest-physical to host-physical
 * addresses (SDM 29.3).
 *
 * Bookkeeping only: no VMX instruction is used here.  After a change that
 * takes rights away the caller invalidates (vcpu.h: vcpu_invalidate_ept).
 */
#pragma once

#include "lib/types.h"

/* Rights and memory type of a leaf, in the bits of the entry itself. */
#define EPT_READ BIT(0)
#define EPT_WRITE BIT(1)
#define EPT_EXEC BIT(2)
#define EPT_RWX (EPT_READ | EPT_WRITE | EPT_EXEC)
#define EPT_UC (0ul << 3)
#define EPT_WB (6ul << 3)

struct ept {
	u64 *root;   /* the PML4 table */
	u64 largest; /* largest page that the CPU offers: 4 KiB, 2 MiB, 1 GiB */
};

/* ept_init - an empty map; largest: 4 * KiB, 2 * MiB or 1 * GiB. */
void ept_init(struct ept *e, u64 largest);

/* ept_destroy - give all tables back (not the memory they map). */
void ept_destroy(struct ept *e);

/* ept_pointer - the value for the VMCS field EPT_POINTER (SDM 25.6.11). */
u64 ept_pointer(const struct ept *e);

/*
 * ept_map - map size bytes at gpa to hpa, in the largest pages that fit.
 * gpa, hpa and size are multiples of 4 KiB, gpa + size at most 2^48.  flags:
 * EPT_ rights and a memory type.  What was mapped there before is replaced.
 * Returns 0, or -EINVAL.
 */
int ept_map(struct ept *e, gpa_t gpa, hpa_t hpa, u64 size, u64 flags);

/*
 * ept_unmap - unmap size bytes at gpa; a large page that is only partly hit
 * is split.  Tables that become empty are given back.  0 or -EINVAL.
 */
int ept_unmap(struct ept *e, gpa_t gpa, u64 size);

/*
 * ept_protect - take rights (EPT_ bits) away from what is mapped in size bytes
 * at gpa; large pages that are only partly hit are split.  All rights taken
 * away means unmapped; but tables stay, so a CPU that walks them meanwhile
 * comes to no harm.  0 or -EINVAL.
 */
int ept_protect(struct ept *e, gpa_t gpa, u64 size, u64 rights);

/* What a walk finds. */
struct ept_walk {
	int level;    /* where it ended: 4 (PML4) to 1 (4 KiB page) */
	u64 entry[5]; /* entry[level], as read; entry[0] is unused */
	bool mapped;  /* the last entry is a leaf and present */
	hpa_t hpa;    /* of the byte at gpa, if mapped */
	u64 flags;    /* rights and memory type of the leaf */
	u64 size;     /* of the page */
};

/* ept_walk - translate gpa as the CPU would. */
struct ept_walk ept_walk(const struct ept *e, gpa_t gpa);
