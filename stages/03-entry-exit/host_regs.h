/*
 * host_regs.h - the host's own registers: everything that a guest could
 * disturb, filled with patterns and read back.
 */
#pragma once

/* Offsets for canary_host.S, pinned below. */
#define HR_XMM 0
#define HR_ST0 256
#define HR_MXCSR 264

#ifndef __ASSEMBLER__
#include "03-entry-exit/vmenter.h"

struct host_regs {
	u64 xmm[32];
#define HOST_REG(name) u64 name;
#include "03-entry-exit/host_regs.def"
};
_Static_assert(HR_XMM == offsetof(struct host_regs, xmm), "");
_Static_assert(HR_ST0 == offsetof(struct host_regs, st0), "");
_Static_assert(HR_MXCSR == offsetof(struct host_regs, mxcsr), "");

/*
 * host_fill_fixed - patterns into those registers that an exit restores from
 * the VMCS: set once, before the vCPU is loaded for the first time.
 */
void host_fill_fixed(u64 seed);

/* host_fill - patterns, different for each seed, into the others. */
void host_fill(u64 seed);

/* host_read - read them all. */
void host_read(struct host_regs *r);

/* host_difference - the name of a register that differs, or NULL. */
const char *host_difference(const struct host_regs *a,
                            const struct host_regs *b);

/* host_relax - no breakpoints, default floating point: end of patterns. */
void host_relax(void);

/*
 * canary_call - vmx_enter between patterns; after[] gets all registers as
 * vmx_enter left them, in the manual's order (RSP's slot is unused).
 */
enum vmx_result canary_call(struct vmx_context *c, bool launched,
                            u64 after[16]);
/* The same from a deeper stack: another HOST_RSP. */
enum vmx_result canary_call_deep(struct vmx_context *c, bool launched,
                                 u64 after[16]);

/* The pattern that canary_call puts into RBX, RBP and R12-R15. */
#define HOST_PATTERN 0x0c0ffee000000000
#define HOST_KEPT (BIT(3) | BIT(5) | MASK(15, 12))

/* The instructions of switch_ticks around vmx_enter, and the guest's one. */
#define SWITCH_LOOP 6
/*
 * switch_ticks - TSC ticks for so many rounds of a launched guest that sits
 * at a VMCALL.  ticks_of_1000_nops - what the TSC counts here.
 */
u64 switch_ticks(struct vmx_context *c, u64 rounds);
u64 ticks_of_1000_nops(void);

/* canary_host.S: XMM, ST0 and MXCSR from and to a struct host_regs. */
void host_simd_load(const struct host_regs *r);
void host_simd_store(struct host_regs *r);
#else
#define HOST_PATTERN 0x0c0ffee000000000
#endif
