/*
 * pic.c - see pic.h (8259A data sheet; ELCR: PIIX3 data sheet).
 */
#include "05-full/kvm/x86/pic.h"

#define CASCADE 2 /* the master's input from the slave */
#define SPURIOUS 7

/* init_state: what the next write to the data port is. */
enum { READY, ICW2, ICW3, ICW4 };

void pic_reset(struct pic *p)
{
	*p = (struct pic){ 0 };
	/* Which lines may be level-triggered: not 0, 1, 2, 8, 13. */
	p->chip[0].elcr_mask = 0xf8;
	p->chip[1].elcr_mask = 0xde;
}

/* The number of a line by its rank: 0 is served first; 8: none. */
static int first_rank(const struct kvm_pic_state *s, u8 lines)
{
	int rank = 0;

	while (rank < 8 && !(lines & 1u << ((rank + s->priority_add) & 7)))
		rank++;
	return rank;
}

/* The line that interrupts now, or -1. */
static int pending_line(const struct pic *p, unsigned n)
{
	const struct kvm_pic_state *s = &p->chip[n];
	int rank = first_rank(s, s->irr & (u8)~s->imr);
	u8 in_service = s->isr;

	if (rank == 8)
		return -1;
	if (s->special_mask)
		in_service &= (u8)~s->imr;
	if (s->special_fully_nested_mode && n == 0)
		in_service &= (u8) ~(1u << CASCADE);
	if (rank >= first_rank(s, in_service))
		return -1;
	return (rank + s->priority_add) & 7;
}

static bool set_line(struct kvm_pic_state *s, unsigned line, bool level)
{
	u8 bit = (u8)(1u << line);
	bool fresh = level && !(s->irr & bit);

	if (s->elcr & bit) {
		s->irr = level ? s->irr | bit : s->irr & (u8)~bit;
		s->last_irr =
			level ? s->last_irr | bit : s->last_irr & (u8)~bit;
		return fresh;
	}
	if (!level) {
		s->last_irr &= (u8)~bit;
		return false;
	}
	fresh = !(s->last_irr & bit);
	if (fresh)
		s->irr |= bit;
	s->last_irr |= bit;
	return fresh;
}

void pic_update(struct pic *p)
{
	bool slave = pending_line(p, 1) >= 0;

	/* The slave's output is an edge for each of its interrupts. */
	if (slave)
		set_line(&p->chip[0], CASCADE, true);
	set_line(&p->chip[0], CASCADE, false);
	if (!slave)
		p->chip[0].irr &= (u8) ~(1u << CASCADE);
	p->output = pending_line(p, 0) >= 0;
}

bool pic_set(struct pic *p, unsigned line, bool level)
{
	bool fresh;

	if (line > 15)
		return false;
	fresh = set_line(&p->chip[line / 8], line % 8, level);
	pic_update(p);
	return fresh;
}

static void begin_service(struct kvm_pic_state *s, int line)
{
	u8 bit = (u8)(1u << line);

	if (s->auto_eoi) {
		if (s->rotate_on_auto_eoi)
			s->priority_add = (line + 1) & 7;
	} else {
		s->isr |= bit;
	}
	if (!(s->elcr & bit))
		s->irr &= (u8)~bit;
}

u8 pic_vector(const struct pic *p)
{
	int line = pending_line(p, 0);

	if (line == CASCADE) {
		line = pending_line(p, 1);
		return p->chip[1].irq_base + (line < 0 ? SPURIOUS : line);
	}
	return p->chip[0].irq_base + (line < 0 ? SPURIOUS : line);
}

/* Is that vector one of chip n's requests? */
static bool requests(const struct pic *p, unsigned n, u8 vector)
{
	const struct kvm_pic_state *s = &p->chip[n];
	u8 line = (u8)(vector - s->irq_base);

	return line < 8 && !(n == 0 && line == CASCADE) && s->irr >> line & 1;
}

static unsigned chip_of(const struct pic *p, u8 vector)
{
	if (requests(p, 0, vector))
		return 0;
	return requests(p, 1, vector) ||
	       (u8)(vector - p->chip[1].irq_base) < 8;
}

