/*
 * demo.h - the parts of stage 03's transcript, one function each.  Each
 * panics or calls stage_failed if the CPU does otherwise than the text says.
 */
#pragma once

#include "lib/types.h"

struct vmx_caps;

void demo_first_guest(const struct vmx_caps *caps);
void demo_real_mode(const struct vmx_caps *caps);
void demo_ept(const struct vmx_caps *caps);
void demo_events(const struct vmx_caps *caps);
void demo_endless_loop(const struct vmx_caps *caps);
void demo_loop_without_end(const struct vmx_caps *caps);
void demo_failures(const struct vmx_caps *caps);
void demo_canaries(const struct vmx_caps *caps, u64 rounds);
void demo_cost(const struct vmx_caps *caps);
