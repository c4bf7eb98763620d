/*
 * guest_mem.c - guest-physical and guest-virtual memory.
 */
#include "03-entry-exit/guest_mem.h"

#include "01-vmxon/regs.h"
#include "03-entry-exit/vcpu.h"
#include "lib/string.h"

#define PTE_P BIT(0)
#define PTE_LARGE BIT(7)
#define PTE_ADDRESS MASK(51, 12)

void *guest_ptr(const struct vm *vm, gpa_t gpa, u64 size)
{
	if (gpa.v > vm->ram_size || size > vm->ram_size - gpa.v)
		return NULL;
	return vm->ram + gpa.v;
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

static bool read_entry(const struct vm *vm, const struct format *f, u64 table,
                       unsigned index, u64 *entry)
{
	void *p = guest_ptr(vm, (gpa_t){ table + index * f->entry_size },
	                    f->entry_size);

	*entry = 0;
	if (!p)
		return false;
	memcpy(entry, p, f->entry_size);
	return *entry & PTE_P;
}

bool guest_translate(struct vcpu *v, u64 gva, gpa_t *gpa)
{
	const struct format *f = paging_mode();
	u64 entry = f ? vmcs_readnat(GUEST_CR3) : 0;
	u64 table_mask = f == &pae ? MASK(31, 5) : PTE_ADDRESS;

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

/* Host memory behind gva, and how much of it lies in the same page. */
static void *reach(struct vcpu *v, u64 gva, u64 size, u64 *run)
{
	gpa_t gpa;

	*run = MIN(size, PAGE_SIZE - gva % PAGE_SIZE);
	return guest_translate(v, gva, &gpa) ? guest_ptr(v->vm, gpa, *run) :
	                                       NULL;
}

bool guest_read(struct vcpu *v, u64 gva, void *to, u64 size, u64 *fault)
{
	u64 run;

	for (u8 *p = to; size; p += run, gva += run, size -= run) {
		void *from = reach(v, gva, size, &run);

		if (!from) {
			if (fault)
				*fault = gva;
			return false;
		}
		memcpy(p, from, run);
	}
	return true;
}

bool guest_write(struct vcpu *v, u64 gva, const void *from, u64 size,
                 u64 *fault)
{
	u64 run;

	for (const u8 *p = from; size; p += run, gva += run, size -= run) {
		void *to = reach(v, gva, size, &run);

		if (!to) {
			if (fault)
				*fault = gva;
			return false;
		}
		memcpy(to, p, run);
	}
	return true;
}
