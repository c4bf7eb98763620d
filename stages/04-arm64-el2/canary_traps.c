/*
 * canary_traps.c - does each trap bit trap?  canary_probes.def lists them.
 */
#include "04-arm64-el2/canary.h"
#include "04-arm64-el2/cpu.h"
#include "04-arm64-el2/esr.h"
#include "04-arm64-el2/gicv3.h"
#include "04-arm64-el2/hcr.h"
#include "04-arm64-el2/memory.h"
#include "04-arm64-el2/timer.h"
#include "lib/panic.h"

#define NONE EC_HVC64 /* the instruction behind the probe: nothing trapped */

static const struct {
	const char *bit;
	unsigned class;
} probes[] = {
#define PROBE(bit, class, feature, ...) { bit, class },
#include "04-arm64-el2/canary_probes.def"
#undef PROBE
};

static bool probe_applies(unsigned i)
{
	const bool feature[] = {
#define PROBE(bit, class, feature, ...) feature,
#include "04-arm64-el2/canary_probes.def"
#undef PROBE
	};

	return feature[i];
}

/* Run from pc at EL1 until something happens. */
static u64 run_at(struct canary *c, u64 pc)
{
	u64 daif = mask_all(), code;

	vmid_update(&vmid_pool, &c->vm.vmid, this_cpu()->id);
	c->v.pc = pc;
	c->v.pstate = PSTATE_EL1h | PSTATE_DAIF;
	code = vcpu_run(&c->v);
	write_daif(daif);
	return code;
}

static void probe(struct canary *c, unsigned i)
{
	u64 code = run_at(c, canary_stub(STUB_PROBES) + i * PROBE_SIZE);
	char text[80];

	if (code != EXIT_SYNC || ESR_EC(c->v.esr) != probes[i].class)
		stage_failed("canary: %s: exit code %lu, %s", probes[i].bit,
		             code, esr_describe(c->v.esr, text, sizeof(text)));
}

/* HCR_EL2.PTW: stage 1 tables in a device are a fault of the walk. */
static void probe_table_in_device(struct canary *c)
{
	struct vcpu *v = &c->v;
	u64 page = GUEST_RAM + 0xf000, mair = v->sys[MAIR_EL1], code;

	stage2_map(&c->vm.s2, page, page_to_phys(c->vm.ram + 0xf000),
	           PAGE_SIZE, S2_R | S2_W | S2_DEVICE);
	vcpu_write_sys(v, TCR_EL1, 25 | 1 << 23); /* 39 bits; not TTBR1 */
	vcpu_write_sys(v, TTBR0_EL1, page);
	vcpu_write_sys(v, SCTLR_EL1, vcpu_read_sys(v, SCTLR_EL1) | 1);
	code = run_at(c, GUEST_RAM);
	if (code != EXIT_SYNC || ESR_EC(v->esr) != EC_IABT_LOW ||
	    !(ESR_ISS(v->esr) & ISS_ABT_S1PTW))
		stage_failed("canary: HCR_EL2.PTW: no fault, ESR 0x%lx",
		             v->esr);
	if (ALIGN_DOWN(v->ipa, PAGE_SIZE) != page)
		stage_failed("canary: HPFAR_EL2 names 0x%lx, not 0x%lx",
		             v->ipa, page);
	vcpu_write_sys(v, SCTLR_EL1, vcpu_read_sys(v, SCTLR_EL1) & ~1ull);
	vcpu_write_sys(v, MAIR_EL1, mair);
}

/* A write to a page that is read-only: not HPFAR, but by translation. */
static void probe_permission(struct canary *c)
{
	struct vcpu *v = &c->v;
	u64 par = 0x1234567890abc000, page = GUEST_RAM + 0xe000;
	u64 code;

	stage2_protect(&c->vm.s2, page, PAGE_SIZE, S2_R);
	vcpu_write_sys(v, PAR_EL1, par);
	v->x[0] = ~(page + 0x123ull * 8);
	code = run_at(c, canary_stub(STUB_KINDS + KIND_STORE));
	if (code != EXIT_SYNC || ESR_EC(v->esr) != EC_DABT_LOW ||
	    v->ipa != page + 0x123 * 8)
		stage_failed("canary: write to read-only memory: code %lu, "
		             "ESR 0x%lx, IPA 0x%lx",
		             code, v->esr, v->ipa);
	if (vcpu_read_sys(v, PAR_EL1) != par)
		stage_failed("canary: PAR_EL1 is not the guest's any more");
}

