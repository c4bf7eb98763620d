/*
 * mmu.c - guest memory: mapped when touched, unmapped when it goes.
 */
#include "05-full/kvm/kvm.h"
#include "lib/string.h"

#define BLOCK (2 * MiB)

static u64 user_address(const struct kvm_memslot *s, u64 gfn)
{
	return s->userspace_addr + (gfn - s->base_gfn) * PAGE_SIZE;
}

/* A piece of guest memory that lies in one page. */
static int user_of_gpa(struct kvm *kvm, u64 gpa, bool write, u64 *user)
{
	struct kvm_memslot s;

	if (!kvm_find_slot(kvm, gpa / PAGE_SIZE, &s) ||
	    (write && s.flags & KVM_MEM_READONLY))
		return -EFAULT;
	*user = user_address(&s, gpa / PAGE_SIZE) + gpa % PAGE_SIZE;
	return 0;
}

int kvm_read_guest(struct kvm *kvm, u64 gpa, void *to, u64 size)
{
	u64 user;

	for (u64 done = 0, n; done < size; done += n) {
		n = MIN(size - done, PAGE_SIZE - (gpa + done) % PAGE_SIZE);
		if (user_of_gpa(kvm, gpa + done, false, &user) ||
		    copy_from_user((char *)to + done, user, n))
			return -EFAULT;
	}
	return 0;
}

int kvm_write_guest(struct kvm *kvm, u64 gpa, const void *from, u64 size)
{
	u64 user;

	for (u64 done = 0, n; done < size; done += n) {
		n = MIN(size - done, PAGE_SIZE - (gpa + done) % PAGE_SIZE);
		if (user_of_gpa(kvm, gpa + done, true, &user) ||
		    copy_to_user(user, (const char *)from + done, n))
			return -EFAULT;
		kvm_mark_dirty(kvm, (gpa + done) / PAGE_SIZE);
	}
	return 0;
}

static void set_dirty(struct kvm_memslot *s, u64 gfn)
{
	u64 bit = gfn - s->base_gfn;

	s->dirty[bit / 64] |= BIT(bit % 64);
}

void kvm_mark_dirty(struct kvm *kvm, u64 gfn)
{
	u64 flags = spin_lock_irq(&kvm->mmu_lock);

	for (u32 i = 0; i < kvm->top_slot; i++) {
		struct kvm_memslot *s = &kvm->slot[i];

		if (gfn - s->base_gfn < s->npages && s->dirty)
			set_dirty(s, gfn);
	}
	spin_unlock_irq(&kvm->mmu_lock, flags);
}

/* anchor: block_fits */
/*
 * May the 2 MiB around gfn be mapped in one piece?  If the VMM has it in one
 * piece, at the same place in a block, all of it in the slot, and nobody wants
 * to know about single pages.
 */
static bool block_fits(const struct kvm_memslot *s, u64 gfn,
                       const struct mm_page *page)
{
	u64 first = ALIGN_DOWN(gfn, BLOCK / PAGE_SIZE);

	return page->size >= BLOCK && !s->dirty &&
	       !((s->userspace_addr - s->base_gfn * PAGE_SIZE) &
	         (BLOCK - 1)) &&
	       first >= s->base_gfn &&
	       first + BLOCK / PAGE_SIZE <= s->base_gfn + s->npages;
}
/* end: block_fits */

/* Map what was resolved.  A page is a part of what the VMM may have in one. */
static int map_resolved(struct kvm *kvm, struct kvm_memslot *s, u64 gfn,
                        const struct mm_page *page, bool write)
{
	u64 offset = user_address(s, gfn) & (page->size - 1);
	hpa_t hpa = { page->hpa.v + offset };
	u32 prot = PROT_R | PROT_X;

	if (page->writable && !(s->flags & KVM_MEM_READONLY) &&
	    (write || !s->dirty))
		prot |= PROT_W;
	if (write && s->dirty)
		set_dirty(s, gfn);
	if (!block_fits(s, gfn, page))
		return kvm_arch_map(kvm, gfn, hpa, PAGE_SIZE, prot);
	gfn = ALIGN_DOWN(gfn, BLOCK / PAGE_SIZE);
	hpa.v = ALIGN_DOWN(hpa.v, BLOCK);
	return kvm_arch_map(kvm, gfn, hpa, BLOCK, prot);
}

/* anchor: guest_fault */
/*
 * While the page is being looked up, which may sleep, it may go away again: the
 * VMM unmaps it, or changes the slot.  Both count mmu_seq up before they look
 * for mappings to remove.  So: read the count, look up, lock, compare, map.
 */
int kvm_guest_fault(struct kvm_vcpu *v, u64 gpa, bool write, bool exec)
{
	struct kvm *kvm = v->kvm;
	u64 gfn = gpa / PAGE_SIZE, seq, flags;
	struct kvm_memslot s;
	struct mm_page page;
	int err;

	(void)exec; /* all memory may hold code */
	do {
		seq = __atomic_load_n(&kvm->mmu_seq, __ATOMIC_ACQUIRE);
		if (!kvm_find_slot(kvm, gfn, &s) ||
		    (write && s.flags & KVM_MEM_READONLY))
			return 0;
		err = mm_resolve(kvm->mm, user_address(&s, gfn), write, &page);
		if (err)
			return err;
		flags = spin_lock_irq(&kvm->mmu_lock);
		err = seq != kvm->mmu_seq ?
		              -EAGAIN :
		              map_resolved(kvm, &s, gfn, &page, write);
		spin_unlock_irq(&kvm->mmu_lock, flags);
	} while (err == -EAGAIN);
	return err ? err : 1;
}
/* end: guest_fault */

/* anchor: invalidate */
/* The VMM's pages of [start, end) go: the guest's mappings of them first. */
void kvm_mmu_invalidate(struct mm_notifier *n, u64 start, u64 end)
{
	struct kvm *kvm = (void *)((char *)n - offsetof(struct kvm, notifier));
	u64 flags = spin_lock_irq(&kvm->mmu_lock);
	bool any = false;

	kvm->mmu_seq++;
	for (u32 i = 0; i < kvm->top_slot; i++) {
		const struct kvm_memslot *s = &kvm->slot[i];
		u64 lo = MAX(start, s->userspace_addr);
		u64 hi = MIN(end, s->userspace_addr + s->npages * PAGE_SIZE);

		if (lo >= hi)
			continue;
		kvm_arch_unmap(kvm,
		               s->base_gfn +
		                       (lo - s->userspace_addr) / PAGE_SIZE,
		               (hi - lo) / PAGE_SIZE);
		any = true;
	}
	spin_unlock_irq(&kvm->mmu_lock, flags);
	if (any)
		kvm_arch_flush_tlb(kvm); /* once, however much it was */
}
/* end: invalidate */
