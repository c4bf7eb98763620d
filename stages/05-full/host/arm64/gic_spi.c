/*
 * gic_spi.c - shared peripheral interrupts (IHI 0069, 12.9): of devices that
 * belong to no CPU.  All go to CPU 0.
 */
#include "04-arm64-el2/gicv3.h"
#include "04-arm64-el2/machine.h"
#include "05-full/host/arm64/arm64.h"
#include "lib/panic.h"

#define GICD_IGROUPR 0x0080
#define GICD_ISENABLER 0x0100
#define GICD_IPRIORITYR 0x0400
#define GICD_IROUTER 0x6000

#define INTIDS 128

static void (*handlers[INTIDS])(void);

static void handle_shared(unsigned intid)
{
	if (intid >= INTIDS || !handlers[intid])
		panic("interrupt %u, which nobody asked for", intid);
	handlers[intid]();
}

static u64 gicd(unsigned offset)
{
	return (u64)phys_to_virt(machine.gicd) + offset;
}

void gic_on_shared(unsigned intid, void (*fn)(void))
{
	u32 bit = 1u << intid % 32;

	assert(intid >= INTID_PRIVATE && intid < INTIDS);
	gic_shared = handle_shared;
	handlers[intid] = fn;
	*(volatile u32 *)gicd(GICD_IGROUPR + intid / 32 * 4) |= bit;
	*(volatile u8 *)gicd(GICD_IPRIORITYR + intid) = 0xa0;
	*(volatile u64 *)gicd(GICD_IROUTER + intid * 8) =
		machine.mpidr[0] & 0xff00ffffff;
	*(volatile u32 *)gicd(GICD_ISENABLER + intid / 32 * 4) = bit;
}
