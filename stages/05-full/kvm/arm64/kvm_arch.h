/*
 * kvm_arch.h - what the neutral half of KVM must know of arm64.
 *
 * Stage 04's struct vm and struct vcpu come first: a handler of stage 04's
 * kind gets a struct vcpu, and finds KVM's around it (to_kvm_vcpu in arm.h).
 */
#pragma once

#include "04-arm64-el2/vcpu.h"
#include "05-full/host/time.h"
#include "05-full/kvm/arm64/vgic.h"

/* The guest's timers. */
enum { VTIMER, PTIMER, NR_TIMERS };

/* What PSCI CPU_ON says of where to begin. */
struct kvm_reset {
	bool wanted;
	u64 pc, x0;
};

struct kvm_vcpu_arch {
	struct vcpu cpu;
	u64 code;   /* how guest_enter came back (enum exit_code) */
	u32 todo;   /* TODO_ bits (arm.h) */
	int result; /* what an exit handler returns to KVM_RUN */
	bool initialized;
	u32 features;      /* of KVM_ARM_VCPU_INIT, a bit each */
	u32 psci;          /* version that the guest sees */
	volatile bool off; /* by PSCI, or KVM_SET_MP_STATE */
	bool wfi;          /* asleep until an interrupt */
	bool mmio;         /* the VMM is playing a device (B8) */
	struct kvm_reset reset;
	struct ktimer alarm; /* wakes a sleeping vCPU for its timers */
	struct vgic_cpu vgic;
	u64 spsr32[4]; /* of the AArch32 modes: kept, not used */
	struct debug_state vmm_debug; /* breakpoints that the VMM has set */
};

struct kvm_arch {
	struct vm vm;
	struct vgic vgic;
	u64 cntvoff; /* the VM's time began then */
	u32 ipa_bits;
	u32 target;                 /* of the first KVM_ARM_VCPU_INIT */
	bool nisv_to_vmm;           /* KVM_CAP_ARM_NISV_TO_USER */
	bool ran;                   /* some vCPU has */
	struct spinlock power_lock; /* PSCI CPU_ON: one at a time */
};

/* The VMM maps: kvm_run, and the page of the coalesced ring. */
#define KVM_RUN_PAGES 2
