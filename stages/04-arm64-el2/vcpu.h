/*
 * vcpu.h - a virtual CPU: its registers while it does not run, and what the
 * hypervisor knows about it.
 */
#pragma once

/* Offsets for assembly (entry.S); pinned below. */
#define VCPU_X 0
#define VCPU_PC 248
#define VCPU_PSTATE 256
#define VCPU_SP_EL0 264

#define EXIT_CODE_SYNC 0
#define EXIT_CODE_IRQ 1
#define EXIT_CODE_SERROR 2
#define EXIT_CODE_ILLEGAL 3
#define EXIT_WITH_SERROR_BIT 31

#ifndef __ASSEMBLER__
#include "04-arm64-el2/debug.h"
#include "04-arm64-el2/fpsimd.h"
#include "04-arm64-el2/mmio.h"
#include "04-arm64-el2/stage2.h"
#include "04-arm64-el2/sysregs.h"
#include "04-arm64-el2/vmid.h"

/*
 * How guest_enter came back (entry.S).  The low bits say which exception; the
 * flag is added when a physical SError was found pending on the way out.
 */
enum exit_code {
	EXIT_SYNC = EXIT_CODE_SYNC, /* ESR_EL2 says more */
	EXIT_IRQ =
		EXIT_CODE_IRQ, /* a physical interrupt: the host's business */
	EXIT_SERROR =
		EXIT_CODE_SERROR, /* a physical SError while the guest ran */
	EXIT_ILLEGAL =
		EXIT_CODE_ILLEGAL, /* the guest's PSTATE was no state for EL1 or EL0 */
};
#define EXIT_WITH_SERROR BIT(EXIT_WITH_SERROR_BIT)

/* What a handler decides (exit.c). */
enum handled {
	RESUME_GUEST,   /* done, go back in */
	EXIT_TO_CALLER, /* vcpu->exit says what the caller is asked for */
};

/* Why vcpu_run_loop returned to its caller. */
enum exit_why {
	WHY_HVC, /* x0 is the function; the answer goes to x0 */
	WHY_SMC,
	WHY_WFI,  /* the guest has nothing to do until an interrupt */
	WHY_MMIO, /* a load or store to where no memory is */
	WHY_IRQ,  /* the host had an interrupt; nothing to do for the guest */
	WHY_BAD_STATE, /* illegal PSTATE: this vCPU cannot go on */
	WHY_COUNT,
};

struct vcpu_exit {
	enum exit_why why;
	struct mmio mmio;
	u64 mmio_ipa, mmio_data; /* data: of a store; fill in for a load */
};

/* What a VM's vCPUs have in common.  Later stages put it first in their own. */
struct vm {
	const char *name;
	struct stage2 s2;
	struct vmid vmid;
	const struct exit_table *exits;
	/* More state to switch at load and put; ends with a {NULL, NULL}. */
	const struct switch_block *blocks;
	/* Guest memory, for demand mapping (memory.c). */
	u64 ram_ipa, ram_size;
	u8 *ram;
};

struct vcpu;

/* C14: a part of the state that is switched at load and put. */
struct switch_block {
	void (*load)(struct vcpu *v);
	void (*put)(struct vcpu *v);
};

/* Bits of vcpu.pending: applied by C6, just before the entry. */
#define PENDING_SKIP BIT(0) /* the instruction was emulated: step over it */
#define PENDING_EXCEPTION BIT(1) /* take pending_esr (and _far) to EL1 */

struct vcpu {
	/* --- the guest's registers; entry.S knows this layout --- */
	u64 x[31];
	u64 pc, pstate;
	u64 sp_el0;
	u64 sys[NR_SYSREGS]; /* valid while not loaded; [SP_EL0] unused */
	u64 vdisr;           /* DISR_EL1 as the guest sees it (FEAT_RAS) */
	struct fpsimd_state fp;
	struct debug_state debug;

	/* --- how it runs --- */
	struct vm *vm;
	const char *name;
	u64 hcr;     /* HCR_EL2 while it runs: traps, and virtual interrupts */
	u64 vsesr;   /* the syndrome of a virtual SError */
	u64 mpidr;   /* what the guest reads from MPIDR_EL1 */
	u64 cntvoff; /* CNTVCT_EL0 = CNTPCT_EL0 - cntvoff */
	struct percpu *loaded_on; /* NULL: vcpu.sys and .fp are valid */
	bool fp_in_regs;          /* V0-V31 hold this guest's values */
	bool debug_in_use;        /* it touched a debug register since load */

	/* --- what to do at the next entry --- */
	u64 pending;
	u64 pending_esr, pending_far;

	/* --- what the last exit was --- */
	u64 esr, far, ipa;
	struct vcpu_exit exit;

	/* --- counts --- */
	u64 entries;    /* ERETs to the guest */
	u64 fast_exits; /* of these, fixed up without leaving vcpu_run */
	u64 exits_by_class[64];
	u64 irq_exits, serror_exits;
};

_Static_assert(offsetof(struct vcpu, x) == VCPU_X, "");
_Static_assert(offsetof(struct vcpu, pc) == VCPU_PC, "");
_Static_assert(offsetof(struct vcpu, pstate) == VCPU_PSTATE, "");
_Static_assert(offsetof(struct vcpu, sp_el0) == VCPU_SP_EL0, "");

/* vcpu_reset - as after a CPU's reset: EL1h, all masked, MMU off, at pc. */
void vcpu_reset(struct vcpu *v, struct vm *vm, const char *name, u64 pc);

/*
 * vcpu_load - put a vCPU's EL1 state on this CPU; vcpu_put takes it off.
 * Between the two the caller must not move to another CPU (context.c, C14).
 */
void vcpu_load(struct vcpu *v);
void vcpu_put(struct vcpu *v);

/*
 * vcpu_run - the world switch (switch.c, C1-C13): run the loaded vCPU's guest
 * until an exit that fixup_guest_exit cannot deal with.  Interrupts masked.
 */
u64 vcpu_run(struct vcpu *v);

/*
 * vcpu_run_loop - enter, handle exits by vm->exits, again, until a handler
 * wants the caller: v->exit then says why.  Takes the host's interrupts.
 */
enum exit_why vcpu_run_loop(struct vcpu *v);

/* entry.S: C10-C12.  Returns an exit_code. */
u64 guest_enter(struct vcpu *v, struct percpu *cpu);

/* A system register of the guest, wherever it is now: CPU or memory. */
u64 vcpu_read_sys(struct vcpu *v, enum sysreg reg);
void vcpu_write_sys(struct vcpu *v, enum sysreg reg, u64 value);

/* x0-x30, and 31 as the zero register: reads 0, forgets writes. */
static inline u64 vcpu_get_reg(const struct vcpu *v, unsigned n)
{
	return n < 31 ? v->x[n] : 0;
}

static inline void vcpu_set_reg(struct vcpu *v, unsigned n, u64 value)
{
	if (n < 31)
		v->x[n] = value;
}

/* The emulated instruction is done: continue behind it (all are 4 bytes). */
static inline void vcpu_skip(struct vcpu *v)
{
	v->pending |= PENDING_SKIP;
}

#endif /* __ASSEMBLER__ */
