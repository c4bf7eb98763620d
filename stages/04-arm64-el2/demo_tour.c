/*
 * demo_tour.c - one guest that leaves in every way (guests/arm64/tour.S).
 *
 * The VM's exit table is one of ours: it prints each exit and what becomes of
 * it, and lets the default table decide.
 */
#include "04-arm64-el2/demo.h"
#include "04-arm64-el2/esr.h"
#include "04-arm64-el2/exit.h"
#include "04-arm64-el2/gicv3.h"
#include "04-arm64-el2/hcr.h"
#include "04-arm64-el2/inject.h"
#include "04-arm64-el2/memory.h"
#include "04-arm64-el2/timer.h"
#include "04-arm64-el2/tour.h"
#include "lib/panic.h"

/*
 * A guest that is lost is fetched back by an interrupt, or noticed at its next
 * exit: the interrupt may come while the host runs.
 */
#define PATIENCE_SECONDS 10

static struct vm vm;
static struct vcpu vcpu;
static u64 deadline;

static void check_deadline(const struct vcpu *v)
{
	if (timer_now() > deadline)
		stage_failed("tour: the guest is lost at 0x%lx", v->pc);
}

/* --- the table: trace, then default ------------------------------------------ */

static const char *outcome(const struct vcpu *v, enum handled h)
{
	if (h == EXIT_TO_CALLER)
		return "the caller is asked";
	if (v->pending & PENDING_EXCEPTION)
		return "an exception for the guest";
	return v->pending & PENDING_SKIP ? "done, next instruction" : "done";
}

static enum handled traced(struct vcpu *v)
{
	exit_handler *h = default_exits.by_class[ESR_EC(v->esr)];
	u64 pc = v->pc;
	char text[96];
	enum handled done;

	check_deadline(v);
	/* The guest's own calls to this demonstration are no news. */
	if (ESR_EC(v->esr) == EC_HVC64 && ESR_ISS(v->esr))
		return h(v);
	done = h ? h(v) : default_exits.otherwise(v);
	printk("  exit at 0x%lx: %s -> %s\n", pc,
	       esr_describe(v->esr, text, sizeof(text)), outcome(v, done));
	return done;
}

static const struct exit_table traced_exits = {
	.otherwise = traced,
	.irq = handle_irq,
	.serror = handle_serror,
	.illegal = handle_illegal,
	.sysregs = &sysreg_emul_table,
};

/* --- the guest's sayings, each with what it must be ---------------------------- */

/* The guest's ESR_EL1, by class. */
#define CLASS(ec) ((u64)(ec) << 26)

static const struct {
	const char *text;
	u64 mask, value; /* what x1 must be */
} sayings[TOUR_SAYINGS] = {
	[TOUR_HVC] = { "an unknown HVC answers", ~0ull, ~0ull },
	[TOUR_SMC] = { "an unknown SMC answers", ~0ull, ~0ull },
	[TOUR_PFR0] = { "no EL2, no SVE, no GIC: ID_AA64PFR0_EL1 is",
	                0xf0f00ff00, 0 },
	[TOUR_UNDEF] = { "LORSA_EL1 is undefined: my ESR_EL1 is", CLASS(63),
	                 CLASS(EC_UNKNOWN) },
	[TOUR_DEBUG] = { "I keep what I write to DBGBVR0_EL1, now", 0xfff,
	                 0x120 },
	[TOUR_LOAD] = { "the device answered, sign-extended,", ~0ull,
	                0xffffffffffff8042 },
	[TOUR_NO_ISV] = { "LDP from a device: an external abort, ESR_EL1",
	                  CLASS(63) | 0x3f, CLASS(EC_DABT_CUR) | 0x10 },
	[TOUR_BRANCH] = { "a branch into a device: the same, ESR_EL1",
	                  CLASS(63) | 0x3f, CLASS(EC_IABT_CUR) | 0x10 },
	[TOUR_FP] = { "2.0 * 2.0 is", ~0ull, 4 },
	[TOUR_TIME] = { "both counters show the same time:", ~0ull, 1 },
	[TOUR_IRQ] = { "my timer's interrupt came, times", ~0ull, 1 },
	[TOUR_SERROR] = { "an SError came, ESR_EL1", CLASS(63),
	                  CLASS(EC_SERROR) },
	[TOUR_MMU] = { "my MMU and caches are on: SCTLR_EL1", 0x1005, 0x1005 },
	[TOUR_USER] = { "my program at EL0 called me, times", ~0ull, 2 },
	[TOUR_PAUTH] = { "a signed pointer differs, and checks:", ~0ull, 1 },
};

