/*
 * demo.h - the parts of the demonstration; main.c has their order.
 */
#pragma once

#include "04-arm64-el2/vcpu.h"

/* demo_host.c */
void demo_machine(unsigned cpus);
void demo_host_context(void);

/* demo_tour.c: one guest, every exit. */
void demo_tour(void);

/* demo_stage2.c */
void demo_stage2(void);
void demo_vmid(void);

/* demo_panic.c: an exception in the switch, survived for once. */
void demo_panic_exit(void);

/* demo_cost.c */
void demo_cost(void);

/* provoke.c: words that break something on purpose; returns if none is there. */
void provoke(const char *cmdline);

extern char guest_tour[], guest_bench[];
extern const u64 guest_tour_size, guest_bench_size;
