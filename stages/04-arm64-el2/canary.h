/*
 * canary.h - the test of the world switch: fill every register that a guest
 * has with a pattern, in guest and host, leave in every way, compare all.
 *
 * The guest (guests/arm64/canary.S) inverts what it finds, register by
 * register, in the registers themselves.  So a restore that is missing shows,
 * because the guest inverts something else; and a save that is missing, because
 * the host then finds the old value.  Fresh patterns each time.
 */
#pragma once

/* What the guest's table of entry points lists, in this order. */
#define STUB_SYSREGS 0 /* invert the system registers; HVC */
#define STUB_FP 1      /* invert V0-V31, FPSR, FPCR; HVC */
#define STUB_DEBUG 2   /* invert breakpoints and watchpoints; HVC */
#define STUB_PROBES 3  /* canary_probes.def; each is PROBE_SIZE bytes */
#define STUB_COUNTER 4 /* x0-x3: CNTPCT_EL0, CNTVCT_EL0, MPIDR_EL1, MIDR_EL1 */
#define STUB_32 5      /* A32 code: LDR r1, [r0], then loop */
#define STUB_KINDS 6   /* from here on: invert x0-x30, leave in one way */
#define KIND_HVC 0
#define KIND_SMC 1
#define KIND_WFI 2
#define KIND_STORE 3 /* to x0, where nothing is */
#define KIND_LOAD 4
#define KIND_BRANCH 5 /* to x0, where nothing is */
#define KIND_SYSREG 6
#define KIND_SPIN 7 /* until an interrupt comes */
#define KINDS 8

/* All kinds have one shape: CMP, then MVN for each of x0-x30, then leave. */
#define KIND_INSN (4 * 32)
#define PROBE_SIZE 16

/* x28 for STUB_SYSREGS: which optional registers there are. */
#define CANARY_PAUTH 1
#define CANARY_SME 2
#define CANARY_RAS 4

/* What may be inverted where sysregs.def does not say. */
#define CANARY_DISR 0x81ffffff
#define CANARY_FPSR 0x0800009f
#define CANARY_FPCR 0x07c00000
#define CANARY_BVR 0x0000fffffffffffc
#define CANARY_BCR 0x0000e006
#define CANARY_WCR 0x1f00001e
#define CANARY_BREAKPOINTS 6
#define CANARY_WATCHPOINTS 4

#ifndef __ASSEMBLER__
#include "04-arm64-el2/vcpu.h"

/*
 * canary_run - all of it, so many rounds of each vCPU; says what it did, and
 * ends the run when anything differs.
 */
void canary_run(unsigned cpus, unsigned rounds);

/* One vCPU under test, with what the host expects of it. */
struct canary {
	struct vcpu v;
	struct vm vm;
	u64 seed;
	u64 rounds, runs;
	u64 block_loads, block_puts; /* by the VM's list of blocks */
	u64 host_fp_seed;
	struct {
		u64 sys[NR_SYSREGS], vdisr;
		struct fpsimd_state fp;
		struct debug_state debug;
	} expect;
};

/* canary_cpu.c: one round of a vCPU on this CPU: load, run in all ways, put. */
void canary_setup(struct canary *c, const char *name, u64 seed);
void canary_round(struct canary *c);

/* canary_traps.c: does each trap bit trap? */
void canary_traps(struct canary *c);

/* canary_host.c: the host's own registers. */
struct canary_host {
	u64 regs[32];
	struct debug_state debug;
	struct fpsimd_state fp;
};
void canary_host_fill(struct canary_host *h, u64 *seed);
void canary_host_check(const struct canary_host *h, const struct canary *c);
void canary_host_irqs(unsigned times);

/* A fresh pattern. */
u64 canary_random(u64 *seed);

/* canary_call.S: what a function did to the registers that it must keep. */
struct canary_call {
	u64 result;
	u64 broken; /* bit n: xn; bit 31: SP_EL0 */
};
struct canary_call canary_call(struct vcpu *v, u64 (*fn)(struct vcpu *v));
/* Patterns in x0-x30, an interrupt, and out again: bit n: xn changed. */
u64 canary_spin(void);
extern char canary_spinning[], canary_spun[];

extern const u64 guest_canary[];
extern const u64 guest_canary_size;

/* The address of a stub, and of the instruction by which a kind leaves. */
static inline u64 canary_stub(unsigned i)
{
	return guest_canary[i];
}

#endif /* __ASSEMBLER__ */
