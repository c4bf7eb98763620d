/*
 * lapic_timer.h - the timer of a local APIC (SDM 11.5.4), for lapic.c.
 */
#pragma once

#include "05-full/kvm/x86/lapic.h"

void vlapic_timer_set_count(struct lapic *a, u32 count);
void vlapic_timer_set_divide(struct lapic *a, u32 value);
/* A new value for the timer's LVT entry; called before it is written. */
void vlapic_timer_set_mode(struct lapic *a, u32 lvt);
u32 vlapic_timer_current(const struct lapic *a);
/* vlapic_timer_registers - mode and divisor are what the page says. */
void vlapic_timer_registers(struct lapic *a);
void vlapic_timer_stop(struct lapic *a);