static void say(const struct vcpu *v)
{
	u64 what = v->x[0], value = v->x[1];

	if (what >= TOUR_SAYINGS || !sayings[what].text)
		stage_failed("tour: the guest said something unknown, %lu",
		             what);
	printk("    guest: \"%s 0x%lx\"\n", sayings[what].text, value);
	if ((value & sayings[what].mask) != sayings[what].value)
		stage_failed("tour: that should be 0x%lx",
		             sayings[what].value);
}

/* --- the caller of vcpu_run_loop: plays the devices ---------------------------- */

static void device(struct vcpu *v)
{
	struct vcpu_exit *e = &v->exit;

	if (e->mmio_ipa != TOUR_DEVICE)
		stage_failed("tour: access to 0x%lx", e->mmio_ipa);
	if (e->mmio.write)
		printk("    device: %u byte(s) stored: 0x%lx\n", e->mmio.size,
		       e->mmio_data);
	else
		e->mmio_data = 0x8042;
	mmio_finish(v);
}

static bool call(struct vcpu *v)
{
	switch (ESR_ISS(v->esr)) {
	case TOUR_SAY:
		say(v);
		return true;
	case TOUR_WANT_SERROR:
		printk("  host: HCR_EL2.VSE=1, a virtual SError with ISS 0x42\n");
		inject_serror(v, 0x42);
		return true;
	case TOUR_IRQ_SEEN:
		inject_irq_line(v, false);
		gic_mask(INTID_GUEST_VTIMER, false);
		return true;
	case TOUR_DONE:
		return false;
	default:
		stage_failed("tour: the guest is lost: ESR_EL1 0x%lx, ELR_EL1 "
		             "0x%lx",
		             vcpu_read_sys(v, ESR_EL1),
		             vcpu_read_sys(v, ELR_EL1));
	}
}

/*
 * The guest's timer fired: its line stays high until the guest is done with
 * it, so this interrupt is masked meanwhile, and a virtual one made pending.
 */
static void guest_timer(void)
{
	gic_mask(INTID_GUEST_VTIMER, true);
	inject_irq_line(&vcpu, true);
}

static void run_tour(struct vcpu *v)
{
	deadline = timer_now() + PATIENCE_SECONDS * timer_frequency();
	timer_after(PATIENCE_SECONDS * timer_frequency());
	for (;;) {
		switch (vcpu_run_loop(v)) {
		case WHY_HVC:
			if (call(v))
				break;
			timer_off();
			return;
		case WHY_MMIO:
			device(v);
			break;
		case WHY_WFI:
			while (!(v->hcr & HCR_EL2_VI))
				wfi();
			printk("  host: the guest's timer fired: HCR_EL2.VI=1\n");
			break;
		case WHY_IRQ:
			check_deadline(v);
			break;
		default:
			stage_failed("tour: vCPU \"%s\" cannot go on",
			             v->name);
		}
	}
}

/* PSTATEs that are no guest's: refused by ERET, and by vcpu_run_loop. */
static void illegal(struct vcpu *v)
{
	u64 pstate = v->pstate, entries = v->entries;

	v->pstate = 0xd; /* EL3h */
	if (vcpu_run_loop(v) != WHY_BAD_STATE || v->entries == entries)
		stage_failed("tour: a guest at EL3?");
	printk("  entry with PSTATE = EL3h: ERET refuses; the caller is told\n");
	entries = v->entries;
	v->pstate = PSTATE_EL2h;
	if (vcpu_run_loop(v) != WHY_BAD_STATE || v->entries != entries)
		stage_failed("tour: a guest at EL2?");
	printk("  with EL2h ERET would not: refused before\n");
	v->pstate = pstate;
}

void demo_tour(void)
{
	struct vcpu *v = &vcpu;

	printk("--- a guest at EL1 that leaves in every way\n");
	vm_create(&vm, "tour", guest_tour, guest_tour_size, 64 * KiB);
	vm.exits = &traced_exits;
	vcpu_reset(v, &vm, "tour.0", GUEST_RAM);
	v->cntvoff = timer_now(); /* its time begins now */
	gic_on(INTID_GUEST_VTIMER, guest_timer);
	vcpu_load(v);
	run_tour(v);
	illegal(v);
	vcpu_put(v);
	gic_mask(INTID_GUEST_VTIMER, true);
	printk("%lu entries; %lu exits were fast (inside of vcpu_run): FP, "
	       "timer\n\n",
	       v->entries, v->fast_exits);
	vm_destroy(&vm);
}
