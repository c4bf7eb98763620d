/*
 * keys.c - arm64: a vCPU without KVM_ARM_VCPU_PTRAUTH_ADDRESS and _GENERIC has
 * no pointer authentication, whatever the CPU can do.
 */
#define INSN_LIST "keys.def"
#include "insn_list.h"

/* ID_AA64ISAR1_EL1: APA, API, GPA, GPI; ID_AA64ISAR2_EL1: GPA3, APA3. */
#define ISAR1_KEYS (MASK(11, 4) | MASK(31, 24))
#define ISAR2_KEYS MASK(15, 8)

int guest_main(void)
{
	u64 shown = (read_isar1() & ISAR1_KEYS) | (read_isar2() & ISAR2_KEYS);

	guest_catch_exceptions();
	if (shown)
		printk("FAILED: ID registers say 0x%lx\n", shown);
	return shown || insn_try_all(guest_try);
}
