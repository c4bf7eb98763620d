/*
 * stage2.c - the guest's stage 2 tables: map, unmap, protect, walk.
 *
 * Pure bookkeeping: the CPU is reached only through the seams in stage2.h, so
 * that all of this runs under the unit tests.
 */
#include "04-arm64-el2/stage2.h"

#include "04-arm64-el2/hcr.h"
#include "lib/string.h"

/* Stage 2 descriptors (D5.3.3). */
#define S2_VALID BIT(0)
#define S2_TABLE BIT(1)                 /* level 3: must be 1 for a page */
#define S2_MEMATTR_NORMAL (0xfull << 2) /* write-back: stage 1 decides */
#define S2_MEMATTR_DEVICE (0x1ull << 2) /* nGnRE */
#define S2_S2AP_R BIT(6)
#define S2_S2AP_W BIT(7)
#define S2_SH_INNER (3ull << 8)
#define S2_AF BIT(10)
#define S2_XN BIT(54)
#define S2_ADDR MASK(47, 12)

#define ROOT_ENTRIES 1024
#define ENTRIES 512

static unsigned shift_of(int level)
{
	return 39 - 9 * level;
}

static u64 size_of(int level)
{
	return 1ull << shift_of(level);
}

static unsigned index_of(u64 ipa, int level)
{
	return ipa >> shift_of(level) &
	       (level == 1 ? ROOT_ENTRIES - 1 : ENTRIES - 1);
}

static bool is_table(u64 desc, int level)
{
	return level < 3 && (desc & S2_VALID) && (desc & S2_TABLE);
}

static u64 leaf(u64 pa, u64 rights, int level)
{
	u64 d = pa | S2_VALID | S2_AF | S2_SH_INNER;

	d |= level == 3 ? S2_TABLE : 0;
	d |= rights & S2_DEVICE ? S2_MEMATTR_DEVICE : S2_MEMATTR_NORMAL;
	d |= rights & S2_R ? S2_S2AP_R : 0;
	d |= rights & S2_W ? S2_S2AP_W : 0;
	d |= rights & S2_X ? 0 : S2_XN;
	return d;
}

static u64 rights_of(u64 desc)
{
	u64 r = 0;

	r |= desc & S2_S2AP_R ? S2_R : 0;
	r |= desc & S2_S2AP_W ? S2_W : 0;
	r |= desc & S2_XN ? 0 : S2_X;
	r |= (desc & S2_MEMATTR_NORMAL) == S2_MEMATTR_DEVICE ? S2_DEVICE : 0;
	return r;
}

/* A store that a table walk on another CPU sees whole. */
static void set(u64 *slot, u64 desc)
{
	__atomic_store_n(slot, desc, __ATOMIC_RELEASE);
}

static void free_table(struct stage2 *s, u64 desc, int level)
{
	u64 *t = page_from_phys(desc & S2_ADDR);

	for (unsigned i = 0; i < ENTRIES; i++)
		if (is_table(t[i], level))
			free_table(s, t[i], level + 1);
	page_free(t, 1);
	s->tables--;
}

/* May it wait for the flush at the end?  It maps no other address. */
static bool only_takes_away(u64 old, u64 desc)
{
	return !desc || !((old ^ desc) & ~(S2_S2AP_R | S2_S2AP_W | S2_XN));
}

/*
 * Break-before-make: a CPU may never see two valid translations of the same
 * address in turn without its TLB having been cleaned in between.
 */
static void replace(struct stage2 *s, u64 *slot, u64 desc, u64 ipa, int level)
{
	u64 old = *slot;

	if (s->gather && old & S2_VALID && !is_table(old, level) &&
	    only_takes_away(old, desc)) {
		s->stale = true;
	} else if (old & S2_VALID) {
		set(slot, 0);
		if (is_table(old, level))
			stage2_flush_all(s);
		else
			stage2_flush_ipa(s, ipa);
	}
	if (is_table(old, level))
		free_table(s, old, level + 1);
	set(slot, desc);
}

/* The table below *slot; a block there is split into what it was made of. */
static u64 *table_below(struct stage2 *s, u64 *slot, u64 ipa, int level)
{
	u64 old = *slot;
	u64 *t;

	if (is_table(old, level))
		return page_from_phys(old & S2_ADDR);
	t = page_alloc(1);
	if (!t)
		return NULL;
	s->tables++;
	if (old & S2_VALID)
		for (unsigned i = 0; i < ENTRIES; i++)
			t[i] = leaf((old & S2_ADDR) + i * size_of(level + 1),
			            rights_of(old), level + 1);
	replace(s, slot, page_to_phys(t) | S2_VALID | S2_TABLE, ipa, level);
	return t;
}

