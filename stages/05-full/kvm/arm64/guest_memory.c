/*
 * guest_memory.c - neutral KVM's mappings, in stage 04's stage 2 tables.
 */
#include "04-arm64-el2/mmu.h"
#include "05-full/host/lock.h"
#include "05-full/host/memory.h"
#include "05-full/kvm/arm64/arm.h"

#define GPA(gfn) ((gfn)*PAGE_SIZE)

int kvm_arch_check_slot(struct kvm *kvm, const struct kvm_memslot *s)
{
	u64 limit = BIT(kvm->arch.ipa_bits) / PAGE_SIZE;

	return s->base_gfn + s->npages > limit ? -EFAULT : 0;
}

static u64 rights_of_prot(u32 prot)
{
	return (prot & PROT_R ? S2_R : 0) | (prot & PROT_W ? S2_W : 0) |
	       (prot & PROT_X ? S2_X : 0);
}

/* anchor: arch_map */
/*
 * A guest begins with its caches off: it must find in memory what the VMM
 * wrote through its own, and fetch no old instructions.  Once for each page,
 * not when only the rights change.
 */
int kvm_arch_map(struct kvm *kvm, u64 gfn, hpa_t hpa, u64 size, u32 prot)
{
	struct stage2 *s2 = &kvm->arch.vm.s2;
	struct s2_walk w = stage2_walk(s2, GPA(gfn));
	u64 rights = rights_of_prot(prot);

	if (w.mapped && w.size >= size && w.pa == hpa.v &&
	    (w.rights & rights) == rights)
		return 0; /* another vCPU was faster */
	if (!w.mapped || w.pa != hpa.v)
		mmu_flush_code(arch_hpa_to_virt(hpa), size);
	return stage2_map(s2, GPA(gfn), hpa.v, size, rights) ? -ENOMEM : 0;
}
/* end: arch_map */

/*
 * To take a part of a block away it is split, which needs a table.  Without
 * memory for one the whole block goes: it comes back when it is touched.
 */
static void unmap_blocks(struct stage2 *s2, u64 gfn, u64 npages)
{
	u64 first = ALIGN_DOWN(GPA(gfn), 2 * MiB);
	u64 end = ALIGN_UP(GPA(gfn + npages), 2 * MiB);

	stage2_unmap(s2, first, end - first);
}

/* anchor: gather */
/* However many pages it was: the TLBs are flushed once, with mmu_lock. */
static void end_gather(struct stage2 *s2)
{
	s2->gather = false;
	if (s2->stale)
		stage2_flush_all(s2);
	s2->stale = false;
}

void kvm_arch_unmap(struct kvm *kvm, u64 gfn, u64 npages)
{
	struct stage2 *s2 = &kvm->arch.vm.s2;

	s2->gather = true;
	if (stage2_unmap(s2, GPA(gfn), npages * PAGE_SIZE))
		unmap_blocks(s2, gfn, npages);
	end_gather(s2);
}

void kvm_arch_write_protect(struct kvm *kvm, u64 gfn, u64 npages)
{
	struct stage2 *s2 = &kvm->arch.vm.s2;

	s2->gather = true;
	if (stage2_protect(s2, GPA(gfn), npages * PAGE_SIZE, S2_R | S2_X))
		unmap_blocks(s2, gfn, npages);
	end_gather(s2);
}
/* end: gather */

/*
 * A guest that begins anew, its caches off again: each page that it touches is
 * mapped, and so cleaned (kvm_arch_map), once more.
 */
void kvm_forget_memory(struct kvm *kvm)
{
	u64 flags = spin_lock_irq(&kvm->mmu_lock);

	kvm->mmu_seq++;
	kvm_arch_unmap(kvm, 0, BIT(kvm->arch.ipa_bits) / PAGE_SIZE);
	spin_unlock_irq(&kvm->mmu_lock, flags);
}

/*
 * Done already: another vCPU may map there as soon as mmu_lock is free, and
 * break-before-make wants the flush before that (D5.10.1).
 */
void kvm_arch_flush_tlb(struct kvm *kvm)
{
	(void)kvm;
}
