/*
 * devices.h - the devices that a machine can be given.
 */
#pragma once

#include "05-full/vmm/uart16550.h"
#include "05-full/vmm/vmm.h"

/* testdev_add - for small guests; port 0: only the memory page. */
void testdev_add(struct vmm *vm, u64 port, u64 page);

/* serial_add - a 16550 at a port or an address, with its interrupt line. */
void serial_add(struct vmm *vm, bool ports, u64 base, u32 line);

/* serial_listen - from now on, what is typed goes to the guest. */
void serial_listen(void);

/*
 * serial_ring - an interrupt without a cause.  Returns how often the guest
 * has used the port; a guest that takes interrupts uses it again, to see.
 */
u64 serial_ring(void);
u64 serial_uses(void);

/* serial_state - for saving and restoring. */
struct uart16550 *serial_state(void);
