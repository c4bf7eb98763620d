/*
 * ept.c - build, change and walk extended page tables.  Pure but for
 * page_alloc and page_free.
 *
 * Four levels of 512 entries.  An entry is present if any of its rights is
 * set; at level 3 and 2 bit 7 makes it a page (1 GiB, 2 MiB) instead of a
 * pointer to a table (SDM tables 29-1 to 29-7).
 */
#include "03-entry-exit/ept.h"

#include "01-vmxon/pages.h"
#include "lib/errno.h"

#define EPT_LARGE BIT(7)
#define EPT_ADDRESS MASK(51, 12)
#define EPT_FLAGS (EPT_RWX | MASK(5, 3))
#define EPT_LEVELS 4
#define EPT_LIMIT BIT(48)

/* EPT_POINTER: memory type of the tables, walk length minus 1. */
#define EPTP_WB 6ul
#define EPTP_WALK_4 (3ul << 3)

static u64 page_size(int level)
{
	return PAGE_SIZE << 9 * (level - 1);
}

static unsigned index_at(u64 gpa, int level)
{
	return gpa / page_size(level) % 512;
}

static bool is_present(u64 entry)
{
	return entry & EPT_RWX;
}

static bool is_leaf(u64 entry, int level)
{
	return level == 1 || (level < EPT_LEVELS && entry & EPT_LARGE);
}

static u64 *table_of(u64 entry)
{
	return hpa_to_ptr((hpa_t){ entry & EPT_ADDRESS });
}

static u64 make_leaf(u64 hpa, int level, u64 flags)
{
	return hpa | flags | (level > 1 ? EPT_LARGE : 0);
}

static u64 make_table(const u64 *table)
{
	return ptr_to_hpa(table).v | EPT_RWX;
}

void ept_init(struct ept *e, u64 largest)
{
	e->root = page_alloc();
	e->largest = largest;
}

static void free_table(u64 *table, int level)
{
	for (int i = 0; level > 1 && i < 512; i++)
		if (is_present(table[i]) && !is_leaf(table[i], level))
			free_table(table_of(table[i]), level - 1);
	page_free(table);
}

void ept_destroy(struct ept *e)
{
	free_table(e->root, EPT_LEVELS);
	e->root = NULL;
}

u64 ept_pointer(const struct ept *e)
{
	return ptr_to_hpa(e->root).v | EPTP_WALK_4 | EPTP_WB;
}

/* A page becomes a table of 512 smaller pages that map the same. */
static void split(u64 *entry, int level)
{
	u64 *table = page_alloc();
	u64 hpa = *entry & EPT_ADDRESS, flags = *entry & EPT_FLAGS;

	for (u64 i = 0; i < 512; i++)
		table[i] = make_leaf(hpa + i * page_size(level - 1), level - 1,
		                     flags);
	*entry = make_table(table);
}

/* The table below an entry; made if there is none. */
static u64 *table_below(u64 *entry, int level)
{
	if (!is_present(*entry))
		*entry = make_table(page_alloc());
	else if (is_leaf(*entry, level))
		split(entry, level);
	return table_of(*entry);
}

static void set_leaf(u64 *entry, int level, u64 leaf)
{
	u64 old = *entry;

	*entry = leaf;
	if (is_present(old) && !is_leaf(old, level))
		free_table(table_of(old), level - 1);
}

static bool fits(u64 gpa, u64 hpa, u64 size, u64 page)
{
	return gpa % page == 0 && hpa % page == 0 && size >= page;
}

/* Maps the first page of the range; returns the page's size. */
static u64 map_one(struct ept *e, u64 gpa, u64 hpa, u64 size, u64 flags)
{
	u64 *table = e->root;
	int level = EPT_LEVELS;

	for (;; level--) {
		u64 *entry = &table[index_at(gpa, level)];

		if (page_size(level) <= e->largest &&
		    fits(gpa, hpa, size, page_size(level))) {
			set_leaf(entry, level, make_leaf(hpa, level, flags));
			return page_size(level);
		}
		table = table_below(entry, level);
	}
}

