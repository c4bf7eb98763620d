/*
 * vgic_mmio.c - distributor and redistributor as the guest sees them, and the
 * VMM, which saves and restores by the same registers (12.9, 12.11).
 *
 * All is in group 1; there is one security state; affinity routing is always
 * on; no LPIs.
 */
#include "05-full/kvm/arm64/vgic.h"

/* Both frames have the same layout from 0x80 on (a redistributor's second). */
#define GIC_IGROUPR 0x0080
#define GIC_ISENABLER 0x0100
#define GIC_ICENABLER 0x0180
#define GIC_ISPENDR 0x0200
#define GIC_ICPENDR 0x0280
#define GIC_ISACTIVER 0x0300
#define GIC_ICACTIVER 0x0380
#define GIC_IPRIORITYR 0x0400
#define GIC_ICFGR 0x0c00
#define GIC_IGRPMODR 0x0d00

#define GICD_CTLR 0x0000
#define GICD_CTLR_ENABLE_G1 BIT(1)
#define GICD_CTLR_ARE BIT(4)
#define GICD_CTLR_DS BIT(6) /* one security state */
#define GICD_TYPER 0x0004
#define GIC_IIDR 0x0008
#define GICD_IROUTER 0x6000
#define GICD_PIDR2 0xffe8

#define GICR_TYPER 0x0008
#define GICR_WAKER 0x0014
#define GICR_WAKER_SLEEP BIT(1)
#define GICR_WAKER_ASLEEP BIT(2)
#define GICR_SGI 0x10000

#define IIDR 0x0000043b /* implementer Arm, product 0 */
#define PIDR2_GICV3 0x30

struct view {
	struct vgic *g;
	struct vgic_cpu *c;
	enum vgic_who who;
};

/* --- registers with a bit, two bits or a byte for each interrupt ------------ */
static u32 read_bit(const struct vgic_irq *irq, u64 reg, enum vgic_who who)
{
	switch (reg) {
	case GIC_IGROUPR:
		return irq->group1;
	case GIC_ISENABLER:
	case GIC_ICENABLER:
		return irq->enabled;
	case GIC_ICPENDR:
		return who == BY_GUEST && vgic_irq_pending(irq);
	case GIC_ISPENDR:
		/* The VMM saves the line by itself (LEVEL_INFO). */
		return who == BY_VMM ? irq->latch : vgic_irq_pending(irq);
	case GIC_ISACTIVER:
	case GIC_ICACTIVER:
		return irq->active;
	default:
		return 0;
	}
}

static void write_bit(struct vgic_irq *irq, u64 reg)
{
	switch (reg) {
	case GIC_ISENABLER:
		irq->enabled = true;
		break;
	case GIC_ICENABLER:
		irq->enabled = false;
		break;
	case GIC_ISPENDR:
		irq->latch = true;
		break;
	case GIC_ICPENDR:
		irq->latch = false;
		break;
	case GIC_ISACTIVER:
		if (!irq->active)
			irq->holder = irq->target;
		irq->active = true;
		break;
	case GIC_ICACTIVER:
		irq->active = false;
		break;
	}
}

/* anchor: bits */
static u64 access_bits(const struct view *v, u64 reg, u32 first, bool write,
                       u64 value)
{
	u64 result = 0;

	for (u32 i = 0; i < 32; i++) {
		struct vgic_irq *irq = vgic_irq(v->g, v->c, first + i);

		if (!irq)
			break;
		if (!write) {
			result |= (u64)read_bit(irq, reg, v->who) << i;
		} else if (reg == GIC_IGROUPR) {
			irq->group1 = value >> i & 1;
			vgic_update(v->g, v->c, first + i);
		} else if (reg == GIC_ISPENDR && v->who == BY_VMM) {
			/* Restored as it was: 0 is a value, too. */
			irq->latch = value >> i & 1;
			vgic_update(v->g, v->c, first + i);
		} else if (reg == GIC_ICPENDR && v->who == BY_VMM) {
			continue; /* ISPENDR has said it all */
		} else if (value >> i & 1) {
			write_bit(irq, reg);
			vgic_update(v->g, v->c, first + i);
		}
	}
	return result;
}
/* end: bits */

static u64 access_priorities(const struct view *v, u32 first, bool write,
                             unsigned size, u64 value)
{
	u64 result = 0;

	for (u32 i = 0; i < size; i++) {
		struct vgic_irq *irq = vgic_irq(v->g, v->c, first + i);

		if (!irq)
			break;
		if (write) {
			/* Five bits are implemented. */
			irq->priority = value >> (8 * i) & 0xf8;
			vgic_update(v->g, v->c, first + i);
		}
		result |= (u64)irq->priority << (8 * i);
	}
	return result;
}

/* GIC_ICFGR: two bits each, the upper one says edge.  SGIs stay as they are. */
static u64 access_config(const struct view *v, u32 first, bool write,
                         u64 value)
{
	u64 result = 0;

	for (u32 i = 0; i < 16; i++) {
		struct vgic_irq *irq = vgic_irq(v->g, v->c, first + i);

		if (!irq)
			break;
		if (write && first + i >= VGIC_SGIS && !irq->hw) {
			irq->edge = value >> (2 * i + 1) & 1;
			vgic_update(v->g, v->c, first + i);
		}
		result |= (u64)irq->edge << (2 * i + 1);
	}
	return result;
}

