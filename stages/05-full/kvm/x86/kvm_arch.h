/*
 * kvm_arch.h - what KVM on x86 adds to a VM and a vCPU.
 *
 * Both begin with the struct of stage 03, so that its functions work on them:
 * a handler's struct vcpu is the first member of a struct kvm_vcpu.
 */
#pragma once

#include "03-entry-exit/vcpu.h"
#include "05-full/host/time.h"
#include "05-full/kvm/x86/emulate.h"
#include "05-full/kvm/x86/guest_cpuid.h"
#include "05-full/kvm/x86/tsc.h"
#include "05-full/kvm/x86/vpid.h"
#include "lib/spinlock.h"

struct irqchip;
struct lapic;
struct kvm_vcpu;

struct kvm_arch {
	struct vm vm;            /* first */
	struct irqchip *irqchip; /* NULL: interrupts are the VMM's */
	u64 tss_addr, identity_map_addr;
	u32 boot_cpu_id;        /* the vCPU that runs after a reset */
	void *apic_access_page; /* with APICv */
	u64 ticks_per_ns;       /* of the TSC, times 2^32 */
	u64 clock_offset;       /* of KVM_GET_CLOCK to the host's clock */
	struct spinlock tsc_lock;
	struct guest_tsc tsc;
};

/* MSRs that we only keep for the guest (msr.c). */
#define STORED_MSRS 48

/* What a KVM_RUN has to finish before the guest goes on (B8). */
typedef int (*complete_fn)(struct kvm_vcpu *v);

/* The part of an I/O instruction that waits for the VMM. */
struct pio_wait {
	u16 port;
	u8 size;
	bool in, rep;
	u32 count;
	u64 gva, mask; /* of string instructions: operand, address width */
	u64 rip;       /* where the instruction stood */
	u8 length;     /* its bytes */
};

struct kvm_vcpu_arch {
	struct vcpu vcpu;    /* first */
	struct lapic *lapic; /* NULL without irqchip */
	u32 mp_state;        /* KVM_MP_STATE_ */

	struct guest_cpuid cpuid;
	u64 apic_base;
	u64 stored_msr[STORED_MSRS];

	enum vmx_result entry; /* how the last entry ended */
	int result;            /* of KVM_RUN, if a handler leaves */
	complete_fn complete;
	struct pio_wait pio;
	struct emulation emulation;

	int queued_irq;      /* KVM_INTERRUPT, or NO_VECTOR */
	bool from_pic;       /* whose the interrupt is that was offered */
	struct vpid vpid;    /* on the CPU where it is loaded */
	u64 host_fs_base;    /* what HOST_FS_BASE holds */
	u64 timer_until;     /* host TSC: what it was set for */
	bool timer_stale;    /* the preemption timer is to be set anew */
	u64 timer_per_ns;    /* its ticks per ns times 2^32; 0: no timer */
	struct ktimer alarm; /* the LAPIC's timer */
	u32 held;            /* of the guest's state, in the CPU (lazy.h) */
	u64 dr[4], dr7;      /* the guest's, while the VMM debugs it */
	bool debug_active;
};

/* The VMM maps: kvm_run, the data of I/O exits, the coalesced ring. */
#define KVM_RUN_PAGES 3

/* A seam of the run loop that has nothing to do on x86 (kvm.h). */
static inline bool kvm_arch_vcpu_initialized(struct kvm_vcpu *v)
{
	(void)v;
	return true; /* a vCPU of x86 is one from the beginning */
}
