/*
 * exit_entry_controls.c - the rules of exit_entry_controls.def, SDM 27.2.1.2
 * and 27.2.1.3.
 */
#include "02-vmcs/entry_checks/check.h"

static bool other_event_supported(const struct check *k)
{
	/* With FRED, type 7 also stands for SYSCALL and SYSENTER. */
	if (F(GUEST_CR4) & CR4_FRED && EVENT_VECTOR)
		return true;
	return vmx_may_set(k->env->caps, VMX_PROC, PROC_MONITOR_TRAP_FLAG);
}

static bool delivers_error_code(const struct check *k)
{
	return F(VM_ENTRY_INTERRUPTION_INFO) & EVENT_HAS_ERROR_CODE;
}

/* Newer CPUs (with #CP) leave it to software which exceptions have one. */
static bool any_error_code(const struct check *k)
{
	return CAP_BIT(IA32_VMX_BASIC, BASIC_ANY_ERROR_CODE);
}

static bool vector_has_error_code(u64 vector)
{
	return vector == 8 || (vector >= 10 && vector <= 14) || vector == 17;
}

static bool event_bits_allowed(const struct check *k)
{
	u64 allowed = EVENT_VALID | MASK(11, 0);

	if (CAP_BIT(IA32_VMX_BASIC, BASIC_NESTED_EXCEPTION) &&
	    EVENT_TYPE == EVENT_HARDWARE_EXCEPTION)
		allowed |= EVENT_NESTED;
	return !(F(VM_ENTRY_INTERRUPTION_INFO) & ~allowed);
}

/* Events that an instruction raised: its length is part of them. */
static bool event_has_length(const struct check *k)
{
	return INJECTED_TYPE(SOFTWARE_INTERRUPT) ||
	       INJECTED_TYPE(PRIVILEGED_SOFTWARE_EXCEPTION) ||
	       INJECTED_TYPE(SOFTWARE_EXCEPTION) ||
	       (INJECTED_TYPE(OTHER) && EVENT_VECTOR);
}

#include "02-vmcs/entry_checks/define_rules.h"
#include "02-vmcs/entry_checks/exit_entry_controls.def"
