/*
 * guest_mem.c - guest-physical and guest-virtual memory.
 */
#include "03-entry-exit/guest_mem.h"

#include "01-vmxon/regs.h"
#include "02-vmcs/access_rights.h"
#include "03-entry-exit/vcpu.h"
#include "lib/string.h"

#define PTE_P BIT(0)
#define PTE_W BIT(1)
#define PTE_U BIT(2)
#define PTE_LARGE BIT(7)
#define PTE_ADDRESS MASK(51, 12)

void *guest_ptr(const struct vm *vm, gpa_t gpa, u64 size)
{
	if (gpa.v > vm->ram_size || size > vm->ram_size - gpa.v)
		return NULL;
	return vm->ram + gpa.v;
}

bool guest_read_gpa(struct vm *vm, gpa_t gpa, void *to, u64 size)
{
	const void *from;

	if (vm->read)
		return vm->read(vm, gpa, to, size);
	from = guest_ptr(vm, gpa, size);
	if (from)
		memcpy(to, from, size);
	return from;
}

bool guest_write_gpa(struct vm *vm, gpa_t gpa, const void *from, u64 size)
{
	void *to;

	if (vm->write)
		return vm->write(vm, gpa, from, size);
	to = guest_ptr(vm, gpa, size);
	if (to)
		memcpy(to, from, size);
	return to;
}

bool guest_in_64bit_mode(void)
{
	/* L means nothing outside of long mode. */
	return vmcs_read32(GUEST_CS_ACCESS_RIGHTS) & AR_L &&
	       vmcs_read64(GUEST_IA32_EFER) & EFER_LMA;
}

/* One way of paging: how many levels, and how wide an entry and an index. */
struct format {
	int levels;
	u64 entry_size;
	unsigned index_bits;
	int largest; /* level at which an entry may be a page */
};

static const struct format four_level = { 4, 8, 9, 3 };
static const struct format pae = { 3, 8, 9, 2 };
static const struct format two_level = { 2, 4, 10, 2 };

static const struct format *paging_mode(void)
{
	if (!(vmcs_readnat(GUEST_CR0) & CR0_PG))
		return NULL;
	if (vmcs_read64(GUEST_IA32_EFER) & EFER_LMA)
		return &four_level;
	return vmcs_readnat(GUEST_CR4) & CR4_PAE ? &pae : &two_level;
}

static bool read_entry(struct vm *vm, const struct format *f, u64 table,
                       u64 index, u64 *entry)
{
	gpa_t at = { table + index * f->entry_size };

	*entry = 0;
	return guest_read_gpa(vm, at, entry, f->entry_size) && *entry & PTE_P;
}

/*
 * *rights: what all entries on the way allow, of PTE_W and PTE_U.  PAE's upper
 * four have no such bits.
 */
static bool walk(struct vcpu *v, u64 gva, gpa_t *gpa, u64 *rights)
{
	const struct format *f = paging_mode();
	u64 entry = f ? vmcs_readnat(GUEST_CR3) : 0;
	u64 table_mask = f == &pae ? MASK(31, 5) : PTE_ADDRESS;

	*rights = PTE_W | PTE_U;
	if (!f) {
		gpa->v = gva & MASK(31, 0);
		return true;
	}
	for (int level = f->levels; level > 0; level--) {
		unsigned shift = 12 + f->index_bits * (level - 1);
		u64 index = gva >> shift & (BIT(f->index_bits) - 1);
		bool is_page;

		if (!read_entry(v->vm, f, entry & table_mask, index, &entry))
			return false;
		table_mask = PTE_ADDRESS;
		if (f != &pae || level < 3)
			*rights &= entry;
		is_page = level == 1 ||
		          (level <= f->largest && entry & PTE_LARGE);
		if (is_page) {
			u64 offset = MASK(shift - 1, 0);

			gpa->v = (entry & PTE_ADDRESS & ~offset) |
			         (gva & offset);
			return true;
		}
	}
	return false;
}

bool guest_translate(struct vcpu *v, u64 gva, gpa_t *gpa)
{
	u64 rights;

	return walk(v, gva, gpa, &rights);
}

/* SDM 4.6.1: data; without paging all is allowed. */
static bool allows(u64 rights, u32 access)
{
	if (!paging_mode())
		return true;
	if (access & ACCESS_USER)
		return rights & PTE_U &&
		       (rights & PTE_W || !(access & ACCESS_WRITE));
	if (rights & PTE_U && vmcs_readnat(GUEST_CR4) & CR4_SMAP &&
	    !(vmcs_readnat(GUEST_RFLAGS) & RFLAGS_AC))
		return false;
	return rights & PTE_W || !(access & ACCESS_WRITE) ||
	       !(vmcs_readnat(GUEST_CR0) & CR0_WP);
}

bool guest_translate_for(struct vcpu *v, u64 gva, u32 access, gpa_t *gpa,
                         u32 *code)
{
	u64 rights;

	*code = access;
	if (!walk(v, gva, gpa, &rights))
		return false;
	*code |= ACCESS_PRESENT;
	return allows(rights, access);
}

/* Where gva is, and how much of size lies in the same page. */
static bool reach(struct vcpu *v, u64 gva, u64 size, gpa_t *gpa, u64 *run)
{
	*run = MIN(size, PAGE_SIZE - gva % PAGE_SIZE);
	return guest_translate(v, gva, gpa);
}

static bool failed_at(u64 gva, u64 *fault)
{
	if (fault)
		*fault = gva;
	return false;
}

bool guest_read(struct vcpu *v, u64 gva, void *to, u64 size, u64 *fault)
{
	gpa_t gpa;
	u64 run;

	for (u8 *p = to; size; p += run, gva += run, size -= run)
		if (!reach(v, gva, size, &gpa, &run) ||
		    !guest_read_gpa(v->vm, gpa, p, run))
			return failed_at(gva, fault);
	return true;
}

bool guest_write(struct vcpu *v, u64 gva, const void *from, u64 size,
                 u64 *fault)
{
	gpa_t gpa;
	u64 run;

	for (const u8 *p = from; size; p += run, gva += run, size -= run)
		if (!reach(v, gva, size, &gpa, &run) ||
		    !guest_write_gpa(v->vm, gpa, p, run))
			return failed_at(gva, fault);
	return true;
}
