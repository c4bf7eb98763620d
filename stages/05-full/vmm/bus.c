/*
 * bus.c - the way from an address to a device.
 */
#include "05-full/vmm/bus.h"

#include "lib/string.h"

#define MAX_DEVICES 16

/* Words where they happen to lie. */
typedef u16 __attribute__((may_alias, aligned(1))) bus_u16;
typedef u32 __attribute__((may_alias, aligned(1))) bus_u32;
typedef u64 __attribute__((may_alias, aligned(1))) bus_u64;

static struct {
	const struct bus_device *device[MAX_DEVICES];
	unsigned count;
	const struct bus_device
		*last; /* the next access is often there, too */
} bus[2];

void bus_add(enum bus_space space, const struct bus_device *d)
{
	if (bus[space].count < MAX_DEVICES)
		bus[space].device[bus[space].count++] = d;
}

static bool bus_holds(const struct bus_device *d, u64 address, unsigned size)
{
	return address - d->base < d->size &&
	       size <= d->size - (address - d->base);
}

static const struct bus_device *bus_device_at(enum bus_space space,
                                              u64 address, unsigned size)
{
	if (bus[space].last && bus_holds(bus[space].last, address, size))
		return bus[space].last;
	for (unsigned i = 0; i < bus[space].count; i++)
		if (bus_holds(bus[space].device[i], address, size))
			return bus[space].last = bus[space].device[i];
	return NULL;
}

/* Little endian, both; the usual sizes without a loop. */
static u64 bus_get(const u8 *data, unsigned size)
{
	u64 value = 0;

	switch (size) {
	case 1:
		return *data;
	case 2:
		return *(const bus_u16 *)data;
	case 4:
		return *(const bus_u32 *)data;
	case 8:
		return *(const bus_u64 *)data;
	}
	memcpy(&value, data, size);
	return value;
}

static void bus_put(u8 *data, unsigned size, u64 value)
{
	switch (size) {
	case 1:
		*data = (u8)value;
		return;
	case 2:
		*(bus_u16 *)data = (u16)value;
		return;
	case 4:
		*(bus_u32 *)data = (u32)value;
		return;
	case 8:
		*(bus_u64 *)data = value;
		return;
	}
	memcpy(data, &value, size);
}

bool bus_access(enum bus_space space, u64 address, u8 *data, unsigned size,
                bool write)
{
	const struct bus_device *d = bus_device_at(space, address, size);

	if (size > 8)
		return false;
	if (!d) {
		if (!write)
			memset(data, 0xff, size);
		return false;
	}
	if (write)
		d->write(d->ctx, address - d->base, size, bus_get(data, size));
	else
		bus_put(data, size, d->read(d->ctx, address - d->base, size));
	return true;
}
