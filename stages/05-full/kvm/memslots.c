/*
 * memslots.c - which of the guest's memory is which of the VMM's.
 *
 * A slot only says so: pages come when the guest touches them (mmu.c).
 * Slots change under kvm->lock and, the moment itself, mmu_lock; who looks
 * one up gets a copy and goes by kvm->mmu_seq (Linux: SRCU and the same
 * count).
 */
#include "05-full/host/memory.h"
#include "05-full/kvm/kvm.h"
#include "lib/string.h"

#define MAX_PAGES (BIT(31) - 1) /* of a slot, as on Linux */

bool kvm_find_slot(struct kvm *kvm, u64 gfn, struct kvm_memslot *copy)
{
	u64 flags = spin_lock_irq(&kvm->mmu_lock);
	bool found = false;

	for (u32 i = 0; i < kvm->top_slot && !found; i++) {
		const struct kvm_memslot *s = &kvm->slot[i];

		found = gfn - s->base_gfn < s->npages;
		if (found)
			*copy = *s;
	}
	spin_unlock_irq(&kvm->mmu_lock, flags);
	return found;
}

/* anchor: check_region */
/* What is wrong with the request alone, whatever slots there are. */
static int check_region(const struct kvm_userspace_memory_region *m)
{
	if (m->flags & ~(KVM_MEM_LOG_DIRTY_PAGES | KVM_MEM_READONLY))
		return -EINVAL;
	if ((m->memory_size | m->guest_phys_addr | m->userspace_addr) &
	    (PAGE_SIZE - 1))
		return -EINVAL;
	/* In the half of user programs; whether it is there shows later. */
	if (m->userspace_addr > arch_user_limit ||
	    m->memory_size > arch_user_limit - m->userspace_addr)
		return -EINVAL;
	if (m->slot >= KVM_SLOTS) /* the upper half: address spaces */
		return -EINVAL;
	if (m->guest_phys_addr + m->memory_size < m->guest_phys_addr)
		return -EINVAL;
	return m->memory_size / PAGE_SIZE > MAX_PAGES ? -EINVAL : 0;
}
/* end: check_region */

static bool overlaps(const struct kvm *kvm, const struct kvm_memslot *s)
{
	for (u32 i = 0; i < kvm->top_slot; i++) {
		const struct kvm_memslot *o = &kvm->slot[i];

		if (i != s->id && o->npages &&
		    s->base_gfn < o->base_gfn + o->npages &&
		    o->base_gfn < s->base_gfn + s->npages)
			return true;
	}
	return false;
}

static u64 bitmap_size(u64 npages)
{
	return ALIGN_UP(npages, 64) / 8;
}

/* Pages of frames: kmalloc is for small pieces. */
static unsigned bitmap_order(u64 npages)
{
	unsigned order = 0;

	while (PAGE_SIZE << order < bitmap_size(npages))
		order++;
	return order;
}

static void free_bitmap(struct kvm_memslot *s)
{
	if (s->dirty)
		frames_free(s->dirty, bitmap_order(s->npages));
	s->dirty = NULL;
}

/* anchor: commit */
/*
 * The moment of change.  What the guest had mapped of the old slot goes if the
 * memory goes or lies elsewhere; if writes shall be logged from now on, they
 * must fault.
 */
static void commit(struct kvm *kvm, const struct kvm_memslot *new)
{
	struct kvm_memslot *s = &kvm->slot[new->id];
	u64 flags = spin_lock_irq(&kvm->mmu_lock);
	bool moved = s->npages && (s->base_gfn != new->base_gfn ||
	                           s->npages != new->npages);

	kvm->mmu_seq++;
	if (moved)
		kvm_arch_unmap(kvm, s->base_gfn, s->npages);
	else if (new->flags & ~s->flags & KVM_MEM_LOG_DIRTY_PAGES && s->npages)
		kvm_arch_write_protect(kvm, s->base_gfn, s->npages);
	*s = *new;
	kvm->top_slot = MAX(kvm->top_slot, new->id + 1);
	spin_unlock_irq(&kvm->mmu_lock, flags);
	kvm_arch_flush_tlb(kvm);
}
/* end: commit */

static int delete_slot(struct kvm *kvm, u32 id)
{
	struct kvm_memslot old = kvm->slot[id];
	struct kvm_memslot none = { .id = id };

	if (!old.npages)
		return -EINVAL;
	commit(kvm, &none);
	free_bitmap(&old);
	return 0;
}

/* Of an existing slot: it may move, or change the flags, nothing else. */
static int check_change(const struct kvm_memslot *old,
                        const struct kvm_memslot *new)
{
	if (new->userspace_addr != old->userspace_addr ||
	    new->npages != old->npages ||
	    (new->flags ^ old->flags) & KVM_MEM_READONLY)
		return -EINVAL;
	return 0;
}

static int set_slot(struct kvm *kvm, struct kvm_memslot *new)
{
	struct kvm_memslot old = kvm->slot[new->id];
	int err = old.npages ? check_change(&old, new) : 0;

	if (err)
		return err;
	if ((!old.npages || new->base_gfn != old.base_gfn) &&
	    overlaps(kvm, new))
		return -EEXIST;
	err = kvm_arch_check_slot(kvm, new);
	if (err)
		return err;
	new->dirty = old.dirty;
	if (new->flags & KVM_MEM_LOG_DIRTY_PAGES && !new->dirty) {
		new->dirty = frames_alloc(bitmap_order(new->npages));
		if (!new->dirty)
			return -ENOMEM;
	}
	if (!(new->flags &KVM_MEM_LOG_DIRTY_PAGES))
		new->dirty = NULL;
	commit(kvm, new);
	if (!new->dirty)
		free_bitmap(&old);
	return 0;
}

int kvm_set_memory_region(struct kvm *kvm,
                          const struct kvm_userspace_memory_region *m)
{
	struct kvm_memslot new = {
		.base_gfn = m->guest_phys_addr / PAGE_SIZE,
		.npages = m->memory_size / PAGE_SIZE,
		.userspace_addr = m->userspace_addr,
		.flags = m->flags,
		.id = m->slot,
	};
	int err = check_region(m);

	if (err)
		return err;
	return new.npages ? set_slot(kvm, &new) : delete_slot(kvm, m->slot);
}

/* anchor: dirty_log */
/*
 * Tell which pages were written since the last time, and make the next write
 * to each fault again.  Protected first, then told: a write in between is in
 * the next answer.
 */
int kvm_get_dirty_log(struct kvm *kvm, u32 id, u64 user)
{
	struct kvm_memslot *s;
	u64 words, bits, flags;
	int err = 0;

	if (id >= KVM_SLOTS)
		return -EINVAL;
	s = &kvm->slot[id];
	if (!s->dirty)
		return -ENOENT;
	words = bitmap_size(s->npages) / 8;
	for (u64 i = 0; i < words && !err; i++) {
		flags = spin_lock_irq(&kvm->mmu_lock);
		bits = s->dirty[i];
		s->dirty[i] = 0;
		if (bits)
			kvm_arch_write_protect(kvm, s->base_gfn + 64 * i,
			                       MIN(64ul, s->npages - 64 * i));
		spin_unlock_irq(&kvm->mmu_lock, flags);
		err = copy_to_user(user + 8 * i, &bits, 8);
	}
	kvm_arch_flush_tlb(kvm);
	return err;
}
/* end: dirty_log */

void kvm_free_slots(struct kvm *kvm)
{
	for (u32 i = 0; i < kvm->top_slot; i++)
		free_bitmap(&kvm->slot[i]);
}
