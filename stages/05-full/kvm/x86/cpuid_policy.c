/*
 * cpuid_policy.c - the CPUID leaves that guests may see, and finding one.
 *
 * A feature is shown if its instructions need no state that we do not switch,
 * and no control that we do not set.
 */
#include "05-full/kvm/x86/cpuid_policy.h"

enum { EAX, EBX, ECX, EDX };

/* Leaf 1: no MONITOR, VMX, PCID; no XSAVE, so no AVX, FMA, F16C. */
#define SHOW_1_ECX                                                            \
	(BIT(0) | BIT(1) | BIT(9) | BIT(13) | BIT(19) | BIT(20) | BIT(22) |   \
	 BIT(23) | BIT(25) | BIT(30))
#define X2APIC BIT(21)
#define HYPERVISOR BIT(31)
/* No debug store, ACPI, thermal monitor, hyper-threading. */
#define SHOW_1_EDX (MASK(9, 0) | MASK(17, 11) | BIT(19) | MASK(27, 23))
/* FSGSBASE, BMI1, SMEP, BMI2, ERMS, RDSEED, ADX, SMAP. */
#define SHOW_7_EBX                                                            \
	(BIT(0) | BIT(3) | BIT(7) | BIT(8) | BIT(9) | BIT(18) | BIT(19) |     \
	 BIT(20))
#define SHOW_7_ECX BIT(2) /* UMIP */
#define SHOW_EXT_1_ECX (BIT(0) | BIT(5) | BIT(8))
#define SHOW_EXT_1_EDX (BIT(11) | BIT(20) | BIT(26) | BIT(27) | BIT(29))
#define ARAT BIT(2) /* leaf 6: the APIC timer never stops */
#define INVARIANT_TSC BIT(8)

#define LEAF_TSC 0x15
#define LEAF_HYPERVISOR 0x40000000u
#define LEAF_EXTENDED 0x80000000u
#define NOP_IO_DELAY BIT(1)
#define CRYSTAL_HZ 1000000000u

struct list {
	struct kvm_cpuid_entry2 *e;
	u32 max, n;
};

static void add_leaf(struct list *l, u32 leaf, u32 index, u32 flags,
                     const u32 r[4])
{
	if (l->n < l->max)
		l->e[l->n] = (struct kvm_cpuid_entry2){
			.function = leaf,
			.index = index,
			.flags = flags,
			.eax = r[EAX],
			.ebx = r[EBX],
			.ecx = r[ECX],
			.edx = r[EDX],
		};
	l->n++;
}

/* Leaf 4 and its kind: an entry for each cache, until there is none. */
static void add_caches(struct list *l, cpuid_ask ask)
{
	u32 r[4];

	for (u32 i = 0; i < 8; i++) {
		ask(4, i, r);
		add_leaf(l, 4, i, KVM_CPUID_FLAG_SIGNIFCANT_INDEX, r);
		if (!(r[EAX] & 0x1f))
			break;
	}
}

static void zero(u32 r[4])
{
	r[EAX] = r[EBX] = r[ECX] = r[EDX] = 0;
}

/*
 * TSC rate = crystal * EBX / EAX, the crystal also being the rate of our APIC
 * timer.  Linux multiplies in kHz and 32 bits: EBX must be small, and the
 * fraction is the best one that there is.
 */
static void tsc_leaf(u32 r[4], u32 tsc_khz)
{
	const u64 crystal_khz = CRYSTAL_HZ / 1000;
	u64 most = MASK(31, 0) / crystal_khz, best = ~0ul;

	for (u64 ebx = most; ebx > most / 2; ebx--) {
		u64 eax = (ebx * crystal_khz + tsc_khz / 2) / tsc_khz;
		u64 off = ebx * crystal_khz - eax * tsc_khz;

		off = (s64)off < 0 ? -off : off;
		if (off * most / ebx >= best)
			continue;
		best = off * most / ebx;
		r[EAX] = (u32)eax;
		r[EBX] = (u32)ebx;
	}
	r[ECX] = CRYSTAL_HZ;
	r[EDX] = 0;
}

/* What is left of a basic leaf; false: nothing worth an entry. */
static bool filter_basic(u32 leaf, u32 r[4], u32 tsc_khz)
{
	switch (leaf) {
	case 0:
		r[EAX] = LEAF_TSC;
		return true;
	case 1:
		r[EBX] &= 0xffff; /* brand, CLFLUSH; IDs are the VMM's */
		r[ECX] = (r[ECX] & SHOW_1_ECX) | X2APIC | HYPERVISOR;
		r[EDX] &= SHOW_1_EDX;
		return true;
	case 2:
		return true;
	case 6:
		zero(r);
		r[EAX] = ARAT;
		return true;
	case 7:
		r[EAX] = 0;
		r[EBX] &= SHOW_7_EBX;
		r[ECX] &= SHOW_7_ECX;
		r[EDX] = 0;
		return true;
	case LEAF_TSC:
		tsc_leaf(r, tsc_khz);
		return true;
	case 5:
	case 0xa:
	case 0xb:
	case 0xd:
		zero(r);
		return true;
	default:
		return false;
	}
}

