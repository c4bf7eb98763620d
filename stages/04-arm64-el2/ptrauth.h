/*
 * ptrauth.h - pointer authentication keys (FEAT_PAuth, Armv8.3).
 *
 * Five keys of 128 bits.  The host is compiled without them, and leaves
 * SCTLR_EL2.EnIA and its like clear, so nothing of the host ever uses a key:
 * a guest's may stay in the CPU from load to put.
 */
#pragma once

#include "04-arm64-el2/vcpu.h"

/* Only where cpu_features.pauth. */
void ptrauth_load(struct vcpu *v);
void ptrauth_save(struct vcpu *v);
