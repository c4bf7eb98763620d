/*
 * pic.h - the PC's pair of 8259A interrupt controllers, in software.  Pure.
 */
#pragma once

#include <linux/kvm.h>

#include "lib/types.h"

struct pic {
	struct kvm_pic_state chip[2]; /* master, slave */
	bool output;                  /* the INT pin of the master */
};

void pic_reset(struct pic *p);
/* pic_set - line 0..15 changes.  Returns true if it was not pending yet. */
bool pic_set(struct pic *p, unsigned line, bool level);
/*
 * pic_ack - the CPU takes the interrupt that pic_vector told.  A more urgent
 * one may have come since then: that one goes on waiting.
 */
void pic_ack(struct pic *p, u8 vector);
/* pic_vector - which it would be, without taking it. */
u8 pic_vector(const struct pic *p);
/* Ports 20, 21, a0, a1, 4d0, 4d1; false: not one of them. */
bool pic_port(struct pic *p, u16 port, bool in, u8 *value);
/* pic_update - after its state was set from outside. */
void pic_update(struct pic *p);
