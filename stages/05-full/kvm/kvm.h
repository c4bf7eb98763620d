/*
 * kvm.h - a virtual machine, a virtual CPU, and the functions between the
 * neutral half of KVM and the architecture's (kvm_arch_*).
 *
 *   dev.c       /dev/kvm: system ioctls       vm.c        a VM's ioctls
 *   vcpu.c      a vCPU's file (B1-B6, B22)    run.c       the run loop (B7-B21)
 *   memslots.c  guest memory: its slots       mmu.c       faults, dirty log
 *   stat.c      trace ring and counts
 */
#pragma once

#include <linux/kvm.h>

#include "05-full/host/arch.h"
#include "05-full/host/file.h"
#include "05-full/host/mm.h"
#include "05-full/host/time.h"
#include "kvm_arch.h" /* struct kvm_arch, struct kvm_vcpu_arch */
#include "lib/errno.h"

#define RUN_ORDER 2 /* KVM_RUN_PAGES (kvm_arch.h) fit into 2^RUN_ORDER */
#define KVM_SLOTS 32
#define KVM_VCPUS 8

/* A piece of guest memory: gpa and the VMM's address of the same page. */
struct kvm_memslot {
	u64 base_gfn, npages; /* npages 0: free */
	u64 userspace_addr;
	u32 flags;  /* KVM_MEM_LOG_DIRTY_PAGES, KVM_MEM_READONLY */
	u64 *dirty; /* a bit per page */
	u32 id;
};

struct kvm {
	struct kvm_arch
		arch;      /* contains the earlier stage's struct vm, first */
	volatile u32 refs; /* the VM's file, and one for each vCPU's */
	struct mm *mm;     /* of the process that made it (B2) */
	struct mutex lock;
	struct spinlock mmu_lock;           /* interrupts off */
	struct kvm_memslot slot[KVM_SLOTS]; /* changed under both locks */
	u32 top_slot; /* one more than the highest that is in use */
	/* Counts invalidations: a fault that raced with one starts again. */
	volatile u64 mmu_seq;
	struct mm_notifier notifier;
	struct kvm_vcpu *vcpu[KVM_VCPUS]; /* in order of creation */
	u32 nr_vcpus;
};

/* vcpu.mode (B16): tells a kicker whether an interrupt is needed. */
enum { OUTSIDE_GUEST_MODE, IN_GUEST_MODE, EXITING_GUEST_MODE };

/* vcpu.requests: asked by any CPU, seen before the next entry (B15). */
#define KVM_REQ_TLB_FLUSH BIT(0)
#define KVM_REQ_IRQ BIT(1)   /* look at the interrupt controller */
#define KVM_REQ_SLEEP BIT(2) /* powered off or paused (B13) */
#define KVM_REQ_ARCH(n) BIT(8 + (n))

struct kvm_vcpu {
	struct kvm_vcpu_arch arch; /* the earlier stage's struct vcpu, first */
	struct kvm *kvm;
	struct kvm_run *run; /* KVM_RUN_PAGES, shared with the VMM (B1) */
	struct mutex mutex;
	u32 id;    /* as in KVM_CREATE_VCPU */
	u32 index; /* in kvm->vcpu[] */
	int cpu;   /* loaded there, or -1 */
	volatile u32 mode;
	volatile u32 requests;
	struct thread *thread; /* the last that ran it (B6) */
	struct preempt_notifier notifier;
	struct wait_queue wq; /* HLT, WFI, powered off */
	bool has_file;        /* the VMM has got one */
	bool ran;             /* the first-run initialization is done (B7) */
	bool sigmask_set;
	u64 sigmask; /* KVM_SET_SIGNAL_MASK (B9) */
	u32 guest_debug;
	struct kvm_stat *stat;
	/* Of the last exit, for an architecture that must note them. */
	u32 exit_reason;
	u64 exit_pc;
};

/* --- neutral ------------------------------------------------------------- */
void kvm_init(void); /* registers /dev/kvm; every CPU has been made ready */
/* kvm_vcpu_kick - make it look at requests and signals: wake or interrupt. */
void kvm_vcpu_kick(struct kvm_vcpu *v);
void kvm_make_request(struct kvm_vcpu *v, u32 request); /* without a kick */
void kvm_clear_request(struct kvm_vcpu *v, u32 request);
/* kvm_vcpu_block - sleep until runnable (HLT, WFI); 0 or -EINTR. */
int kvm_vcpu_block(struct kvm_vcpu *v);

/* The neutral files among themselves. */
s64 kvm_check_extension(struct kvm *kvm, u64 cap);
s64 kvm_create_vm(u64 type);
struct kvm *kvm_get(struct kvm *kvm);
void kvm_put(struct kvm *kvm);
/* kvm_install - a new file of the VM; takes over the reference to it. */
s64 kvm_install(const struct file_ops *ops, void *private, struct kvm *kvm);
extern const struct file_ops kvm_vcpu_ops;
struct kvm_vcpu *kvm_vcpu_alloc(struct kvm *kvm, u32 id);
void kvm_vcpu_free(struct kvm_vcpu *v);
s64 kvm_vcpu_ioctl_run(struct kvm_vcpu *v, u64 arg);

