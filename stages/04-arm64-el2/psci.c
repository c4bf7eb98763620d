/*
 * psci.c - the firmware's interface; also how every run ends.
 */
#include "04-arm64-el2/psci.h"

#include "04-arm64-el2/psci_insn.h"
#include "04-arm64-el2/sysreg_insn.h"
#include "lib/panic.h"

enum psci_conduit psci_conduit = PSCI_SMC;

s64 psci_call_by(enum psci_conduit by, u64 fn, u64 a1, u64 a2, u64 a3)
{
	return by == PSCI_SMC ? firmware_smc(fn, a1, a2, a3) :
	                        firmware_hvc(fn, a1, a2, a3);
}

s64 psci_call(u64 fn, u64 a1, u64 a2, u64 a3)
{
	return psci_call_by(psci_conduit, fn, a1, a2, a3);
}

_Noreturn void arch_poweroff(void)
{
	psci_call(PSCI_SYSTEM_OFF, 0, 0, 0);
	for (;;)
		wfi();
}
