/*
 * bus.h - which device answers at which port or guest-physical address.
 */
#pragma once

#include "lib/types.h"

enum bus_space { BUS_PORTS, BUS_MEMORY };

struct bus_device {
	const char *name;
	u64 base, size;
	void *ctx;
	u64 (*read)(void *ctx, u64 offset, unsigned size);
	void (*write)(void *ctx, u64 offset, unsigned size, u64 value);
};

/* bus_add - the device must stay; the bus is full after 16 of a space. */
void bus_add(enum bus_space space, const struct bus_device *d);

/*
 * bus_access - size bytes (1 to 8) at address, to or from data.  Where no
 * device is, reads give all ones and writes go nowhere, as on a PC's bus;
 * then it returns false.
 */
bool bus_access(enum bus_space space, u64 address, u8 *data, unsigned size,
                bool write);