/* One range, one job. */
struct job {
	enum { MAP, UNMAP, PROTECT } what;
	u64 ipa, pa, size, rights;
};

/* Does one descriptor of this level fit the job exactly where it stands? */
static bool fits(const struct job *j, int level)
{
	u64 mask = size_of(level) - 1;

	return j->size > mask && !(j->ipa & mask) &&
	       (j->what != MAP || !(j->pa & mask));
}

/* Does the job's next step at this slot; how much of the range it was. */
static s64 step(struct stage2 *s, struct job *j, u64 *slot, int level)
{
	u64 here = size_of(level) - (j->ipa & (size_of(level) - 1));

	if (j->what != MAP && !(*slot & S2_VALID))
		return MIN(here, j->size); /* nothing to take away */
	if (!fits(j, level) ||
	    (j->what == PROTECT && is_table(*slot, level))) {
		u64 *t = table_below(s, slot, j->ipa, level);

		if (!t)
			return -1;
		return step(s, j, &t[index_of(j->ipa, level + 1)], level + 1);
	}
	if (j->what == UNMAP)
		replace(s, slot, 0, j->ipa, level);
	else
		replace(s, slot,
		        leaf(j->what == MAP ? j->pa : *slot & S2_ADDR,
		             j->rights, level),
		        j->ipa, level);
	return size_of(level);
}

static int run(struct stage2 *s, struct job j)
{
	s64 done;

	if ((j.ipa | j.size | j.pa) & (PAGE_SIZE - 1) ||
	    j.ipa + j.size < j.ipa || j.ipa + j.size > BIT(S2_IPA_BITS) ||
	    j.pa > S2_ADDR)
		return -2;
	spin_lock(&s->lock);
	for (done = 0; j.size && done >= 0;) {
		done = step(s, &j, &s->root[index_of(j.ipa, 1)], 1);
		if (done >= 0) {
			j.ipa += done;
			j.pa += done;
			j.size -= done;
		}
	}
	spin_unlock(&s->lock);
	return done < 0 ? -1 : 0;
}

int stage2_map(struct stage2 *s, u64 ipa, u64 pa, u64 size, u64 rights)
{
	return run(s, (struct job){ MAP, ipa, pa, size, rights });
}

int stage2_unmap(struct stage2 *s, u64 ipa, u64 size)
{
	return run(s, (struct job){ UNMAP, ipa, 0, size, 0 });
}

int stage2_protect(struct stage2 *s, u64 ipa, u64 size, u64 rights)
{
	return run(s, (struct job){ PROTECT, ipa, 0, size, rights });
}

struct s2_walk stage2_walk(const struct stage2 *s, u64 ipa)
{
	struct s2_walk w = { .level = 1 };
	const u64 *t = s->root;

	if (ipa >= BIT(S2_IPA_BITS))
		return w;
	for (;; w.level++) {
		w.desc = __atomic_load_n(&t[index_of(ipa, w.level)],
		                         __ATOMIC_ACQUIRE);
		if (!is_table(w.desc, w.level))
			break;
		t = page_from_phys(w.desc & S2_ADDR);
	}
	w.mapped = w.desc & S2_VALID && (w.level < 3 || w.desc & S2_TABLE);
	if (w.mapped) {
		w.size = size_of(w.level);
		w.pa = (w.desc & S2_ADDR) + (ipa & (w.size - 1));
		w.rights = rights_of(w.desc);
	}
	return w;
}

int stage2_init(struct stage2 *s, const u32 *vmid)
{
	*s = (struct stage2){ .vmid = vmid, .tables = 2 };
	s->root = page_alloc(2);
	if (!s->root)
		return -1;
	s->root_pa = page_to_phys(s->root);
	return 0;
}

void stage2_free(struct stage2 *s)
{
	for (unsigned i = 0; i < ROOT_ENTRIES; i++)
		if (is_table(s->root[i], 1))
			free_table(s, s->root[i], 2);
	stage2_flush_all(s);
	page_free(s->root, 2);
	s->root = NULL;
	s->tables = 0;
}

u64 stage2_vtcr(unsigned pa_range, unsigned vmid_bits)
{
	return VTCR_EL2_RES1 | VTCR_EL2_T0SZ(S2_IPA_BITS) | VTCR_EL2_SL0_L1 |
	       VTCR_EL2_IRGN0_WBWA | VTCR_EL2_ORGN0_WBWA | VTCR_EL2_SH0_INNER |
	       VTCR_EL2_PS(pa_range) | (vmid_bits == 16 ? VTCR_EL2_VS : 0);
}
