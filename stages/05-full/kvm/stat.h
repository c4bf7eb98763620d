/*
 * stat.h - what a VMM can ask about a vCPU's exits: two ioctls of its file
 * beyond those of Linux (which answers -EINVAL: no --stat there).
 *
 * Usable by the VMM: needs only <linux/kvm.h>.
 */
#pragma once

#include <linux/kvm.h>

/*
 * KVM_GET_EXIT_STAT - one reason to exit.  index: 0 and up; -ENOENT beyond the
 * last one.  The name is empty for a number that stands for nothing, and
 * count is 0 for what never happened.  -EFAULT: bad pointer.
 */
struct kvm_exit_stat {
	__u32 index; /* in */
	__u32 pad;
	__u64 count;
	__u64 ticks; /* from these exits to the next entries, VMM included */
	char name[32];
};

/*
 * KVM_GET_EXIT_TRACE - one of the latest exits.  back: 0 the last, 1 the one
 * before; -ENOENT: not kept any more, or there were not so many.
 */
struct kvm_exit_trace {
	__u32 back; /* in */
	__u32 reason;
	__u64 entered, left; /* ticks: when the guest ran */
	__u64 pc;
	char name[32];
};

/* KVM_GET_VCPU_TIMES - totals, in ticks (TSC, CNTVCT) and their rate. */
struct kvm_vcpu_times {
	__u64 entries;
	__u64 guest_ticks; /* from entries to exits */
	__u64 host_ticks;  /* from exits to entries */
	__u64 hz;
	__u64 threads; /* how often another thread began to run it (B6) */
};

#define KVM_STAT_FIRST 0xf8
#define KVM_GET_EXIT_STAT _IOWR(KVMIO, 0xf8, struct kvm_exit_stat)
#define KVM_GET_EXIT_TRACE _IOWR(KVMIO, 0xf9, struct kvm_exit_trace)
#define KVM_GET_VCPU_TIMES _IOR(KVMIO, 0xfa, struct kvm_vcpu_times)