/* HCR_EL2.FMO: the host's timer, for once as an FIQ. */
static void probe_fiq(struct canary *c)
{
	u64 code, daif = mask_all();

	gic_as_fiq(INTID_HOST_TIMER, true);
	timer_after(timer_frequency() / 50000);
	c->v.x[0] = 0;
	code = run_at(c, canary_stub(STUB_KINDS + KIND_SPIN));
	timer_off();
	gic_as_fiq(INTID_HOST_TIMER, false);
	write_daif(daif);
	if (code != EXIT_IRQ)
		stage_failed("canary: HCR_EL2.FMO: exit code %lu", code);
}

/* The physical counter traps, and shows the guest's time; and who it is. */
static void probe_counter(struct canary *c)
{
	u64 fast = c->v.fast_exits, before = timer_now(), seen;

	run_at(c, canary_stub(STUB_COUNTER));
	seen = c->v.x[0] + c->v.cntvoff;
	if (c->v.fast_exits != fast + 1 || seen < before || seen > timer_now())
		stage_failed("canary: CNTHCTL_EL2.EL1PCTEN: CNTPCT_EL0 is "
		             "not the guest's");
	if (c->v.x[2] != c->v.mpidr || c->v.x[3] != read_sysreg(MIDR_EL1))
		stage_failed("canary: the guest reads MPIDR_EL1 0x%lx, "
		             "MIDR_EL1 0x%lx",
		             c->v.x[2], c->v.x[3]);
	if (c->v.x[1] < c->v.x[0])
		stage_failed("canary: CNTVCT_EL0 is not CNTPCT_EL0's time");
}

/*
 * The physical timer's comparator, with the guest's offset in it: 0 was long
 * ago, all ones is never.  CNTP_CTL_EL0: on, masked; ISTATUS is bit 2.
 */
static void probe_comparator(struct canary *c, u64 cval, u64 status)
{
	struct vcpu *v = &c->v;
	u64 ctl = v->sys[CNTP_CTL_EL0], before = v->sys[CNTP_CVAL_EL0], seen;
	u64 offset = v->cntvoff;

	v->cntvoff = timer_now(); /* the guest's time begins */
	v->sys[CNTP_CTL_EL0] = 3;
	v->sys[CNTP_CVAL_EL0] = cval;
	vcpu_load(v);
	seen = vcpu_read_sys(v, CNTP_CTL_EL0) >> 2;
	vcpu_put(v);
	if (seen != status)
		stage_failed("canary: CNTP_CVAL_EL0 0x%lx: ISTATUS is %lu",
		             cval, seen);
	v->cntvoff = offset;
	v->sys[CNTP_CTL_EL0] = ctl;
	v->sys[CNTP_CVAL_EL0] = before;
}

void canary_traps(struct canary *c)
{
	unsigned n = 0;

	/* A guest that is lost is fetched back by an interrupt. */
	timer_after(10 * timer_frequency());
	write_sysreg(VPIDR_EL2, 0x5eed);
	vcpu_load(&c->v);
	/* EL1 itself lets everything through. */
	vcpu_write_sys(&c->v, CPACR_EL1,
	               CPTR_EL2_FPEN | CPTR_EL2_ZEN | CPTR_EL2_SMEN);
	for (unsigned i = 0; i < ARRAY_SIZE(probes); i++) {
		if (!probe_applies(i))
			continue;
		probe(c, i);
		n++;
	}
	probe_permission(c);
	probe_counter(c);
	probe_table_in_device(c);
	probe_fiq(c);
	vcpu_put(&c->v);
	timer_off();
	probe_comparator(c, 0, 1);
	probe_comparator(c, ~0ull, 0);
	printk("canary: %u trap bits trap, and 6 more paths\n", n);
}
