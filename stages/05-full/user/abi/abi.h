/*
 * abi.h - the table test of KVM's ABI: what each call answers.
 *
 * abi.def and each architecture's abi_arch.def hold the calls.  On Linux their
 * answers are the reference; ours must be the same, line by line.
 */
#pragma once

#include <linux/kvm.h>

#include "05-full/user/thread.h"
#include "05-full/user/user.h"

#define ABI_MEMORY (4 * MiB) /* slot 0 of the machine */

struct abi {
	int kvm, vm, vcpu;     /* what most calls are about */
	int spare, spare_vcpu; /* a second machine, for what changes it */
	int device;
	struct kvm_run *run;
	u8 *memory; /* ABI_MEMORY bytes, 2 MiB aligned */
	u64 base;   /* where slot 0 is, guest-physical */
};

/* abi_show - print a line: the number, or the error's name. */
void abi_show(const char *name, long answer);

/* abi_ok - the same, but success is "ok": the number may be any. */
void abi_ok(const char *name, long answer);

/* abi_keep - abi_ok, and returns the answer (a file descriptor). */
int abi_keep(const char *name, long answer);

/* abi_foreign - the ioctl's answer to another process (a fork of this one). */
long abi_foreign(int fd, unsigned long request, unsigned long arg);

/* abi_run - KVM_RUN; the exit reason, or -errno. */
long abi_run(struct abi *t);

/* abi_run_with_signal - KVM_RUN while a signal is pending that its mask lets in. */
long abi_run_with_signal(struct abi *t);

/* abi_signal_mask - KVM_SET_SIGNAL_MASK with a mask of len bytes. */
long abi_signal_mask(int vcpu, u32 len);

/* abi_vcpu_without_descriptor - KVM_CREATE_VCPU when all are in use. */
long abi_vcpu_without_descriptor(int vm, u32 id);

/* abi_slot - KVM_SET_USER_MEMORY_REGION. */
long abi_slot(int vm, u32 slot, u32 flags, u64 gpa, u64 size, const void *at);

/* abi_dirty - KVM_GET_DIRTY_LOG; 1 if some page is dirty, 0, or -errno. */
long abi_dirty(int vm, u32 slot);

/* abi_prepare - the seam: make the vCPU ready to run, and guest code. */
void abi_prepare(struct abi *t);

/* abi_arch - the seam: this architecture's calls. */
void abi_arch(struct abi *t);

#define ABI_BAD_POINTER 0x10ul
