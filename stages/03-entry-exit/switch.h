/*
 * switch.h - the state that neither the VMCS nor vmenter.S switches (A14).
 *
 * An exit need not pay for it: the host between two entries uses no floating
 * point, no debug registers and none of these MSRs.  It is switched once per
 * vcpu_load and vcpu_put instead of once per exit.
 */
#pragma once

#include "lib/types.h"

struct vcpu;

/* MSRs that the guest may use freely, and that the host uses as well. */
enum switched_msr {
#define SWITCHED(name, why) SWITCHED_##name,
#include "03-entry-exit/switched_msrs.def"
	SWITCHED_MSRS
};

/* What FXSAVE writes (SDM vol. 1, 10.5.1): x87, MXCSR, XMM0-XMM15. */
struct fx_area {
	u8 bytes[512];
} __attribute__((aligned(16)));

struct debug_regs {
	u64 dr[4], dr6, dr7;
	u64 debugctl; /* host only: the guest's is in the VMCS, as is its DR7 */
};

struct switch_state {
	struct fx_area guest_fx, host_fx;
	struct debug_regs guest_debug, host_debug;
	u64 guest_msr[SWITCHED_MSRS], host_msr[SWITCHED_MSRS];
};

/* switch_init - the guest's part as after a reset (SDM table 9-1). */
void switch_init(struct switch_state *s);

/* switch_prepare_cpu - let this CPU execute FXSAVE; once per CPU. */
void switch_prepare_cpu(void);

/* switch_to_guest, switch_to_host - for vcpu_load and vcpu_put. */
void switch_to_guest(struct switch_state *s);
void switch_to_host(struct switch_state *s);

/* One block of these, for a stage that has its own way with the others. */
void switch_fx_to_guest(struct switch_state *s);
void switch_fx_to_host(struct switch_state *s);
