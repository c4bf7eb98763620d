/*
 * forge.c - planting SErrors; forge.h says why and how.
 */
#include "04-arm64-el2/forge.h"

#include "04-arm64-el2/cpu.h"
#include "04-arm64-el2/esr.h"
#include "04-arm64-el2/exit.h"
#include "04-arm64-el2/hcr.h"
#include "04-arm64-el2/memory.h"
#include "04-arm64-el2/mmu.h"
#include "04-arm64-el2/sysreg_insn.h"
#include "04-arm64-el2/trap.h"
#include "lib/panic.h"

/* entry.S, vectors.S, forge_serror.S. */
extern u32 serror_test[], serror_window[], guest_vector_sync[];
extern u32 forge_in_guest[], forge_in_window[], forge_in_switch[];

#define MOV_X2_0X100 0xd2802002 /* as if ISR_EL1.A were set */
#define HVC_4 0xd4000082
#define BRK 0xd4200000

/* Text is never writable (mmu.c): an alias of its page is, for a moment. */
#define ALIAS (LINEAR_BASE + BIT(38))

static struct {
	u32 *at;
	u32 old;
} planted[2];

static void poke(u32 *at, u32 insn)
{
	u64 page = ALIGN_DOWN(virt_to_phys(at), PAGE_SIZE);
	u64 offset = virt_to_phys(at) - page;

	if (mmu_map(kernel_root, ALIAS, page, PAGE_SIZE, MMU_RW))
		panic("no alias for the text at %p", (void *)at);
	*(volatile u32 *)(ALIAS + offset) = insn;
	dsb_ish();
	mmu_unmap(kernel_root, ALIAS, PAGE_SIZE);
	mmu_flush_code(at, sizeof(*at));
}

/* B: 26 bits, in instructions (C6.2). */
static u32 branch(const u32 *from, const u32 *to)
{
	return 0x14000000 | ((u32)(to - from) & 0x03ffffff);
}

static void plant(unsigned i, u32 *at, u32 insn)
{
	planted[i].at = at;
	planted[i].old = *at;
	poke(at, insn);
}

static u32 *slot(unsigned n)
{
	return (u32 *)(guest_vectors + 128 * n);
}

void forge_on(enum forge where)
{
	switch ((unsigned)where) {
	case FORGE_IN_GUEST:
		plant(0, guest_vector_sync,
		      branch(guest_vector_sync, forge_in_guest));
		break;
	case FORGE_IN_WINDOW:
		plant(0, serror_test, MOV_X2_0X100);
		plant(1, serror_window,
		      branch(serror_window, forge_in_window));
		break;
	case FORGE_BRK_IN_SWITCH:
		plant(0, serror_test, BRK);
		break;
	default:
		plant(0, serror_test,
		      branch(serror_test, slot(where - FORGE_SLOT)));
		break;
	case FORGE_IN_SWITCH:
		/* The same exception, a few instructions too early. */
		plant(0, serror_test, branch(serror_test, forge_in_switch));
		break;
	}
}

void forge_off(void)
{
	for (unsigned i = 0; i < ARRAY_SIZE(planted); i++) {
		if (planted[i].at)
			poke(planted[i].at, planted[i].old);
		planted[i].at = NULL;
	}
}

static void check(bool ok, const char *what, const struct vcpu *v)
{
	if (!ok)
		stage_failed("canary: SError: %s (ESR 0x%lx, PC 0x%lx)", what,
		             v->esr, v->pc);
}

static u64 run_hvc(struct canary *c)
{
	struct vcpu *v = &c->v;
	u64 daif = mask_all();
	struct canary_call r;
	u64 unmasked;

	for (int i = 0; i < 31; i++)
		v->x[i] = canary_random(&c->seed);
	v->pc = canary_stub(STUB_KINDS + KIND_HVC);
	v->pstate = PSTATE_EL1h | PSTATE_DAIF;
	vmid_update(&vmid_pool, &c->vm.vmid, this_cpu()->id);
	r = canary_call(v, vcpu_run);
	unmasked = read_daif();
	write_daif(daif);
	check(!r.broken, "the host's registers are lost", v);
	check(unmasked == DAIF_ALL, "the host is left unmasked", v);
	return r.result;
}

/* The guest's answer to a virtual SError: HVC #4 in its vector. */
static void expect_delivery(struct canary *c)
{
	struct vcpu *v = &c->v;
	u64 vbar = GUEST_RAM + 0x8000, daif;
	u32 *slot = vm_memory(&c->vm, vbar + 0x380, 4);

	*slot = HVC_4;
	mmu_flush_code(slot, 4);
	vcpu_write_sys(v, VBAR_EL1, vbar);
	check(v->hcr & HCR_EL2_VSE, "no virtual SError is pending", v);
	v->pstate &= ~PSTATE_DAIF;
	daif = mask_all();
	vcpu_run(v);
	write_daif(daif);
	check(v->pc == vbar + 0x384, "the guest did not take it", v);
	check(ESR_EC(vcpu_read_sys(v, ESR_EL1)) == EC_SERROR,
	      "the guest's ESR_EL1 says something else", v);
	check(ESR_ISS(vcpu_read_sys(v, ESR_EL1)) == v->vsesr,
	      "the guest's syndrome is not ours", v);
	check(!(v->hcr & HCR_EL2_VSE), "still pending after delivery", v);
}

void forge_canary(struct canary *c)
{
	struct vcpu *v = &c->v;
	u64 code, hvc = canary_stub(STUB_KINDS + KIND_HVC) + KIND_INSN;

	vcpu_load(v);
	forge_on(FORGE_IN_GUEST);
	code = run_hvc(c);
	forge_off();
	check(code == EXIT_SERROR, "in the guest: another exit code", v);
	handle_exit(v, code);
	v->vsesr = 0x123;
	expect_delivery(c);

	forge_on(FORGE_IN_WINDOW);
	code = run_hvc(c);
	forge_off();
	check(code == (EXIT_SYNC | EXIT_WITH_SERROR),
	      "in the window: another exit code", v);
	check(ESR_EC(v->esr) == EC_HVC64 && v->pc == hvc + 4,
	      "in the window: the exit itself is lost", v);
	handle_exit(v, code);
	check(v->pc == hvc, "the HVC would not run again", v);
	expect_delivery(c);
	vcpu_put(v);
	printk("canary: SErrors in the guest and in the window: delivered\n");
}
