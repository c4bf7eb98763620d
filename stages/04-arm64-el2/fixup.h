/*
 * fixup.h - exits that are dealt with inside vcpu_run (C9).
 */
#pragma once

#include "04-arm64-el2/vcpu.h"

/* The lazy exchange of the FP registers, on the guest's first use. */
bool fixup_fp(struct vcpu *v);

/* A trapped access to the guest's physical timer or counter. */
bool fixup_timer(struct vcpu *v);

/* Where the guest's aborting access was, by IPA: v->far, v->ipa. */
bool fixup_abort(struct vcpu *v);
