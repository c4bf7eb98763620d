/*
 * twins.h - little random guests, each a few instructions long: the same number
 * makes the same guest, and what becomes of it is one line.  On two KVMs the
 * lines must be equal.
 */
#pragma once

#include <linux/kvm.h>

#include "05-full/user/user.h"

#define TWINS_MEMORY (2 * MiB) /* at guest-physical 0; beyond it are devices */
#define TWINS_EXITS 16         /* after so many a guest is given up */

struct twins {
	u64 random;
	int kvm, vm, vcpu;
	struct kvm_run *run;
	u8 *memory;
	bool verbose;
};

/* twins_below - a random number less than n. */
u64 twins_below(struct twins *t, u64 n);

/* twins_edgy - a random number, often at an edge of something. */
u64 twins_edgy(struct twins *t);

/* twins_hash - n bytes more into a 64-bit FNV-1a hash; begin with 0. */
u64 twins_hash(u64 hash, const void *data, size_t n);

/* The seam: make the machine's vCPU; it said why if it could not. */
bool twins_arch_begin(struct twins *t);

/* The seam: the next guest: its memory and registers; prints what it is. */
void twins_arch_guest(struct twins *t);

/* The seam: answer an exit and print it; false: it was the guest's last. */
bool twins_arch_exit(struct twins *t);

/* The seam: print what the guest's registers and memory are now. */
void twins_arch_state(struct twins *t);
