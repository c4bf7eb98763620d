/*
 * ptrauth.c - the ten key registers.
 */
#include "04-arm64-el2/ptrauth.h"

#include "04-arm64-el2/sysreg_insn.h"

/* anchor: ptrauth */
void ptrauth_load(struct vcpu *v)
{
	const u64 *sys = v->sys;

	write_sysreg(APIAKEYLO_EL1, sys[APIAKEYLO_EL1]);
	write_sysreg(APIAKEYHI_EL1, sys[APIAKEYHI_EL1]);
	write_sysreg(APIBKEYLO_EL1, sys[APIBKEYLO_EL1]);
	write_sysreg(APIBKEYHI_EL1, sys[APIBKEYHI_EL1]);
	write_sysreg(APDAKEYLO_EL1, sys[APDAKEYLO_EL1]);
	write_sysreg(APDAKEYHI_EL1, sys[APDAKEYHI_EL1]);
	write_sysreg(APDBKEYLO_EL1, sys[APDBKEYLO_EL1]);
	write_sysreg(APDBKEYHI_EL1, sys[APDBKEYHI_EL1]);
	write_sysreg(APGAKEYLO_EL1, sys[APGAKEYLO_EL1]);
	write_sysreg(APGAKEYHI_EL1, sys[APGAKEYHI_EL1]);
}

void ptrauth_save(struct vcpu *v)
{
	u64 *sys = v->sys;

	sys[APIAKEYLO_EL1] = read_sysreg(APIAKEYLO_EL1);
	sys[APIAKEYHI_EL1] = read_sysreg(APIAKEYHI_EL1);
	sys[APIBKEYLO_EL1] = read_sysreg(APIBKEYLO_EL1);
	sys[APIBKEYHI_EL1] = read_sysreg(APIBKEYHI_EL1);
	sys[APDAKEYLO_EL1] = read_sysreg(APDAKEYLO_EL1);
	sys[APDAKEYHI_EL1] = read_sysreg(APDAKEYHI_EL1);
	sys[APDBKEYLO_EL1] = read_sysreg(APDBKEYLO_EL1);
	sys[APDBKEYHI_EL1] = read_sysreg(APDBKEYHI_EL1);
	sys[APGAKEYLO_EL1] = read_sysreg(APGAKEYLO_EL1);
	sys[APGAKEYHI_EL1] = read_sysreg(APGAKEYHI_EL1);
}
/* end: ptrauth */