/* Slots: kvm->lock held. */
int kvm_set_memory_region(struct kvm *kvm,
                          const struct kvm_userspace_memory_region *m);
int kvm_get_dirty_log(struct kvm *kvm, u32 id, u64 user);
void kvm_free_slots(struct kvm *kvm);
void kvm_mmu_invalidate(struct mm_notifier *n, u64 start, u64 end);

/*
 * Guest memory, by guest frame number.  kvm_find_slot gives a copy: slots may
 * change at any time; who then maps something compares kvm->mmu_seq, read
 * before, under mmu_lock.
 */
bool kvm_find_slot(struct kvm *kvm, u64 gfn, struct kvm_memslot *copy);
/* From and to guest memory; the VMM is current.  0; -EFAULT: no such slot, or
 * it is read-only. */
int kvm_read_guest(struct kvm *kvm, u64 gpa, void *to, u64 size);
int kvm_write_guest(struct kvm *kvm, u64 gpa, const void *from, u64 size);
/*
 * kvm_guest_fault - the guest touched a gpa that is not mapped, or not for
 * that.  1: mapped, go on; 0: no memory there, MMIO; -errno.
 */
int kvm_guest_fault(struct kvm_vcpu *v, u64 gpa, bool write, bool exec);
void kvm_mark_dirty(struct kvm *kvm, u64 gfn);

/* --- the architecture ---------------------------------------------------- */
int kvm_arch_cpu_init(void); /* on each CPU at boot: VMXON */
int kvm_arch_check_extension(struct kvm *kvm, u64 cap); /* kvm NULL: system */
s64 kvm_arch_dev_ioctl(u32 request, u64 arg);
int kvm_arch_vm_init(struct kvm *kvm, u64 type);
void kvm_arch_vm_destroy(struct kvm *kvm); /* after the vCPUs' */
s64 kvm_arch_vm_ioctl(struct kvm *kvm, u32 request, u64 arg);
/* Before KVM_CREATE_VCPU: 0, or why not (-EBUSY, ...). */
int kvm_arch_vcpu_precreate(struct kvm *kvm, u32 id);
int kvm_arch_vcpu_init(struct kvm_vcpu *v);
void kvm_arch_vcpu_destroy(struct kvm_vcpu *v); /* also after a failed init */
void kvm_arch_vcpu_load(struct kvm_vcpu *v);    /* interrupts off */
void kvm_arch_vcpu_put(struct kvm_vcpu *v);
/* Before the vCPU's mutex is taken (B3): KVM_INTERRUPT; -ENOIOCTLCMD: not this. */
s64 kvm_arch_vcpu_async_ioctl(struct kvm_vcpu *v, u32 request, u64 arg);
s64 kvm_arch_vcpu_ioctl(struct kvm_vcpu *v, u32 request, u64 arg);

/* The name of an exit reason (v->exit_reason), or NULL. */
const char *kvm_arch_exit_name(u32 reason);

/* --- the run loop's seams, in the order of their calls (run.c) ------------- */
bool kvm_arch_vcpu_initialized(struct kvm_vcpu *v); /* B7: else -ENOEXEC */
int kvm_arch_first_run(struct kvm_vcpu *v);         /* B7 */
int kvm_arch_complete_exit(struct kvm_vcpu *v); /* B8: 1 go on, 0 VMM, <0 */
/* B12: clears the bits that it served; 1 go on, 0 VMM, <0.  It leaves
 * KVM_REQ_SLEEP: run.c then sleeps (B13) until kvm_arch_runnable. */
int kvm_arch_requests(struct kvm_vcpu *v);
bool kvm_arch_runnable(struct kvm_vcpu *v); /* B13 */
/*
 * These are in kvm_arch_run.h, because some are worth having inline:
 *
 * void kvm_arch_flush(v)      B14: timer, interrupt controller
 * bool kvm_arch_entry_ok(v)   B15: interrupts off
 * void kvm_arch_enter(v)      B16, B17, fast exits
 * void kvm_arch_sync(v)       B20
 * int kvm_arch_handle_exit(v) B21: 1 go on, 0 VMM, <0
 * for the trace (B16, B19):
 * u64 kvm_arch_ticks(void)         as arch_ticks, or nearly
 * u32 kvm_arch_exit_reason(v)      the architecture's number, below 128
 * u64 kvm_arch_exit_pc(v)
 */
void kvm_arch_leave(struct kvm_vcpu *v); /* B22: kvm_run, for the VMM */

/* Is a new or moved slot possible?  0 or -errno. */
int kvm_arch_check_slot(struct kvm *kvm, const struct kvm_memslot *s);

/* --- guest translations --------------------------------------------------- */
/* Map; flags: PROT_.  Called with mmu_lock.  0 or -ENOMEM. */
int kvm_arch_map(struct kvm *kvm, u64 gfn, hpa_t hpa, u64 size, u32 prot);
/* These two with mmu_lock; what CPUs cached may stay until kvm_arch_flush_tlb. */
void kvm_arch_unmap(struct kvm *kvm, u64 gfn, u64 npages);
void kvm_arch_write_protect(struct kvm *kvm, u64 gfn, u64 npages);
/* Forget what CPUs cached of the VM's translations; at the end of a batch. */
void kvm_arch_flush_tlb(struct kvm *kvm);
