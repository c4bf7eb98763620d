/*
 * pit.h - the PC's 8254 timer: three counters at 1.193182 MHz.  Channel 0
 * interrupts (line 0), channel 2 is the speaker's (port 61H).  Pure but for
 * the seams.
 */
#pragma once

#include <linux/kvm.h>

#include "lib/types.h"

#define PIT_HZ 1193182ul

struct pit {
	struct kvm_pit_channel_state channel[3];
	u32 flags;
	bool speaker_data; /* port 61H bit 1 */
	u64 deadline;      /* of channel 0's next interrupt; 0: none */
};

void pit_reset(struct pit *p);
/* Ports 40 to 43, and 61; false: not one of them. */
bool pit_port(struct pit *p, u16 port, bool in, u8 *value);
/* pit_expired - channel 0 has come to its end. */
void pit_expired(struct pit *p);
/* pit_restart - after its state was set from outside: count anew. */
void pit_restart(struct pit *p);

/* Seams: ns; call pit_expired then (0: never); a pulse on line 0. */
u64 pit_now(void);
void pit_set_alarm(struct pit *p, u64 deadline);
void pit_pulse(struct pit *p);
