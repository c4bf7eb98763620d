/*
 * isolate.h - what the isolation test does to its host.
 */
#pragma once

#include <linux/kvm.h>

#include "05-full/user/thread.h"
#include "05-full/user/user.h"

#define ISOLATE_MEMORY (2 * MiB)
#define ISOLATE_CODE 0x1000 /* offset in memory of a loop without end */

struct isolate_vm {
	int kvm, vm, vcpu[2];
	struct kvm_run *run[2];
	u8 *memory;
};

/* isolate_make - a machine with two vCPUs that will loop; ends on failure. */
void isolate_make(struct isolate_vm *m);

/* isolate_start - run both vCPUs, each in a thread, and give them a while. */
void isolate_start(struct isolate_vm *m);

/* isolate_wait - sleep so many milliseconds. */
void isolate_wait(u64 ms);

/* The seam: guest code that touches memory for ever, and its registers. */
void isolate_arch(struct isolate_vm *m, int vcpu);

/* Has a guest's exit changed what a program can see?  The seam again. */
bool isolate_left_over(void);

void isolate_kernel_pointers(void);
void isolate_unmap_running(void);
void isolate_close_running(void);
void isolate_slots_running(void);
void isolate_many_machines(void);
void isolate_thread_bomb(void);
void isolate_fork_bomb(void);
void isolate_die_running(void);
