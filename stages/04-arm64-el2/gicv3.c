/*
 * gicv3.c - distributor, redistributors and CPU interface, for private
 * interrupts (timers, software interrupts): all that this stage needs.
 */
#include "04-arm64-el2/gicv3.h"

#include "04-arm64-el2/machine.h"
#include "04-arm64-el2/percpu.h"
#include "lib/panic.h"

/* Distributor (IHI 0069, 12.9). */
#define GICD_CTLR 0x0000
#define GICD_CTLR_ENABLE_G0 BIT(0)
#define GICD_CTLR_ENABLE_G1 BIT(1)
#define GICD_CTLR_ARE BIT(4)
#define GICD_CTLR_RWP BIT(31)

/* Redistributor: two frames of 64K; the second is for private interrupts. */
#define GICR_STRIDE 0x20000
#define GICR_TYPER 0x0008
#define GICR_TYPER_LAST BIT(4)
#define GICR_WAKER 0x0014
#define GICR_WAKER_SLEEP BIT(1)
#define GICR_WAKER_ASLEEP BIT(2)
#define GICR_SGI 0x10000
#define GICR_IGROUPR0 (GICR_SGI + 0x0080)
#define GICR_ISENABLER0 (GICR_SGI + 0x0100)
#define GICR_ICENABLER0 (GICR_SGI + 0x0180)
#define GICR_ISACTIVER0 (GICR_SGI + 0x0300)
#define GICR_ICACTIVER0 (GICR_SGI + 0x0380)
#define GICR_IPRIORITYR (GICR_SGI + 0x0400)

#define ICC_SRE_SRE BIT(0)
#define ICC_SRE_DFB BIT(1)
#define ICC_SRE_DIB BIT(2)

/* ICC_CTLR_EL1: EOIR only drops the priority, DIR ends the active state. */
#define ICC_CTLR_EOIMODE BIT(1)

/* ICH_HCR_EL2: a guest has no GIC in this stage, its accesses trap. */
#define ICH_HCR_TC BIT(10)
#define ICH_HCR_TALL0 BIT(11)
#define ICH_HCR_TALL1 BIT(12)

static void (*handlers[INTID_PRIVATE])(void);
static bool forwarded[INTID_PRIVATE]; /* stays active: a guest will end it */
void (*gic_shared)(unsigned intid);

static volatile u32 *gic_reg(u64 base, unsigned offset)
{
	return (volatile u32 *)(base + offset);
}

void gic_init(void)
{
	u64 gicd = LINEAR_BASE + machine.gicd;

	*gic_reg(gicd, GICD_CTLR) = GICD_CTLR_ARE;
	while (*gic_reg(gicd, GICD_CTLR) & GICD_CTLR_RWP)
		;
	*gic_reg(gicd, GICD_CTLR) = GICD_CTLR_ARE | GICD_CTLR_ENABLE_G1;
}

/* The redistributor whose affinity is this CPU's (12.11.37, GICR_TYPER). */
static u64 find_redistributor(void)
{
	u64 mpidr = read_sysreg(MPIDR_EL1);
	u32 affinity = BITS(mpidr, 39, 32) << 24 | BITS(mpidr, 23, 0);
	u64 end = LINEAR_BASE + machine.gicr + machine.gicr_size;

	for (u64 r = LINEAR_BASE + machine.gicr; r < end; r += GICR_STRIDE) {
		u32 lo = *gic_reg(r, GICR_TYPER),
		    hi = *gic_reg(r, GICR_TYPER + 4);

		if (hi == affinity)
			return r;
		if (lo & GICR_TYPER_LAST)
			break;
	}
	panic("no GICv3 redistributor for this CPU, MPIDR 0x%lx", mpidr);
}

