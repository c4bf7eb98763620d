/*
 * irq.c - arm64: a guest's GICv3 and virtual timer (Arm IHI 0069).
 */
#include "irq.h"

#include "guest.h"

#define GICD 0x08000000ul
#define GICD_CTLR_GROUP1_ARE 0x12
#define GICR 0x080a0000ul
#define GICR_WAKER (GICR + 0x14)
#define GICR_SGI (GICR + 0x10000)
#define GICR_IGROUPR0 (GICR_SGI + 0x80)
#define GICR_ISENABLER0 (GICR_SGI + 0x100)
#define VTIMER_PPI 27
#define OUR_SGI 1u

extern u8 irq_vectors[];
void irq_entered(void);

void irq_entered(void)
{
	guest_irq(gic_acknowledge());
}

void irq_init(void)
{
	write_vbar((u64)irq_vectors);
	mmio_write32(GICD, GICD_CTLR_GROUP1_ARE);
	mmio_write32(GICR_WAKER, 0);
	mmio_write32(GICR_IGROUPR0, ~0u);
	mmio_write32(GICR_ISENABLER0, BIT(VTIMER_PPI) | BIT(OUR_SGI));
	gic_cpu_on();
}

void irq_eoi(u32 id)
{
	gic_eoi(id);
}

/* Affinity 0.0.0, target list bit 0: the only CPU. */
void irq_send_self(void)
{
	gic_send_sgi((u64)OUR_SGI << 24 | 1);
}

bool irq_is_timer(u32 id)
{
	return id == VTIMER_PPI;
}

void irq_timer(u64 after)
{
	if (after)
		timer_in(after);
	else
		timer_off();
}
