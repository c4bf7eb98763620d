/*
 * kvm_arch.h - what KVM on x86 adds to a VM and a vCPU.
 */
#pragma once

#include "03-entry-exit/vcpu.h"

struct kvm_arch {
	struct vm vm; /* first: the earlier stages' part */
};

struct kvm_vcpu_arch {
	struct vcpu v; /* first */
};
