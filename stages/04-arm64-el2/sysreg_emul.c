/*
 * sysreg_emul.c - the trapped registers.
 *
 * Why a register traps: it would show or change something that is not the
 * guest's (ID registers name features that are hidden: SVE, PMU, EL2; the
 * debug lock is the machine's), or the guest has it only when it wants it
 * (breakpoints).  One that is not in the table does not exist for a guest.
 */
#include "04-arm64-el2/sysreg_emul.h"

#include "04-arm64-el2/debug.h"

enum sysreg_answer sysreg_raz_wi(struct vcpu *v, const struct sysreg_emul *e,
                                 bool read, u64 *value)
{
	(void)v;
	if (read)
		*value = e->set;
	return SYSREG_DONE;
}

enum sysreg_answer sysreg_id(struct vcpu *v, const struct sysreg_emul *e,
                             bool read, u64 *value)
{
	(void)v;
	if (!read)
		return SYSREG_UNDEF;
	*value = (e->host() & e->mask) | e->set;
	return SYSREG_DONE;
}

/* Debug registers: the guest's own from now on, and the access runs again. */
static enum sysreg_answer debug_access(struct vcpu *v)
{
	if (v->debug_in_use)
		return SYSREG_UNDEF; /* it exists on no CPU */
	debug_start_use(v);
	return SYSREG_AGAIN;
}

/* Fields of the ID registers that a guest may see as they are. */
#define FIELD(lo) (0xfull << (lo))
/* FP, AdvSIMD, RAS, DIT, CSV3; AArch64 only at EL0 and EL1; CSV2 at most 1. */
#define PFR0_MASK (FIELD(16) | FIELD(20) | FIELD(28) | FIELD(48) | FIELD(60))
#define PFR0_SET (0x11ull | 1ull << 56)
/* BT, SSBS. */
#define PFR1_MASK (FIELD(0) | FIELD(4))
/* DebugVer, BRPs, WRPs, CTX_CMPs, DoubleLock: no PMU, profiling, trace. */
#define DFR0_MASK (FIELD(0) | FIELD(12) | FIELD(20) | FIELD(28) | FIELD(36))
/* All but LS64: HCRX_EL2 would have to allow it. */
#define ISAR1_MASK (~FIELD(60))
/* All but WFxT (a trapped WFIT would sleep too long), MOPS, 128-bit registers. */
#define ISAR2_MASK (~(FIELD(0) | FIELD(16) | FIELD(32) | FIELD(36)))
/* All but FGT and ECV, which are EL2's. */
#define MMFR0_MASK (~(FIELD(56) | FIELD(60)))
/* HAFDBS, HPDS, PAN, ETS: no VH, LO, XNX, TWED, HCX. */
#define MMFR1_MASK (FIELD(0) | FIELD(12) | FIELD(20) | FIELD(36))
/* All but NV, FWB, EVT. */
#define MMFR2_MASK (~(FIELD(24) | FIELD(40) | FIELD(56)))
#define ALL (~0ull)

/* clang-format off */
#define ID(name, op0, op1, cn, cm, o2, mask, set) \
	{ SYSREG_ENC(op0, op1, cn, cm, o2), sysreg_id, read_##name, mask, set },
#define RAZ_WI(op0, op1, cn, cm, o2, value) \
	{ SYSREG_ENC(op0, op1, cn, cm, o2), sysreg_raz_wi, NULL, 0, value },

static const struct sysreg_emul rows[] = {
	RAZ_WI(2, 0, 1, 0, 0, 0)    /* MDRAR_EL1: no debug ROM */
	RAZ_WI(2, 0, 1, 0, 4, 0)    /* OSLAR_EL1 */
	RAZ_WI(2, 0, 1, 1, 4, 0x8)  /* OSLSR_EL1: a lock, and it is open */
	RAZ_WI(2, 0, 1, 3, 4, 0)    /* OSDLR_EL1 */
	RAZ_WI(2, 0, 1, 4, 4, 0)    /* DBGPRCR_EL1 */
	ID(ID_AA64PFR0_EL1, 3, 0, 0, 4, 0, PFR0_MASK, PFR0_SET)
	ID(ID_AA64PFR1_EL1, 3, 0, 0, 4, 1, PFR1_MASK, 0)
	ID(ID_AA64DFR0_EL1, 3, 0, 0, 5, 0, DFR0_MASK, 0)
	ID(ID_AA64ISAR0_EL1, 3, 0, 0, 6, 0, ALL, 0)
	ID(ID_AA64ISAR1_EL1, 3, 0, 0, 6, 1, ISAR1_MASK, 0)
	ID(ID_AA64ISAR2_EL1, 3, 0, 0, 6, 2, ISAR2_MASK, 0)
	ID(ID_AA64MMFR0_EL1, 3, 0, 0, 7, 0, MMFR0_MASK, 0)
	ID(ID_AA64MMFR1_EL1, 3, 0, 0, 7, 1, MMFR1_MASK, 0)
	ID(ID_AA64MMFR2_EL1, 3, 0, 0, 7, 2, MMFR2_MASK, 0)
	RAZ_WI(3, 0, 1, 0, 1, 0)    /* ACTLR_EL1 */
	RAZ_WI(3, 0, 5, 3, 0, 0)    /* ERRIDR_EL1: no error records */
	RAZ_WI(3, 0, 5, 3, 1, 0)    /* ERRSELR_EL1 */
};
/* clang-format on */

const struct sysreg_table sysreg_emul_table = { rows, ARRAY_SIZE(rows) };

/* The ID registers' space, also those not yet invented: zero (D13.1). */
static bool in_id_space(u32 enc)
{
	return enc >= SYSREG_ENC(3, 0, 0, 1, 0) &&
	       enc <= SYSREG_ENC(3, 0, 0, 7, 7);
}

/* Breakpoints, watchpoints, MDSCR_EL1 and the like: MDCR_EL2.TDA's. */
static bool is_debug(u32 enc)
{
	u32 crn = BITS(enc, 10, 7);

	return BITS(enc, 15, 14) == 2 && (crn == 0 || crn == 7);
}

enum sysreg_answer sysreg_emulate(const struct sysreg_table *t, struct vcpu *v,
                                  u32 enc, bool read, u64 *value)
{
	const struct sysreg_emul *e = sysreg_find(t, enc);

	if (e)
		return e->access(v, e, read, value);
	if (is_debug(enc))
		return debug_access(v);
	if (in_id_space(enc) && read) {
		*value = 0;
		return SYSREG_DONE;
	}
	return SYSREG_UNDEF;
}
