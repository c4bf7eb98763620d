/*
 * mmu_x86.c - the guest's physical memory in EPT, and what CPUs remember of it.
 *
 * Tables are stage 03's.  They go away only with the VM: a CPU may be walking
 * them while another one changes the map.
 */
#include "05-full/host/memory.h"
#include "05-full/kvm/x86/x86.h"
#include "lib/panic.h"
#include "lib/string.h"

/*
 * Stage 03 allocates pages that must be there (a panic otherwise): ask first.
 * The margin is for other CPUs that ask at the same time.
 */
bool kvm_have_pages(void)
{
	return frames_free_count() >= KVM_PAGES_SPARE;
}

static u64 ept_rights(u32 prot)
{
	/* Readable always: a page that is not cannot be writable, either. */
	return EPT_READ | EPT_WB | (prot & PROT_W ? EPT_WRITE : 0) |
	       (prot & PROT_X ? EPT_EXEC : 0);
}

/* Is there a table where a page of that size would have to stand? */
static bool has_table(const struct ept *e, u64 gpa, u64 size)
{
	struct ept_walk w = ept_walk(e, (gpa_t){ gpa });

	return w.size < size;
}

int kvm_arch_map(struct kvm *kvm, u64 gfn, hpa_t hpa, u64 size, u32 prot)
{
	struct ept *e = &kvm->arch.vm.ept;
	u64 gpa = gfn * PAGE_SIZE, step = size;

	if (!kvm_have_pages())
		return -ENOMEM;
	if (size > PAGE_SIZE && has_table(e, gpa, size))
		step = PAGE_SIZE; /* a large page would free that table */
	for (u64 at = 0; at < size; at += step) {
		int err =
			ept_map(e, (gpa_t){ gpa + at }, (hpa_t){ hpa.v + at },
		                step, ept_rights(prot));

		if (err)
			return err;
	}
	return 0;
}

void kvm_arch_unmap(struct kvm *kvm, u64 gfn, u64 npages)
{
	ept_protect(&kvm->arch.vm.ept, (gpa_t){ gfn * PAGE_SIZE },
	            npages * PAGE_SIZE, EPT_RWX);
}

void kvm_arch_write_protect(struct kvm *kvm, u64 gfn, u64 npages)
{
	ept_protect(&kvm->arch.vm.ept, (gpa_t){ gfn * PAGE_SIZE },
	            npages * PAGE_SIZE, EPT_WRITE);
}

/*
 * Each vCPU invalidates before its next entry.  One that is in its guest now
 * is thrown out; we wait until it has left, as the memory may be given to
 * somebody else next.  (It needs no lock of ours to leave: B17.)
 */
void kvm_arch_flush_tlb(struct kvm *kvm)
{
	u32 n = __atomic_load_n(&kvm->nr_vcpus, __ATOMIC_ACQUIRE);

	for (u32 i = 0; i < n; i++) {
		kvm_make_request(kvm->vcpu[i], KVM_REQ_TLB_FLUSH);
		kvm_vcpu_kick(kvm->vcpu[i]);
	}
	for (u32 i = 0; i < n; i++)
		while (kvm->vcpu[i]->mode == IN_GUEST_MODE &&
		       kvm->vcpu[i]->requests & KVM_REQ_TLB_FLUSH)
			arch_relax();
}
