/*
 * testdev.c - the device that small guests talk to.
 */
#include "05-full/vmm/testdev.h"

#include "05-full/vmm/bus.h"
#include "05-full/vmm/console.h"
#include "05-full/vmm/devices.h"
#include "05-full/vmm/vmm.h"

static struct testdev {
	struct vmm *vm;
	const char *arg;
	u8 bytes[16];
	u8 fifo[TESTDEV_FIFO_SIZE];
	unsigned head, tail; /* free-running */
} testdev;

static u64 fifo_get(struct testdev *t, unsigned size)
{
	u64 value = 0;

	for (unsigned i = 0; i < size && t->tail != t->head; i++)
		value |= (u64)t->fifo[t->tail++ % TESTDEV_FIFO_SIZE] << i * 8;
	return value;
}

static void fifo_put(struct testdev *t, unsigned size, u64 value)
{
	for (unsigned i = 0; i < size; i++, value >>= 8)
		if (t->head - t->tail < TESTDEV_FIFO_SIZE)
			t->fifo[t->head++ % TESTDEV_FIFO_SIZE] = (u8)value;
}

static u64 testdev_read(void *ctx, u64 offset, unsigned size)
{
	struct testdev *t = ctx;
	u64 value = 0;

	if (offset == TESTDEV_ARG)
		return *t->arg ? (u8)*t->arg++ : 0;
	if (offset == TESTDEV_FIFO)
		return fifo_get(t, size);
	if (offset >= TESTDEV_BYTES && offset + size <= TESTDEV_BYTES + 16)
		memcpy(&value, t->bytes + offset - TESTDEV_BYTES, size);
	return value;
}

static void testdev_write(void *ctx, u64 offset, unsigned size, u64 value)
{
	struct testdev *t = ctx;

	if (offset == TESTDEV_NOP)
		return;
	if (offset == TESTDEV_PUTC)
		vmm_console_put((u8)value);
	else if (offset == TESTDEV_EXIT)
		vmm_end(t->vm, (int)(value & 0xff),
		        "the guest ended with status %u",
		        (unsigned)(value & 0xff));
	else if (offset == TESTDEV_FIFO)
		fifo_put(t, size, value);
	else if (offset >= TESTDEV_BYTES &&
	         offset + size <= TESTDEV_BYTES + 16)
		memcpy(t->bytes + offset - TESTDEV_BYTES, &value, size);
}

void testdev_add(struct vmm *vm, u64 port, u64 page)
{
	static struct bus_device ports = {
		.name = "test device",
		.size = TESTDEV_PORTS,
		.ctx = &testdev,
		.read = testdev_read,
		.write = testdev_write,
	};
	static struct bus_device memory;

	testdev.vm = vm;
	testdev.arg = vm->opt->append ? vm->opt->append : "";
	ports.base = port;
	memory = ports;
	memory.base = page;
	memory.size = PAGE_SIZE;
	if (port)
		bus_add(BUS_PORTS, &ports);
	bus_add(BUS_MEMORY, &memory);
}
