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

static struct bus {
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

/*
 * Each of these is the last thing that bus_access does, by a jump: so it need
 * not save registers for any of them.
 */
#define BUS_NEXT __attribute__((noinline))

/* Sizes that C has no type for; and more than 8 bytes, which nobody takes. */
static BUS_NEXT bool bus_access_odd(const struct bus_device *d, u64 offset,
                                    u8 *data, unsigned size, bool write)
{
	u64 value = 0;

	if (size > 8)
		return false;
	if (write) {
		memcpy(&value, data, size);
		d->write(d->ctx, offset, size, value);
	} else {
		value = d->read(d->ctx, offset, size);
		memcpy(data, &value, size);
	}
	return true;
}

/* Little endian, both. */
static BUS_NEXT bool bus_read(const struct bus_device *d, u64 offset, u8 *data,
                              unsigned size)
{
	u64 value = d->read(d->ctx, offset, size);

	if (size == 1)
		*data = (u8)value;
	else if (size == 2)
		*(bus_u16 *)data = (u16)value;
	else if (size == 4)
		*(bus_u32 *)data = (u32)value;
	else
		*(bus_u64 *)data = value;
	return true;
}

static bool bus_write(const struct bus_device *d, u64 offset, const u8 *data,
                      unsigned size)
{
	u64 value = size == 1 ? *data :
	            size == 2 ? *(const bus_u16 *)data :
	            size == 4 ? *(const bus_u32 *)data :
	                        *(const bus_u64 *)data;

	d->write(d->ctx, offset, size, value);
	return true;
}

static inline bool bus_reach(const struct bus_device *d, u64 offset, u8 *data,
                             unsigned size, bool write)
{
	if (size > 8 || size & (size - 1))
		return bus_access_odd(d, offset, data, size, write);
	return write ? bus_write(d, offset, data, size) :
	               bus_read(d, offset, data, size);
}

/* anchor: access */
static BUS_NEXT bool bus_search(struct bus *b, u64 address, u8 *data,
                                unsigned size, bool write)
{
	for (unsigned i = 0; i < b->count; i++) {
		const struct bus_device *d = b->device[i];

		if (!bus_holds(d, address, size))
			continue;
		b->last = d;
		return bus_reach(d, address - d->base, data, size, write);
	}
	if (!write && size <= 8)
		memset(data, 0xff, size);
	return false;
}

bool bus_access(enum bus_space space, u64 address, u8 *data, unsigned size,
                bool write)
{
	struct bus *b = &bus[space];
	const struct bus_device *d = b->last;

	if (!d || !bus_holds(d, address, size))
		return bus_search(b, address, data, size, write);
	return bus_reach(d, address - d->base, data, size, write);
}
/* end: access */
