/*
 * memory.h - a guest's memory, mapped on demand.
 */
#pragma once

#include "04-arm64-el2/vcpu.h"

/*
 * vm_create - a VM with ram_size bytes (a power of two, pages) at GUEST_RAM,
 * that begin with the program image.  Nothing is mapped yet.
 */
void vm_create(struct vm *vm, const char *name, const void *image,
               size_t image_size, u64 ram_size);

/* vm_destroy - the reverse; none of its vCPUs may be loaded. */
void vm_destroy(struct vm *vm);

/* Where guests have their memory; on purpose where the host has none. */
#define GUEST_RAM 0x80000000ull

/* vm_memory - guest memory at [ipa, ipa + size), or NULL if it is not all. */
void *vm_memory(const struct vm *vm, u64 ipa, u64 size);