void pic_ack(struct pic *p, u8 vector)
{
	unsigned n = chip_of(p, vector);
	int line = (vector - p->chip[n].irq_base) & 7;

	/* Nobody asks for it (any more): not in service, so no EOI is due. */
	if (line == SPURIOUS && !requests(p, n, vector))
		return;
	begin_service(&p->chip[n], line);
	if (n == 1)
		begin_service(&p->chip[0], CASCADE);
	pic_update(p);
}

/* --- ports --------------------------------------------------------------------- */

static void icw1(struct kvm_pic_state *s, u8 value)
{
	s->init4 = value & 1;
	s->imr = s->isr = s->priority_add = s->special_mask = 0;
	s->read_reg_select = s->auto_eoi = s->rotate_on_auto_eoi = 0;
	s->irr &= s->elcr; /* edges are forgotten */
	s->last_irr = 0;
	s->init_state = ICW2;
}

static void ocw3(struct kvm_pic_state *s, u8 value)
{
	if (value & 4)
		s->poll = 1;
	if (value & 2)
		s->read_reg_select = value & 1;
	if (value & 0x40)
		s->special_mask = value >> 5 & 1;
}

static void end_of_interrupt(struct kvm_pic_state *s, bool specific, u8 line,
                             bool rotate)
{
	if (!specific) {
		int rank = first_rank(s, s->isr);

		if (rank == 8)
			return;
		line = (u8)((rank + s->priority_add) & 7);
	}
	s->isr &= (u8) ~(1u << line);
	if (rotate)
		s->priority_add = (line + 1) & 7;
}

static void ocw2(struct kvm_pic_state *s, u8 value)
{
	u8 line = value & 7;

	switch (value >> 5) {
	case 0:
	case 4:
		s->rotate_on_auto_eoi = value >> 7;
		break;
	case 1:
	case 5:
		end_of_interrupt(s, false, 0, value >> 7);
		break;
	case 3:
	case 7:
		end_of_interrupt(s, true, line, value >> 7);
		break;
	case 6:
		s->priority_add = (line + 1) & 7;
		break;
	}
}

static void write_command(struct kvm_pic_state *s, u8 value)
{
	if (value & 0x10)
		icw1(s, value);
	else if (value & 8)
		ocw3(s, value);
	else
		ocw2(s, value);
}

static void write_data(struct kvm_pic_state *s, u8 value)
{
	switch (s->init_state) {
	case READY:
		s->imr = value;
		break;
	case ICW2:
		s->irq_base = value & 0xf8;
		s->init_state = ICW3;
		break;
	case ICW3:
		s->init_state = s->init4 ? ICW4 : READY;
		break;
	case ICW4:
		s->special_fully_nested_mode = value >> 4 & 1;
		s->auto_eoi = value >> 1 & 1;
		s->init_state = READY;
		break;
	}
}

static u8 poll(struct pic *p, unsigned n)
{
	int line = pending_line(p, n);

	p->chip[n].poll = 0;
	if (line < 0)
		return SPURIOUS;
	begin_service(&p->chip[n], line);
	return (u8)(0x80 | line);
}

static u8 read_chip(struct pic *p, unsigned n, bool data)
{
	const struct kvm_pic_state *s = &p->chip[n];

	if (s->poll)
		return poll(p, n);
	if (data)
		return s->imr;
	return s->read_reg_select ? s->isr : s->irr;
}

bool pic_port(struct pic *p, u16 port, bool in, u8 *value)
{
	unsigned n = port == 0xa0 || port == 0xa1 || port == 0x4d1;
	struct kvm_pic_state *s = &p->chip[n];

	switch (port) {
	case 0x20:
	case 0x21:
	case 0xa0:
	case 0xa1:
		if (in)
			*value = read_chip(p, n, port & 1);
		else if (port & 1)
			write_data(s, *value);
		else
			write_command(s, *value);
		break;
	case 0x4d0:
	case 0x4d1:
		if (in)
			*value = s->elcr;
		else
			s->elcr = *value & s->elcr_mask;
		break;
	default:
		return false;
	}
	pic_update(p);
	return true;
}
