/*
 * vgic.c - the state of the guest's interrupts.  Pure bookkeeping.
 */
#include "05-full/kvm/arm64/vgic.h"

#include "lib/string.h"

void vgic_reset_cpu(struct vgic_cpu *c)
{
	memset(c->priv, 0, sizeof(c->priv));
	c->live = 0;
	for (unsigned i = 0; i < VGIC_PRIVATE; i++) {
		/* SGIs are edges, and cannot be otherwise. */
		c->priv[i].edge = i < VGIC_SGIS;
		c->priv[i].enabled = i < VGIC_SGIS;
		c->priv[i].group1 = true;
	}
}

void vgic_reset_spis(struct vgic *g)
{
	memset(g->live, 0, sizeof(g->live));
	g->live_words = 0;
	for (unsigned i = 0; i < g->nr_irqs - VGIC_PRIVATE; i++)
		g->spi[i] = (struct vgic_irq){ .group1 = true };
}

struct vgic_irq *vgic_irq(struct vgic *g, struct vgic_cpu *c, u32 intid)
{
	if (intid < VGIC_PRIVATE)
		return &c->priv[intid];
	return intid < g->nr_irqs ? &g->spi[intid - VGIC_PRIVATE] : NULL;
}

/* anchor: update */
static u64 with_bit(u64 word, unsigned n, bool set)
{
	return set ? word | BIT(n) : word & ~BIT(n);
}

/*
 * An interrupt is "live" while it may have to be in a list register: it is
 * active, or pending and enabled.
 */
void vgic_note_live(struct vgic *g, struct vgic_cpu *c, u32 intid)
{
	const struct vgic_irq *irq = vgic_irq(g, c, intid);
	bool live = irq->active || (irq->enabled && vgic_irq_pending(irq));
	u64 *word = &g->live[intid / 64];

	if (intid < VGIC_PRIVATE) {
		c->live = (u32)with_bit(c->live, intid, live);
		return;
	}
	*word = with_bit(*word, intid % 64, live);
	g->live_words = (u32)with_bit(g->live_words, intid / 64, *word);
}

/* Whether it is or not: its vCPU may have it in a list register. */
void vgic_update(struct vgic *g, struct vgic_cpu *c, u32 intid)
{
	unsigned cpu = vgic_cpu_of(vgic_irq(g, c, intid));

	vgic_note_live(g, c, intid);
	if (intid < VGIC_PRIVATE)
		cpu = c->index;
	if (cpu < g->nr_cpus)
		g->changed(g, cpu);
}
/* end: update */

void vgic_set_line(struct vgic *g, struct vgic_cpu *c, u32 intid, bool high)
{
	struct vgic_irq *irq = vgic_irq(g, c, intid);

	if (irq->line == high)
		return;
	irq->line = high;
	if (irq->edge && !high)
		return; /* the other edge */
	if (irq->edge)
		irq->latch = true;
	vgic_update(g, c, intid);
}

/* anchor: sgi */
/*
 * ICC_SGI1R_EL1 (12.2.22): Aff3, Aff2 and Aff1 name a cluster, a bit each the
 * CPUs in it; or, with IRM, everybody but the sender.
 */
static bool is_target(const struct vgic_cpu *c, u64 value)
{
	u64 cluster = BITS(value, 55, 48) << 32 | BITS(value, 39, 32) << 16 |
	              BITS(value, 23, 16) << 8;
	u64 first = BITS(value, 47, 44) * 16; /* RS */
	u64 n = (c->affinity & 0xff) - first;

	return (c->affinity & ~0xffull) == cluster && n < 16 && value >> n & 1;
}

/* Inline: one for group 0 alone, and one that asks nothing about groups. */
static inline void send_sgi(struct vgic *g, struct vgic_cpu *from, u64 value,
                            bool only_group0)
{
	u32 intid = BITS(value, 27, 24);
	bool all = BITS(value, 40, 40);

	for (unsigned i = 0; i < g->nr_cpus; i++) {
		struct vgic_cpu *c = g->cpu[i];

		if (all ? c == from : !is_target(c, value))
			continue;
		if (only_group0 && c->priv[intid].group1)
			continue;
		c->priv[intid].latch = true;
		vgic_update(g, c, intid);
	}
}

void vgic_sgi(struct vgic *g, struct vgic_cpu *from, u64 value)
{
	send_sgi(g, from, value, false);
}

void vgic_sgi0(struct vgic *g, struct vgic_cpu *from, u64 value)
{
	send_sgi(g, from, value, true);
}
/* end: sgi */