static bool is_range(u64 gpa, u64 size)
{
	return gpa % PAGE_SIZE == 0 && size % PAGE_SIZE == 0 &&
	       gpa < EPT_LIMIT && size <= EPT_LIMIT - gpa;
}

int ept_map(struct ept *e, gpa_t gpa, hpa_t hpa, u64 size, u64 flags)
{
	u64 done = 0;

	if (!is_range(gpa.v, size) || hpa.v % PAGE_SIZE ||
	    flags & ~EPT_FLAGS || !is_present(flags))
		return -EINVAL;
	/* Writable but not readable is a misconfiguration (SDM 29.3.3.1). */
	if ((flags & (EPT_READ | EPT_WRITE)) == EPT_WRITE)
		return -EINVAL;
	while (done < size)
		done += map_one(e, gpa.v + done, hpa.v + done, size - done,
		                flags);
	return 0;
}

static bool is_empty(const u64 *table)
{
	for (int i = 0; i < 512; i++)
		if (is_present(table[i]))
			return false;
	return true;
}

/* Unmaps the part of one table that lies in [gpa, end). */
static void unmap_in(u64 *table, int level, u64 gpa, u64 end)
{
	u64 size = page_size(level);

	while (gpa < end) {
		u64 *entry = &table[index_at(gpa, level)];
		u64 next = MIN(ALIGN_DOWN(gpa, size) + size, end);
		bool whole = next - gpa == size;

		if (is_present(*entry) && whole) {
			set_leaf(entry, level, 0);
		} else if (is_present(*entry)) {
			u64 *below = table_below(entry, level);

			unmap_in(below, level - 1, gpa, next);
			if (is_empty(below))
				set_leaf(entry, level, 0);
		}
		gpa = next;
	}
}

int ept_unmap(struct ept *e, gpa_t gpa, u64 size)
{
	if (!is_range(gpa.v, size))
		return -EINVAL;
	unmap_in(e->root, EPT_LEVELS, gpa.v, gpa.v + size);
	return 0;
}

/* Takes rights away in the part of one table that lies in [gpa, end). */
static void protect_in(u64 *table, int level, u64 gpa, u64 end, u64 rights)
{
	u64 size = page_size(level);

	while (gpa < end) {
		u64 *entry = &table[index_at(gpa, level)];
		u64 next = MIN(ALIGN_DOWN(gpa, size) + size, end);

		if (is_leaf(*entry, level)) {
			/* A part of it has to lose something: a split. */
			if (next - gpa < size && *entry & rights)
				protect_in(table_below(entry, level),
				           level - 1, gpa, next, rights);
			else
				*entry &= ~rights;
		} else if (is_present(*entry)) {
			protect_in(table_of(*entry), level - 1, gpa, next,
			           rights);
		}
		gpa = next;
	}
}

int ept_protect(struct ept *e, gpa_t gpa, u64 size, u64 rights)
{
	if (!is_range(gpa.v, size) || rights & ~EPT_RWX)
		return -EINVAL;
	protect_in(e->root, EPT_LEVELS, gpa.v, gpa.v + size, rights);
	return 0;
}

struct ept_walk ept_walk(const struct ept *e, gpa_t gpa)
{
	struct ept_walk w = { .level = EPT_LEVELS };
	const u64 *table = e->root;

	for (;; w.level--) {
		u64 entry = table[index_at(gpa.v, w.level)];

		w.entry[w.level] = entry;
		w.size = page_size(w.level);
		if (!is_present(entry))
			return w;
		if (is_leaf(entry, w.level))
			break;
		table = table_of(entry);
	}
	w.mapped = true;
	w.flags = w.entry[w.level] & EPT_FLAGS;
	w.hpa.v = (w.entry[w.level] & EPT_ADDRESS & ~(w.size - 1)) +
	          gpa.v % w.size;
	return w;
}
