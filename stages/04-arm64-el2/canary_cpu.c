/*
 * canary_cpu.c - one vCPU under test: patterns in, every way out, compare.
 */
#include "04-arm64-el2/canary.h"
#include "04-arm64-el2/cpu.h"
#include "04-arm64-el2/esr.h"
#include "04-arm64-el2/hcr.h"
#include "04-arm64-el2/memory.h"
#include "04-arm64-el2/timer.h"
#include "lib/panic.h"
#include "lib/string.h"

/* Where no guest has memory. */
#define NOWHERE 0x40000000ull
#define NZCV_AFTER_CMP 0x60000000ull

/* What each way out looks like from here. */
static const struct {
	const char *name;
	u64 code;
	unsigned ec;
} kinds[KINDS] = {
	[KIND_HVC] = { "HVC", EXIT_SYNC, EC_HVC64 },
	[KIND_SMC] = { "SMC", EXIT_SYNC, EC_SMC64 },
	[KIND_WFI] = { "WFI", EXIT_SYNC, EC_WFX },
	[KIND_STORE] = { "store", EXIT_SYNC, EC_DABT_LOW },
	[KIND_LOAD] = { "load", EXIT_SYNC, EC_DABT_LOW },
	[KIND_BRANCH] = { "branch", EXIT_SYNC, EC_IABT_LOW },
	[KIND_SYSREG] = { "MRS", EXIT_SYNC, EC_SYS64 },
	[KIND_SPIN] = { "IRQ", EXIT_IRQ, 0 },
};

static u64 features(void)
{
	return (cpu_features.pauth ? CANARY_PAUTH : 0) |
	       (cpu_features.sme ? CANARY_SME : 0) |
	       (cpu_features.ras ? CANARY_RAS : 0);
}

static void must_be(const struct canary *c, const char *where,
                    const char *what, u64 is, u64 should)
{
	if (is != should)
		stage_failed("canary: vCPU \"%s\", %s: %s is 0x%lx, "
		             "should be 0x%lx",
		             c->v.name, where, what, is, should);
}

/* Does this CPU have the register? */
static bool present(enum sysreg r)
{
	return (sysreg_info[r].class != SYSREG_KEY || cpu_features.pauth) &&
	       (sysreg_info[r].class != SYSREG_SME || cpu_features.sme);
}

/* A block of state of the VM's own, which only counts. */
static void block_load(struct vcpu *v)
{
	((struct canary *)v)->block_loads++;
}

static void block_put(struct vcpu *v)
{
	((struct canary *)v)->block_puts++;
}

static const struct switch_block blocks[] = {
	{ block_load, block_put },
	{ NULL, NULL },
};
_Static_assert(offsetof(struct canary, v) == 0, "block_load() relies on it");

void canary_setup(struct canary *c, const char *name, u64 seed)
{
	vm_create(&c->vm, name, guest_canary, guest_canary_size, 64 * KiB);
	if (stage2_map(&c->vm.s2, GUEST_RAM, page_to_phys(c->vm.ram), 64 * KiB,
	               S2_R | S2_W | S2_X))
		panic("no memory for a canary");
	vcpu_reset(&c->v, &c->vm, name, 0);
	c->vm.blocks = blocks;
	c->v.mpidr = BIT(31) | (u8)name[0];
	c->v.cntvoff = canary_random(&seed) >> 24;
	c->seed = seed;
	c->rounds = 0;
}