static bool has_index(u32 leaf)
{
	return leaf == 7 || leaf == 0xb || leaf == 0xd;
}

static void add_basic(struct list *l, cpuid_ask ask, u32 tsc_khz)
{
	u32 r[4];

	for (u32 leaf = 0; leaf <= LEAF_TSC; leaf++) {
		if (leaf == 4) {
			add_caches(l, ask);
			continue;
		}
		ask(leaf, 0, r);
		if (filter_basic(leaf, r, tsc_khz))
			add_leaf(l, leaf, 0,
			         has_index(leaf) ?
			                 KVM_CPUID_FLAG_SIGNIFCANT_INDEX :
			                 0,
			         r);
	}
}

/* Who we are: Linux guests know what to expect of this name. */
static void add_hypervisor(struct list *l)
{
	static const u32 name[4] = { LEAF_HYPERVISOR + 1, 0x4b4d564b,
		                     0x564b4d56, 0x0000004d };
	static const u32 features[4] = { NOP_IO_DELAY };

	add_leaf(l, LEAF_HYPERVISOR, 0, 0, name);
	add_leaf(l, LEAF_HYPERVISOR + 1, 0, 0, features);
}

static void add_extended(struct list *l, cpuid_ask ask)
{
	u32 r[4];

	for (u32 leaf = LEAF_EXTENDED; leaf <= LEAF_EXTENDED + 8; leaf++) {
		ask(leaf, 0, r);
		switch (leaf & 0xff) {
		case 0:
			r[EAX] = LEAF_EXTENDED + 8;
			break;
		case 1:
			r[ECX] &= SHOW_EXT_1_ECX;
			r[EDX] &= SHOW_EXT_1_EDX;
			break;
		case 7:
			zero(r);
			r[EDX] = INVARIANT_TSC;
			break;
		case 8: /* address widths; no further features */
			r[EBX] = r[ECX] = r[EDX] = 0;
			break;
		}
		add_leaf(l, leaf, 0, 0, r);
	}
}

u32 cpuid_supported(struct kvm_cpuid_entry2 *e, u32 max, cpuid_ask ask,
                    u32 tsc_khz)
{
	struct list l = { e, max, 0 };

	add_basic(&l, ask, tsc_khz);
	add_hypervisor(&l);
	add_extended(&l, ask);
	return l.n;
}

/* --- the guest's table -------------------------------------------------- */

static u8 *slot_of(struct guest_cpuid *c, u32 leaf)
{
	if (leaf < CPUID_BASIC)
		return &c->basic[leaf];
	if (leaf - LEAF_EXTENDED < CPUID_BASIC)
		return &c->extended[leaf - LEAF_EXTENDED];
	return NULL;
}

void guest_cpuid_index(struct guest_cpuid *c)
{
	for (u32 i = 0; i < CPUID_BASIC; i++)
		c->basic[i] = c->extended[i] = 0;
	for (u32 i = 0; i < c->nent; i++) {
		u8 *slot = slot_of(c, c->entry[i].function);

		if (slot && !*slot)
			*slot = (u8)(i + 1);
	}
}

static bool matches(const struct kvm_cpuid_entry2 *e, u32 leaf, u32 index)
{
	return e->function == leaf &&
	       (e->index == index ||
	        !(e->flags & KVM_CPUID_FLAG_SIGNIFCANT_INDEX));
}

const struct kvm_cpuid_entry2 *guest_cpuid_exact(const struct guest_cpuid *c,
                                                 u32 leaf, u32 index)
{
	u32 i = 0;

	if (leaf < CPUID_BASIC)
		i = c->basic[leaf];
	else if (leaf - LEAF_EXTENDED < CPUID_BASIC)
		i = c->extended[leaf - LEAF_EXTENDED];
	else
		i = 1; /* rare: look at all of them */
	if (!i)
		return NULL;
	for (i--; i < c->nent; i++)
		if (matches(&c->entry[i], leaf, index))
			return &c->entry[i];
	return NULL;
}

const struct kvm_cpuid_entry2 *guest_cpuid_find(const struct guest_cpuid *c,
                                                u32 leaf, u32 index)
{
	const struct kvm_cpuid_entry2 *e = guest_cpuid_exact(c, leaf, index);
	const struct kvm_cpuid_entry2 *top;

	if (e)
		return e;
	/* Beyond the last leaf of its range: as the last basic one. */
	top = guest_cpuid_exact(c, leaf & 0xc0000000, 0);
	if (top && leaf <= top->eax)
		return NULL;
	if (leaf >> 30 == 1)
		return NULL; /* the hypervisor's range: zeros, as on Linux */
	top = guest_cpuid_exact(c, 0, 0);
	return top ? guest_cpuid_exact(c, top->eax, index) : NULL;
}
