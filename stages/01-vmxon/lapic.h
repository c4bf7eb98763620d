/*
 * lapic.h - the local APIC of this CPU (SDM chapter 11): identity, messages
 * between CPUs, one timer.
 */
#pragma once

#include "lib/types.h"

/* Interrupt command register: delivery mode and the rest (SDM 11.6.1). */
#define ICR_FIXED (0u << 8)
#define ICR_NMI (4u << 8)
#define ICR_INIT (5u << 8)
#define ICR_STARTUP (6u << 8)
#define ICR_ASSERT (1u << 14)
#define ICR_ALL_BUT_SELF (3u << 18)

#define LAPIC_SPURIOUS_VECTOR 0xff

/* lapic_init - enable this CPU's APIC, and silence the old PICs. */
void lapic_init(void);

/* lapic_eoi - end of interrupt; every interrupt handler's last act. */
void lapic_eoi(void);

/*
 * lapic_send - send an interrupt message.  command: ICR_ bits and a vector;
 * apic_id: the receiver (ignored with ICR_ALL_BUT_SELF).
 */
void lapic_send(u32 apic_id, u32 command);

/*
 * lapic_timer_start - raise vector once after count ticks of the APIC timer
 * (count 1..2^32-1, divider 1); count 0 stops it.
 */
void lapic_timer_start(u8 vector, u32 count);

/* lapic_timer_left - the ticks it still has to count. */
u32 lapic_timer_left(void);

/*
 * lapic_timer_by_tsc - from now on it raises vector when the TSC reaches the
 * value in IA32_TSC_DEADLINE (CPUID.1:ECX[24] says if there is one).
 */
void lapic_timer_by_tsc(u8 vector);

/* lapic_is_pending - is vector requested and not yet taken (IRR)? */
bool lapic_is_pending(u8 vector);

/* delay_us - wait, by the PC's 1.19 MHz timer; at most 50000. */
void delay_us(u32 us);