/* Fresh patterns for all that lies in memory between put and load. */
static void fill(struct canary *c)
{
	struct vcpu *v = &c->v;

	for (unsigned r = 0; r < NR_SYSREGS; r++) {
		u64 mask = sysreg_info[r].canary;
		u64 *reg = r == SP_EL0 ? &v->sp_el0 : &v->sys[r];

		*reg = (*reg & ~mask) | (canary_random(&c->seed) & mask);
	}
	v->sys[CPACR_EL1] |= CPTR_EL2_FPEN; /* or EL1 has no FP itself */
	/* Every other time with breakpoints in use: no trap then. */
	v->sys[MDSCR_EL1] &= ~MDSCR_EL1_MDE;
	v->debug_in_use = false; /* vcpu_load must see it in MDSCR_EL1 */
	if (c->rounds % 2)
		v->sys[MDSCR_EL1] |= MDSCR_EL1_MDE;
	v->vdisr = canary_random(&c->seed) & CANARY_DISR;
	for (int i = 0; i < 64; i++)
		v->fp.v[i / 2][i % 2] = canary_random(&c->seed);
	v->fp.fpsr = canary_random(&c->seed) & CANARY_FPSR;
	v->fp.fpcr = canary_random(&c->seed) & CANARY_FPCR;
	for (int i = 0; i < CANARY_BREAKPOINTS; i++) {
		v->debug.bvr[i] = canary_random(&c->seed) & CANARY_BVR;
		v->debug.bcr[i] = canary_random(&c->seed) & CANARY_BCR;
	}
	for (int i = 0; i < CANARY_WATCHPOINTS; i++) {
		v->debug.wvr[i] = canary_random(&c->seed) & CANARY_BVR;
		v->debug.wcr[i] = canary_random(&c->seed) & CANARY_WCR;
	}
}

/* What all that must be at the end: what the guest inverts. */
static void expect(struct canary *c)
{
	const struct vcpu *v = &c->v;

	for (unsigned r = 0; r < NR_SYSREGS; r++)
		c->expect.sys[r] = (r == SP_EL0 ? v->sp_el0 : v->sys[r]) ^
		                   (present(r) ? sysreg_info[r].canary : 0);
	c->expect.vdisr = v->vdisr ^ (cpu_features.ras ? CANARY_DISR : 0);
	for (int i = 0; i < 64; i++)
		c->expect.fp.v[i / 2][i % 2] = ~v->fp.v[i / 2][i % 2];
	c->expect.fp.fpsr = v->fp.fpsr ^ CANARY_FPSR;
	c->expect.fp.fpcr = v->fp.fpcr ^ CANARY_FPCR;
	for (int i = 0; i < CANARY_BREAKPOINTS; i++) {
		c->expect.debug.bvr[i] = v->debug.bvr[i] ^ CANARY_BVR;
		c->expect.debug.bcr[i] = v->debug.bcr[i] ^ CANARY_BCR;
	}
	for (int i = 0; i < CANARY_WATCHPOINTS; i++) {
		c->expect.debug.wvr[i] = v->debug.wvr[i] ^ CANARY_BVR;
		c->expect.debug.wcr[i] = v->debug.wcr[i] ^ CANARY_WCR;
	}
}

static void compare(const struct canary *c)
{
	const struct vcpu *v = &c->v;

	for (unsigned r = 0; r < NR_SYSREGS; r++)
		if (present(r))
			must_be(c, "at the end", sysreg_info[r].name,
			        r == SP_EL0 ? v->sp_el0 : v->sys[r],
			        c->expect.sys[r]);
	must_be(c, "at the end", "DISR_EL1", v->vdisr, c->expect.vdisr);
	for (int i = 0; i < 64; i++)
		must_be(c, "at the end", "a V register", v->fp.v[i / 2][i % 2],
		        c->expect.fp.v[i / 2][i % 2]);
	must_be(c, "at the end", "FPSR", v->fp.fpsr, c->expect.fp.fpsr);
	must_be(c, "at the end", "FPCR", v->fp.fpcr, c->expect.fp.fpcr);
	for (int i = 0; i < CANARY_BREAKPOINTS; i++) {
		must_be(c, "at the end", "DBGBVR<n>", v->debug.bvr[i],
		        c->expect.debug.bvr[i]);
		must_be(c, "at the end", "DBGBCR<n>", v->debug.bcr[i],
		        c->expect.debug.bcr[i]);
	}
	for (int i = 0; i < CANARY_WATCHPOINTS; i++) {
		must_be(c, "at the end", "DBGWVR<n>", v->debug.wvr[i],
		        c->expect.debug.wvr[i]);
		must_be(c, "at the end", "DBGWCR<n>", v->debug.wcr[i],
		        c->expect.debug.wcr[i]);
	}
}

