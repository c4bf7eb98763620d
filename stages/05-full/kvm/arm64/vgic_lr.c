/*
 * vgic_lr.c - between struct vgic_irq and the list registers' values.  Pure.
 *
 * A list register says: this interrupt is pending, or active, with that
 * priority.  The CPU shows it to the guest (ICC_IAR1_EL1), and changes the
 * state as the guest takes and ends it, all without an exit.
 */
#include "05-full/kvm/arm64/vgic.h"

/* anchor: fold */
/*
 * An edge is in one place: in the list register since vgic_fill, so that a
 * new one that came meanwhile (latch) is not taken for the old.  A level's
 * latch, set by software, is used up when the guest takes the interrupt; one
 * that was set since then is for the next time.
 */
static void fold_one(struct vgic_irq *irq, u64 lr, unsigned cpu)
{
	bool was_active = irq->active;

	irq->active = lr & LR_ACTIVE;
	if (irq->active)
		irq->holder = (u8)cpu;
	if (irq->edge && lr & LR_PENDING)
		irq->latch = true;
	if (!irq->edge && !(lr & LR_PENDING) && !was_active)
		irq->latch = false;
}

void vgic_fold(struct vgic *g, struct vgic_cpu *c)
{
	/* Folded at put: what it holds, it holds. */
	if (!c->used)
		return;
	c->holds = false; // not observable here: it saves time
	for (unsigned i = 0; i < c->used; i++) {
		u32 intid = LR_INTID(c->lr[i]);
		struct vgic_irq *irq = vgic_irq(g, c, intid);

		fold_one(irq, c->lr[i], c->index);
		c->holds |= irq->active;
		/* Its turn, if it has been given another target meanwhile. */
		if (intid >= VGIC_PRIVATE && vgic_cpu_of(irq) != c->index)
			vgic_update(g, c, intid);
		else
			vgic_note_live(g, c, intid);
	}
	c->used = 0;
}
/* end: fold */

/* anchor: make_lr */
static u64 make_lr(const struct vgic *g, const struct vgic_irq *irq, u32 intid)
{
	u64 lr = intid | (u64)irq->priority << 48;

	if (irq->group1)
		lr |= LR_GROUP1;
	if (irq->active)
		lr |= LR_ACTIVE;
	/* A level that is still high when it ends comes again: see below. */
	if (g->enabled && irq->enabled && vgic_irq_pending(irq) &&
	    (!irq->active || irq->edge))
		lr |= LR_PENDING;
	/*
	 * The timers' interrupts have a physical twin of the same number,
	 * which the CPU ends together with this one; if its line is high, it
	 * fires anew.  For a device's line, we must look when the guest ends.
	 */
	if (irq->hw)
		lr |= LR_HW | (u64)intid << 32;
	else if (!irq->edge)
		lr |= LR_EOI;
	return lr;
}
/* end: make_lr */

/* Active ones first: the guest will end them; then by priority, then INTID. */
static u32 urgency(const struct vgic_irq *irq, u32 intid)
{
	return (u32)!irq->active << 24 | (u32)irq->priority << 16 | intid;
}

struct choice {
	bool only_active;      /* the distributor is off */
	u32 urgency[VGIC_LRS]; /* the lowest, in order */
	unsigned n, max;
	bool more; /* than fit */
};

static void choose(struct choice *ch, u32 urgent)
{
	unsigned i = ch->n;

	if (ch->n == ch->max) {
		ch->more = true;
		if (urgent >= ch->urgency[--i])
			return;
	} else {
		ch->n++;
	}
	for (; i > 0 && ch->urgency[i - 1] > urgent; i--)
		ch->urgency[i] = ch->urgency[i - 1];
	ch->urgency[i] = urgent;
}

/* Calls for each live interrupt that vCPU c has to see. */
static void for_each_live(struct vgic *g, struct vgic_cpu *c,
                          void (*fn)(void *arg, struct vgic_irq *irq,
                                     u32 intid),
                          void *arg)
{
	for (u64 live = c->live; live; live &= live - 1)
		fn(arg, &c->priv[__builtin_ctzll(live)],
		   (u32)__builtin_ctzll(live));
	for (u32 words = g->live_words; words; words &= words - 1) {
		u32 w = (u32)__builtin_ctz(words);

		for (u64 live = g->live[w]; live; live &= live - 1) {
			u32 intid = 64 * w + (u32)__builtin_ctzll(live);
			struct vgic_irq *irq = &g->spi[intid - VGIC_PRIVATE];

			if (vgic_cpu_of(irq) == c->index)
				fn(arg, irq, intid);
		}
	}
}

static void choose_one(void *arg, struct vgic_irq *irq, u32 intid)
{
	struct choice *ch = arg;

	if (irq->active || !ch->only_active)
		choose(ch, urgency(irq, intid));
}

static void fill_lrs(struct vgic *g, struct vgic_cpu *c, unsigned max)
{
	struct choice ch = { .max = max, .only_active = !g->enabled };

	for_each_live(g, c, choose_one, &ch);
	for (unsigned i = 0; i < ch.n; i++) {
		u32 intid = ch.urgency[i] & 0xffff;
		struct vgic_irq *irq = vgic_irq(g, c, intid);

		c->lr[c->used] = make_lr(g, irq, intid);
		if (irq->edge && c->lr[c->used] & LR_PENDING)
			irq->latch = false; /* see fold_one */
		c->used++;
	}
	/* When the guest has ended most of these, the others' turn comes. */
	if (ch.more)
		c->hcr |= ICH_HCR_UIE;
}

void vgic_fill(struct vgic *g, struct vgic_cpu *c, unsigned max)
{
	c->hcr = ICH_HCR_EN;
	c->used = 0;
	if (g->enabled | c->holds)
		fill_lrs(g, c, max);
}

struct look {
	u64 mask; /* priorities from here on do not pass */
	bool found;
};

static void look_at(void *arg, struct vgic_irq *irq, u32 intid)
{
	struct look *l = arg;

	(void)intid;
	if (irq->enabled && vgic_irq_pending(irq) && !irq->active &&
	    irq->priority < l->mask)
		l->found = true;
}

bool vgic_wants_cpu(struct vgic *g, struct vgic_cpu *c)
{
	struct look l = { .mask = VMCR_PMR(c->vmcr) };

	if (g->enabled)
		for_each_live(g, c, look_at, &l);
	return l.found;
}