/* The part that both have.  lowest: the first INTID of this frame. */
static bool access_common(const struct view *v, u64 offset, u32 lowest,
                          bool write, unsigned size, u64 *value)
{
	u32 limit = lowest ? VGIC_MAX : VGIC_PRIVATE;
	u32 first;

	if (offset >= GIC_IPRIORITYR && offset < GIC_IPRIORITYR + limit) {
		first = (u32)(offset - GIC_IPRIORITYR);
		if (size > 4)
			return false;
		/* The other frame's part reads zero. */
		*value = (first < VGIC_PRIVATE) == (lowest == 0) ?
		                 access_priorities(v, first, write, size,
		                                   *value) :
		                 0;
		return true;
	}
	if (size != 4)
		return false;
	if (offset >= GIC_IGROUPR && offset < GIC_IPRIORITYR) {
		first = (u32)(offset & 0x7f) * 8;
		if ((first < VGIC_PRIVATE) == (lowest == 0))
			*value = access_bits(v, offset & ~0x7full, first,
			                     write, *value);
		else
			*value = 0;
		return true;
	}
	if (offset >= GIC_ICFGR && offset < GIC_IGRPMODR) {
		first = (u32)(offset - GIC_ICFGR) * 4;
		*value = (first < VGIC_PRIVATE) == (lowest == 0) ?
		                 access_config(v, first, write, *value) :
		                 0;
		return true;
	}
	return false;
}

/* --- the distributor --------------------------------------------------------- */
static u64 access_ctlr(const struct view *v, bool write, u64 value)
{
	struct vgic *g = v->g;

	if (write && g->enabled != !!(value & GICD_CTLR_ENABLE_G1)) {
		g->enabled = value & GICD_CTLR_ENABLE_G1;
		for (unsigned i = 0; i < g->nr_cpus; i++)
			g->changed(g, i);
	}
	return GICD_CTLR_ARE | GICD_CTLR_DS |
	       (g->enabled ? GICD_CTLR_ENABLE_G1 : 0);
}

/* Which vCPU has this affinity?  None: the interrupt goes nowhere. */
static u8 target_of(const struct vgic *g, u64 router)
{
	for (unsigned i = 0; i < g->nr_cpus; i++)
		if (g->cpu[i]->affinity ==
		    (router & MASK(39, 0) & ~MASK(31, 24)))
			return (u8)i;
	return 0xff;
}

/* GICD_IROUTER<n>: 64 bits; may be accessed by halves. */
static bool access_router(const struct view *v, u64 offset, bool write,
                          unsigned size, u64 *value)
{
	u32 intid = (u32)(offset - GICD_IROUTER) / 8;
	struct vgic_irq *irq = vgic_irq(v->g, v->c, intid);
	unsigned shift = offset & 4 ? 32 : 0;
	u64 mask = size == 8 ? ~0ull : 0xffffffffull << shift;

	if (size < 4 || (size == 8 && offset & 7))
		return false;
	if (!irq || intid < VGIC_PRIVATE) {
		*value = 0;
		return true;
	}
	if (write) {
		/* Whoever had it looks, then whoever gets it. */
		vgic_update(v->g, v->c, intid);
		irq->router = (irq->router & ~mask) | (*value << shift & mask);
		irq->target = target_of(v->g, irq->router);
		vgic_update(v->g, v->c, intid);
	}
	*value = (irq->router & mask) >> shift;
	return true;
}

bool vgic_dist_access(struct vgic *g, struct vgic_cpu *c, enum vgic_who who,
                      u64 offset, bool write, unsigned size, u64 *value)
{
	struct view v = { g, c, who };

	if (offset & (size - 1))
		return false;
	if (offset >= GICD_IROUTER && offset < GICD_IROUTER + 8 * 1020)
		return access_router(&v, offset, write, size, value);
	if (access_common(&v, offset, VGIC_PRIVATE, write, size, value))
		return true;
	if (size != 4)
		return false;
	switch (offset) {
	case GICD_CTLR:
		*value = access_ctlr(&v, write, *value);
		return true;
	case GICD_TYPER: /* ITLinesNumber, IDbits: 10 */
		*value = (g->nr_irqs / 32 - 1) | 9 << 19;
		return true;
	case GIC_IIDR:
		*value = IIDR;
		return true;
	case GICD_PIDR2:
		*value = PIDR2_GICV3;
		return true;
	default:
		*value = 0; /* reserved: reads zero, ignores writes */
		return true;
	}
}

/* --- a redistributor ---------------------------------------------------------- */
/* GICR_TYPER (12.11.37): affinity, number, and who is the last one. */
static u64 redist_typer(const struct view *v)
{
	u64 a = v->c->affinity;
	bool last = v->c->index == v->g->nr_cpus - 1;

	return (BITS(a, 39, 32) << 24 | BITS(a, 23, 0)) << 32 |
	       (u64)v->c->index << 8 | (last ? BIT(4) : 0);
}

bool vgic_redist_access(struct vgic *g, struct vgic_cpu *c, enum vgic_who who,
                        u64 offset, bool write, unsigned size, u64 *value)
{
	struct view v = { g, c, who };
	unsigned shift = offset & 4 ? 32 : 0;

	if (offset & (size - 1))
		return false;
	if (offset >= GICR_SGI &&
	    access_common(&v, offset - GICR_SGI, 0, write, size, value))
		return true;
	if (size < 4)
		return false;
	switch (offset) {
	case GICR_TYPER:
	case GICR_TYPER + 4:
		*value = redist_typer(&v) >> shift;
		if (size == 4)
			*value &= 0xffffffff;
		return true;
	case GICR_WAKER:
		if (write)
			c->awake = !(*value & GICR_WAKER_SLEEP);
		*value = c->awake ? 0 : GICR_WAKER_SLEEP | GICR_WAKER_ASLEEP;
		return true;
	case 0x0004: /* GICR_IIDR */
		*value = IIDR;
		return true;
	case GICD_PIDR2:
		*value = PIDR2_GICV3;
		return true;
	default:
		*value = 0;
		return true;
	}
}