/* A guest that is lost is fetched back by an interrupt. */
#define PATIENCE_SECONDS 10

/* vcpu_run, watched. */
static u64 run_once(struct canary *c, const char *where)
{
	struct canary_call r;
	u64 daif = mask_all();

	vmid_update(&vmid_pool, &c->vm.vmid, this_cpu()->id);
	r = canary_call(&c->v, vcpu_run);
	for (int n = 19; n < 32; n++)
		if (r.broken >> n & 1)
			stage_failed("canary: vCPU \"%s\", %s: the host's "
			             "%s%d is lost",
			             c->v.name, where,
			             n == 31 ? "SP_EL0 " : "x", n);
	must_be(c, where, "the host's DAIF", read_daif(), DAIF_ALL);
	must_be(c, where, "percpu.running", (u64)this_cpu()->running, 0);
	write_daif(daif);
	c->runs++;
	return r.result;
}

/* One of the first three stubs: inverts its registers, then HVC. */
static void run_stub(struct canary *c, unsigned stub, const char *where)
{
	struct vcpu *v = &c->v;
	bool mde = v->sys[MDSCR_EL1] & MDSCR_EL1_MDE;
	u64 code;

	v->pc = canary_stub(stub);
	v->pstate = PSTATE_EL1h | PSTATE_DAIF;
	v->x[28] = features();
	timer_after(PATIENCE_SECONDS * timer_frequency());
	do {
		code = run_once(c, where);
		/* The first debug register: trapped, then the guest's own. */
		if (code == EXIT_SYNC && ESR_EC(v->esr) == EC_SYS64 &&
		    !v->debug_in_use && !mde)
			debug_start_use(v);
		else
			break;
	} while (true);
	timer_off();
	must_be(c, where, "the exit code", code, EXIT_SYNC);
	must_be(c, where, "the exception class", ESR_EC(v->esr), EC_HVC64);
}

/* x0-x30, PC, PSTATE by one way out, from EL1 or EL0. */
static void run_kind(struct canary *c, unsigned kind, bool el0)
{
	struct vcpu *v = &c->v;
	const char *name = kinds[kind].name;
	u64 insn = canary_stub(STUB_KINDS + kind) + KIND_INSN, expected[31];
	u64 code, mode = el0 ? PSTATE_EL0t : PSTATE_EL1h;
	char reg[8];

	for (int i = 0; i < 31; i++)
		v->x[i] = canary_random(&c->seed);
	v->x[0] = ~(NOWHERE | (v->x[0] & 0xff8)); /* an address, inverted */
	for (int i = 0; i < 31; i++)
		expected[i] = ~v->x[i];
	v->pc = canary_stub(STUB_KINDS + kind);
	v->pstate = mode | PSTATE_DAIF | BIT(31); /* N: CMP clears it */
	do {
		u64 daif =
			mask_all(); /* the timer's interrupt is the guest's */

		timer_after(kind == KIND_SPIN ?
		                    timer_frequency() / 50000 :
		                    PATIENCE_SECONDS * timer_frequency());
		code = run_once(c, name);
		write_daif(daif);
	} while (kind == KIND_SPIN && code == EXIT_IRQ && v->pc != insn);
	timer_off();

	must_be(c, name, "the exit code", code, kinds[kind].code);
	if (code == EXIT_SYNC)
		must_be(c, name, "the exception class", ESR_EC(v->esr),
		        kinds[kind].ec);
	for (int i = 0; i < 31; i++) {
		snprintk(reg, sizeof(reg), "x%d", i);
		must_be(c, name, reg, v->x[i], expected[i]);
	}
	must_be(c, name, "PC", v->pc,
	        kind == KIND_BRANCH ? expected[0] :
	        kind == KIND_HVC    ? insn + 4 :
	                              insn);
	/* BR leaves a note for branch target checks (PSTATE.BTYPE). */
	must_be(c, name, "PSTATE", v->pstate & ~PSTATE_BTYPE,
	        mode | PSTATE_DAIF | NZCV_AFTER_CMP);
	if (kind == KIND_LOAD || kind == KIND_STORE) {
		must_be(c, name, "FAR_EL2", v->far, expected[0]);
		must_be(c, name, "the IPA", v->ipa, expected[0]);
	}
}

