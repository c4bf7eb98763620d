/*
 * devices.h - the devices that a machine can be given.
 */
#pragma once

#include "05-full/vmm/vmm.h"

/* testdev_add - for small guests; port 0: only the memory page. */
void testdev_add(struct vmm *vm, u64 port, u64 page);
