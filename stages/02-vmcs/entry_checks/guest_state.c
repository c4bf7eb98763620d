/*
 * guest_state.c - the rules of guest_state.def, SDM 27.3.1.4-27.3.1.6.
 */
#include "02-vmcs/access_rights.h"
#include "02-vmcs/entry_checks/check.h"

static bool runs_64bit_code(const struct check *k)
{
	return IA32E_GUEST && F(GUEST_CS_ACCESS_RIGHTS) & AR_L;
}

/* --- activity state ------------------------------------------------------------ */

static bool activity_supported(const struct check *k)
{
	switch (F(GUEST_ACTIVITY_STATE)) {
	case HLT:
		return CAP_BIT(IA32_VMX_MISC, MISC_ACTIVITY_HLT);
	case SHUTDOWN:
		return CAP_BIT(IA32_VMX_MISC, MISC_ACTIVITY_SHUTDOWN);
	case WAIT_FOR_SIPI:
		return CAP_BIT(IA32_VMX_MISC, MISC_ACTIVITY_WAIT_FOR_SIPI);
	default:
		return true;
	}
}

static bool is_exception(const struct check *k, u64 vector)
{
	return EVENT_TYPE == EVENT_HARDWARE_EXCEPTION &&
	       EVENT_VECTOR == vector;
}

static bool hlt_takes_event(const struct check *k)
{
	return EVENT_TYPE == EVENT_EXTERNAL_INTERRUPT ||
	       EVENT_TYPE == EVENT_NMI || is_exception(k, VECTOR_DB) ||
	       is_exception(k, VECTOR_MC) ||
	       (EVENT_TYPE == EVENT_OTHER && EVENT_VECTOR == 0);
}

static bool shutdown_takes_event(const struct check *k)
{
	return EVENT_TYPE == EVENT_NMI || is_exception(k, VECTOR_MC);
}

/* --- interruptibility and pending debug exceptions ------------------------------ */

#define BLOCKED(why) (!!(F(GUEST_INTERRUPTIBILITY_STATE) & BLOCKING_##why))

/* States in which a single-step trap must be pending if TF asks for one. */
static bool step_is_known(const struct check *k)
{
	return BLOCKED(BY_STI) || BLOCKED(BY_MOV_SS) ||
	       F(GUEST_ACTIVITY_STATE) == HLT;
}

static bool steps(const struct check *k)
{
	return F(GUEST_RFLAGS) & RFLAGS_TF &&
	       !(F(GUEST_IA32_DEBUGCTL) & DEBUGCTL_BTF);
}

/* --- VMCS link pointer ----------------------------------------------------------- */

#define LINKED (F(VMCS_LINK_POINTER) != ~0ull)
#define SHADOW_VMCS BIT(31) /* of a VMCS region's first word, SDM 25.2 */

/* The first word of the linked VMCS; false if its address is bad already. */
static bool link_word(const struct check *k, u64 *word)
{
	u64 link = F(VMCS_LINK_POINTER);

	return aligned(link, 4096) && within_width(k, link) &&
	       k->env->read(link, word);
}

static bool link_revision(const struct check *k)
{
	u64 word;

	return !link_word(k, &word) ||
	       BITS(word, 30, 0) == vmx_revision(k->env->caps);
}

static bool link_shadow(const struct check *k)
{
	u64 word;

	return !link_word(k, &word) ||
	       !!(word & SHADOW_VMCS) == PROC2(VMCS_SHADOWING);
}

/* --- PDPTEs ------------------------------------------------------------------------ */

static bool uses_pae_paging(const struct check *k)
{
	return F(GUEST_CR0) & CR0_PG && F(GUEST_CR4) & CR4_PAE && !IA32E_GUEST;
}

static bool pdptes_in_memory(const struct check *k)
{
	u64 table = F(GUEST_CR3) & MASK(31, 5), pdpte;

	for (unsigned i = 0; i < 4; i++)
		if (k->env->read(table + 8 * i, &pdpte) &&
		    !valid_pdpte(k, pdpte))
			return false;
	return true;
}

#include "02-vmcs/entry_checks/define_rules.h"
#include "02-vmcs/entry_checks/guest_state.def"
