/*
 * early.c - before the MMU: will this machine do?
 *
 * Runs at physical addresses with the data cache off, perhaps not even at
 * EL2, so it uses nothing of the rest: no printk (its lock needs cacheable
 * memory), no tables of pointers.
 */
#include "04-arm64-el2/early.h"

#include "04-arm64-el2/layout.h"
#include "04-arm64-el2/psci.h"
#include "04-arm64-el2/sysreg_insn.h"
#include "lib/panic.h"

static void early_puts(const char *s)
{
	volatile u32 *uart = (u32 *)EARLY_UART_PA;

	while (*s)
		*uart = (u8)*s++;
}

/*
 * Says why not, and powers off.  The device tree would tell by which of the
 * two instructions the firmware is called; unread yet, the rule is: with EL2
 * in our hands nobody below could answer an HVC, without it HVC it is.
 */
static _Noreturn void refuse(const char *reason, u64 el)
{
	early_puts("stage ");
	early_puts(stage_number);
	early_puts(": FAILED: ");
	early_puts(reason);
	early_puts("\r\n");
	psci_call_by(el == 2 ? PSCI_SMC : PSCI_HVC, PSCI_SYSTEM_OFF, 0, 0, 0);
	for (;;)
		wfi();
}

void early_check(u64 image_pa)
{
	u64 el = current_el();

	if (el == 1)
		refuse("started at EL1, but a hypervisor needs EL2 "
		       "(QEMU: -M virt,virtualization=on)",
		       el);
	if (el == 3)
		refuse("started at EL3, expected EL2 from a firmware "
		       "(QEMU: -M virt without secure=on)",
		       el);
	if (!BITS(read_sysreg(ID_AA64MMFR1_EL1), 11, 8))
		refuse("this CPU has no VHE (ID_AA64MMFR1_EL1.VH is 0): "
		       "use Armv8.1 or later (QEMU: -cpu neoverse-n1)",
		       el);
	if (image_pa != IMAGE_PA)
		refuse("the image is not at 0x40200000, where it is linked "
		       "(QEMU: -M virt -kernel stage-04.img)",
		       el);
}
