/*
 * mm_pages.h - the pages of a region; between mm.c and mm_pages.c.  All are
 * called with mm->lock.
 */
#pragma once

#include "05-full/host/mm.h"

/* What is mapped at va after it was made present: 0, -ENOMEM, -EFAULT. */
int mm_populate(struct mm *mm, struct region *r, u64 va, struct mm_page *page);
/* Take away [start, end), which is a whole region's, with its own pages. */
void mm_pages_drop(struct mm *mm, struct region *r, u64 start, u64 end);
/* Give what is mapped in [start, end) these rights. */
void mm_pages_protect(struct mm *mm, u64 start, u64 end, u32 prot);
/* No block shall reach across addr: -ENOMEM, or 0. */
int mm_pages_cut(struct mm *mm, u64 addr);
/* A copy of all that is there, for a child: 0 or -ENOMEM. */
int mm_pages_copy(struct mm *from, struct mm *to, struct region *r);
/* Tell those who have mapped the pages elsewhere, KVM's guests. */
void mm_notify(struct mm *mm, u64 start, u64 end);
