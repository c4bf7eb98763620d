/*
 * fx.h - a loaded vCPU's floating point and XMM registers.
 */
#pragma once

#include "lib/types.h"

struct kvm_vcpu;

/* What FXSAVE64 writes (SDM vol. 1, table 10-2). */
struct fx_image {
	u16 fcw, fsw;
	u8 ftw, zero;
	u16 fop;
	u64 fip, fdp;
	u32 mxcsr, mxcsr_mask;
	u8 st[8][16];
	u8 xmm[16][16];
	u8 rest[96];
};

void kvm_read_fx(struct kvm_vcpu *v, struct fx_image *image);
/* kvm_write_fx - no reserved bit of MXCSR may be set. */
void kvm_write_fx(struct kvm_vcpu *v, const struct fx_image *image);