void gic_cpu_init(void)
{
	struct percpu *cpu = this_cpu();
	u64 r = cpu->gicr = find_redistributor();

	*gic_reg(r, GICR_WAKER) &= ~GICR_WAKER_SLEEP;
	while (*gic_reg(r, GICR_WAKER) & GICR_WAKER_ASLEEP)
		;
	*gic_reg(r, GICR_ICENABLER0) = 0xffffffff;
	*gic_reg(r, GICR_IGROUPR0) = 0xffffffff; /* all in group 1 */
	for (unsigned i = 0; i < INTID_PRIVATE; i += 4)
		*gic_reg(r, GICR_IPRIORITYR + i) = 0xa0a0a0a0;

	/* System registers, not MMIO; and not for EL1: ICC_SRE_EL1 traps. */
	write_sysreg(ICC_SRE_EL2, ICC_SRE_SRE | ICC_SRE_DFB | ICC_SRE_DIB);
	isb();
	write_sysreg(ICC_PMR_EL1, 0xf0);
	write_sysreg(ICC_CTLR_EL1, ICC_CTLR_EOIMODE);
	write_sysreg(ICC_IGRPEN1_EL1, 1);
	write_sysreg(ICH_HCR_EL2, ICH_HCR_TC | ICH_HCR_TALL0 | ICH_HCR_TALL1);
	isb();
}

void gic_mask(unsigned intid, bool masked)
{
	*gic_reg(this_cpu()->gicr,
	         masked ? GICR_ICENABLER0 : GICR_ISENABLER0) = 1u << intid;
}

/* ICC_SGI1R_EL1 (IHI 0069, 12.2.22): affinity, and one bit of 16 CPUs. */
void gic_send(u64 mpidr, unsigned intid)
{
	dsb_ishst(); /* what the other CPU shall find must be there */
	write_sysreg(ICC_SGI1R_EL1,
	             BITS(mpidr, 39, 32) << 48 | BITS(mpidr, 23, 16) << 32 |
	                     (u64)intid << 24 | BITS(mpidr, 15, 8) << 16 |
	                     BIT(mpidr & 0xf));
	isb();
}

void gic_as_fiq(unsigned intid, bool fiq)
{
	volatile u32 *group = gic_reg(this_cpu()->gicr, GICR_IGROUPR0);
	volatile u32 *ctlr = gic_reg(LINEAR_BASE + machine.gicd, GICD_CTLR);

	if (fiq) {
		*group &= ~(1u << intid);
		*ctlr |= GICD_CTLR_ENABLE_G0;
		write_sysreg(ICC_IGRPEN0_EL1, 1);
	} else {
		write_sysreg(ICC_IGRPEN0_EL1, 0);
		*ctlr &= ~GICD_CTLR_ENABLE_G0;
		*group |= 1u << intid;
	}
	isb();
}

void gic_on(unsigned intid, void (*fn)(void))
{
	handlers[intid] = fn;
	gic_mask(intid, false);
}

void gic_on_forwarded(unsigned intid, void (*fn)(void))
{
	forwarded[intid] = true;
	gic_on(intid, fn);
}

void gic_set_active(unsigned intid, bool active)
{
	*gic_reg(this_cpu()->gicr,
	         active ? GICR_ISACTIVER0 : GICR_ICACTIVER0) = 1u << intid;
}

void gic_handle(void)
{
	u64 intid = read_sysreg(ICC_IAR1_EL1) & MASK(23, 0);

	this_cpu()->irqs++;
	dsb_sy(); /* acknowledged before anything the handler does */
	if (intid >= 1020)
		return; /* it went away meanwhile */
	if (intid < INTID_PRIVATE && handlers[intid])
		handlers[intid]();
	else if (intid >= INTID_PRIVATE && gic_shared)
		gic_shared((unsigned)intid);
	else
		panic("interrupt %u, which nobody asked for", (unsigned)intid);
	write_sysreg(ICC_EOIR1_EL1, intid);
	if (intid >= INTID_PRIVATE || !forwarded[intid])
		write_sysreg(ICC_DIR_EL1, intid);
	isb();
}
