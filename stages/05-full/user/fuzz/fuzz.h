/*
 * fuzz.h - a random walk through KVM's ioctls.
 */
#pragma once

#include <linux/kvm.h>

#include "05-full/user/thread.h"
#include "05-full/user/user.h"

#define FUZZ_ERRNOS 134
#define FUZZ_FDS 24
#define FUZZ_MEMORY (2 * MiB)

struct fuzz {
	u64 random;
	int kvm;
	int fd[FUZZ_FDS]; /* machines, vCPUs, devices; -1: none */
	u8 *memory;       /* for slots */
	u8 *arg; /* what pointers point to: two pages, one is a hole */
	struct kvm_run *run[FUZZ_FDS];
};

/* fuzz_begin - false (and it said why) if there is no KVM. */
bool fuzz_begin(struct fuzz *f, u64 seed);

/* fuzz_step - one call; its answer. */
long fuzz_step(struct fuzz *f);

struct fuzz_call {
	unsigned long request;
	bool number; /* the argument is a number, not a pointer */
};

/* fuzz_below - a random number less than n. */
u64 fuzz_below(struct fuzz *f, u64 n);

/* The seam: make the argument of this call plausible, where that is rare. */
void fuzz_plausible(struct fuzz *f, unsigned long request);

/* The seam: the ioctls of this architecture. */
extern const struct fuzz_call fuzz_calls[];
extern const unsigned fuzz_call_count;
