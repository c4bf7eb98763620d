/*
 * test_arm64_exit.c - handlers, and exceptions that they inject.
 */
#include <criterion/criterion.h>
#include <string.h>

#include "04-arm64-el2/debug.h"
#include "04-arm64-el2/esr.h"
#include "04-arm64-el2/exit.h"
#include "04-arm64-el2/hcr.h"
#include "04-arm64-el2/inject.h"
#include "tests/fake/arm64_cpu.h"

static struct vm vm;
static struct vcpu v;
static bool is_memory;

bool memory_fault(struct vcpu *vcpu)
{
	(void)vcpu;
	return is_memory;
}

void debug_start_use(struct vcpu *vcpu)
{
	vcpu->debug_in_use = true;
}

static void setup(void)
{
	memset(&v, 0, sizeof(v));
	vm.exits = &default_exits;
	v.vm = &vm;
	v.pc = 0x1000;
	v.pstate = PSTATE_EL1h;
	is_memory = false;
}

TestSuite(arm64_exit, .init = setup);

static enum handled exit_by(u64 esr)
{
	v.esr = esr;
	return handle_exit(&v, EXIT_SYNC);
}

#define ABORT(ec, iss) ((u64)(ec) << 26 | ESR_IL | (iss))

Test(arm64_exit, hvc_is_passed_smc_is_not)
{
	cr_expect_eq(exit_by(ABORT(EC_HVC64, 0)), RESUME_GUEST);
	cr_expect_eq(v.x[0], ~0ull);
	cr_expect_eq(v.pending, 0);
	cr_expect_eq(exit_by(ABORT(EC_SMC64, 0)), RESUME_GUEST);
	cr_expect_eq(v.pending, PENDING_SKIP);
	inject_apply(&v);
	cr_expect_eq(v.pc, 0x1004);
	cr_expect_eq(v.pending, 0);
}

Test(arm64_exit, load_completes_into_the_register)
{
	cr_expect_eq(exit_by(ABORT(EC_DABT_LOW, 1 << 24 | 5 << 16 | 6)),
	             EXIT_TO_CALLER);
	cr_expect_eq(v.exit.why, WHY_MMIO);
	v.exit.mmio_data = 0x1ff;
	mmio_finish(&v);
	cr_expect_eq(v.x[5], 0xff);
	inject_apply(&v);
	cr_expect_eq(v.pc, 0x1004);
}

Test(arm64_exit, register_31)
{
	/* STR wzr: a zero.  LDR wzr: forgotten; x30's neighbour stays. */
	v.pc = 0x1000;
	exit_by(ABORT(EC_DABT_LOW, 1 << 24 | 2 << 22 | 31 << 16 | 1 << 6));
	cr_expect_eq(v.exit.mmio_data, 0);
	exit_by(ABORT(EC_DABT_LOW, 1 << 24 | 2 << 22 | 31 << 16));
	v.exit.mmio_data = ~0ull;
	mmio_finish(&v);
	cr_expect_eq(v.pc, 0x1000);
	cr_expect_eq(v.x[30], 0);
}

Test(arm64_exit, no_syndrome_is_an_external_abort)
{
	v.far = 0xabc;
	cr_expect_eq(exit_by(ABORT(EC_DABT_LOW, 6)), RESUME_GUEST);
	cr_expect_eq(v.pending, PENDING_EXCEPTION);
	v.sys[VBAR_EL1] = 0x8000;
	inject_apply(&v);
	cr_expect_eq(v.pc, 0x8200);
	cr_expect_eq(v.sys[ELR_EL1], 0x1000);
	cr_expect_eq(v.sys[FAR_EL1], 0xabc);
	cr_expect_eq(ESR_EC(v.sys[ESR_EL1]), EC_DABT_CUR);
	cr_expect_eq(ISS_ABT_FSC(v.sys[ESR_EL1]), FSC_EXTERNAL);
}

Test(arm64_exit, memory_resumes)
{
	is_memory = true;
	cr_expect_eq(exit_by(ABORT(EC_DABT_LOW, 6)), RESUME_GUEST);
	cr_expect_eq(v.pending, 0);
	cr_expect_eq(exit_by(ABORT(EC_IABT_LOW, 6)), RESUME_GUEST);
	cr_expect_eq(v.pending, 0);
}

/* Every class, with any syndrome, has an answer; nothing panics. */
Test(arm64_exit, every_class_is_handled)
{
	for (u64 ec = 0; ec < 64; ec++)
		for (u64 i = 0; i < 64; i++) {
			u64 iss = i * 0x9e3779b9 & MASK(24, 0);
			enum handled h = exit_by(ec << 26 | iss);

			cr_assert(h == RESUME_GUEST || h == EXIT_TO_CALLER);
			v.pending = 0;
		}
	cr_expect_eq(v.exits_by_class[0x3f], 64);
}

Test(arm64_exit, serror_on_the_way_out)
{
	v.esr = ABORT(EC_HVC64, 0);
	v.pc = 0x1004;
	cr_expect_eq(handle_exit(&v, EXIT_SYNC | EXIT_WITH_SERROR),
	             RESUME_GUEST);
	cr_expect_eq(v.pc, 0x1000, "the HVC runs again");
	cr_expect(v.hcr & HCR_EL2_VSE);
	v.esr = ABORT(EC_WFX, 0);
	handle_exit(&v, EXIT_SYNC | EXIT_WITH_SERROR);
	cr_expect_eq(v.pc, 0x1000, "a WFI was not passed yet");
	handle_exit(&v, EXIT_IRQ | EXIT_WITH_SERROR);
	cr_expect_eq(v.pc, 0x1000);
}

Test(arm64_exit, codes)
{
	cr_expect_eq(handle_exit(&v, EXIT_IRQ), EXIT_TO_CALLER);
	cr_expect_eq(v.exit.why, WHY_IRQ);
	cr_expect_eq(handle_exit(&v, EXIT_ILLEGAL), EXIT_TO_CALLER);
	cr_expect_eq(v.exit.why, WHY_BAD_STATE);
	cr_expect_eq(handle_exit(&v, EXIT_SERROR), RESUME_GUEST);
	cr_expect_eq(v.serror_exits, 1);
}

Test(arm64_exit, vectors_by_origin)
{
	cr_expect_eq(inject_vector(PSTATE_EL1t), 0x000);
	cr_expect_eq(inject_vector(PSTATE_EL1h), 0x200);
	cr_expect_eq(inject_vector(PSTATE_EL0t), 0x400);
	cr_expect_eq(inject_vector(PSTATE_nRW), 0x600);
}

Test(arm64_exit, pstate_after_an_exception)
{
	u64 span = BIT(23), dssbs = BIT(44);

	cr_expect_eq(inject_pstate(PSTATE_NZCV | PSTATE_SS | PSTATE_IL, span),
	             PSTATE_NZCV | PSTATE_DAIF | PSTATE_EL1h);
	cr_expect(inject_pstate(0, 0) & PSTATE_PAN);
	cr_expect_not(inject_pstate(0, span) & PSTATE_PAN);
	cr_expect(inject_pstate(PSTATE_PAN, span) & PSTATE_PAN);
	cr_expect(inject_pstate(0, dssbs) & PSTATE_SSBS);
}

Test(arm64_exit, abort_from_el0_is_from_a_lower_level)
{
	v.pstate = PSTATE_EL0t;
	inject_external_abort(&v, true, 0);
	cr_expect_eq(ESR_EC(v.pending_esr), EC_IABT_LOW);
	inject_external_abort(&v, false, 0);
	cr_expect_eq(ESR_EC(v.pending_esr), EC_DABT_LOW);
}