/* An ERET to a PSTATE that no guest can have: it must come back as an exit. */
static void run_illegal(struct canary *c)
{
	struct vcpu *v = &c->v;
	u64 before[31];

	for (int i = 0; i < 31; i++)
		v->x[i] = before[i] = canary_random(&c->seed);
	v->pc = canary_stub(STUB_KINDS);
	v->pstate = 0xd | PSTATE_DAIF; /* EL3h */
	must_be(c, "illegal PSTATE", "the exit code",
	        run_once(c, "illegal PSTATE"), EXIT_ILLEGAL);
	must_be(c, "illegal PSTATE", "PC", v->pc, canary_stub(STUB_KINDS));
	for (int i = 0; i < 31; i++)
		must_be(c, "illegal PSTATE", "a register", v->x[i], before[i]);
}

/* A 32-bit program at the guest's EL0. */
static void run_32(struct canary *c)
{
	struct vcpu *v = &c->v;
	u64 code, daif;

	if (!cpu_features.aarch32)
		return;
	for (int i = 0; i < 15; i++)
		v->x[i] = (u32)canary_random(&c->seed);
	v->x[0] = NOWHERE;
	v->pc = canary_stub(STUB_32);
	v->pstate = PSTATE_nRW | PSTATE_AIF;
	code = run_once(c, "32-bit load");
	must_be(c, "32-bit load", "the exit code", code, EXIT_SYNC);
	must_be(c, "32-bit load", "the exception class", ESR_EC(v->esr),
	        EC_DABT_LOW);
	must_be(c, "32-bit load", "PC", v->pc, canary_stub(STUB_32));
	must_be(c, "32-bit load", "PSTATE", v->pstate,
	        PSTATE_nRW | PSTATE_AIF);
	must_be(c, "32-bit load", "the IPA", v->ipa, NOWHERE);
	v->pc += 4; /* an endless loop */
	daif = mask_all();
	timer_after(timer_frequency() / 50000);
	must_be(c, "32-bit loop", "the exit code", run_once(c, "32-bit loop"),
	        EXIT_IRQ);
	write_daif(daif);
}

static u64 load_it(struct vcpu *v)
{
	vcpu_load(v);
	return 0;
}

static u64 put_it(struct vcpu *v)
{
	vcpu_put(v);
	return 0;
}

void canary_round(struct canary *c)
{
	struct canary_host host;
	u64 fast;

	c->block_loads = c->block_puts = 0;
	fill(c);
	expect(c);
	canary_host_fill(&host, &c->seed);
	canary_call(&c->v, load_it);
	run_stub(c, STUB_SYSREGS, "system registers");
	for (unsigned kind = 0; kind < KINDS; kind++)
		run_kind(c, kind, false);
	run_kind(c, KIND_STORE, true);
	run_kind(c, KIND_LOAD, true);
	run_32(c);
	run_illegal(c);
	fast = c->v.fast_exits;
	for (int i = 0; i < 3; i++) /* trapped once, then the guest's */
		run_stub(c, STUB_FP, "FP registers");
	must_be(c, "FP registers", "the number of FP traps",
	        c->v.fast_exits - fast, 1);
	run_stub(c, STUB_DEBUG, "debug registers");
	run_kind(c, c->rounds % KINDS, false);
	canary_call(&c->v, put_it);
	compare(c);
	must_be(c, "at the end", "loads of its block", c->block_loads, 1);
	must_be(c, "at the end", "puts of its block", c->block_puts, 1);
	canary_host_check(&host, c);
	c->rounds++;
}
