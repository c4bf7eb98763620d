/*
 * bus.c - the way from an address to a device.
 */
#include "05-full/vmm/bus.h"

#include "lib/string.h"

#define MAX_DEVICES 16

static struct {
	const struct bus_device *device[MAX_DEVICES];
	unsigned count;
} bus[2];

void bus_add(enum bus_space space, const struct bus_device *d)
{
	if (bus[space].count < MAX_DEVICES)
		bus[space].device[bus[space].count++] = d;
}

static const struct bus_device *bus_device_at(enum bus_space space,
                                              u64 address, unsigned size)
{
	for (unsigned i = 0; i < bus[space].count; i++) {
		const struct bus_device *d = bus[space].device[i];

		if (address >= d->base && address - d->base < d->size &&
		    size <= d->size - (address - d->base))
			return d;
	}
	return NULL;
}

bool bus_access(enum bus_space space, u64 address, u8 *data, unsigned size,
                bool write)
{
	const struct bus_device *d = bus_device_at(space, address, size);
	u64 value = 0;

	if (size > sizeof(value))
		return false;
	if (!d) {
		if (!write)
			memset(data, 0xff, size);
		return false;
	}
	if (write) {
		memcpy(&value, data, size); /* little endian, both */
		d->write(d->ctx, address - d->base, size, value);
	} else {
		value = d->read(d->ctx, address - d->base, size);
		memcpy(data, &value, size);
	}
	return true;
}
