/*
 * calls.c - x86: the ioctls that fuzz makes.
 */
#include "05-full/user/fuzz/fuzz.h"

const struct fuzz_call fuzz_calls[] = {
#include "05-full/user/fuzz/calls.def"
	{ KVM_GET_SUPPORTED_CPUID, false },
	{ KVM_GET_MSR_INDEX_LIST, false },
	{ KVM_SET_CPUID2, false },
	{ KVM_GET_CPUID2, false },
	{ KVM_GET_REGS, false },
	{ KVM_SET_REGS, false },
	{ KVM_GET_SREGS, false },
	{ KVM_SET_SREGS, false },
	{ KVM_GET_FPU, false },
	{ KVM_SET_FPU, false },
	{ KVM_GET_XSAVE, false },
	{ KVM_SET_XSAVE, false },
	{ KVM_GET_XCRS, false },
	{ KVM_SET_XCRS, false },
	{ KVM_GET_DEBUGREGS, false },
	{ KVM_SET_DEBUGREGS, false },
	{ KVM_GET_MSRS, false },
	{ KVM_SET_MSRS, false },
	{ KVM_GET_LAPIC, false },
	{ KVM_SET_LAPIC, false },
	{ KVM_GET_IRQCHIP, false },
	{ KVM_SET_IRQCHIP, false },
	{ KVM_CREATE_IRQCHIP, true },
	{ KVM_CREATE_PIT2, false },
	{ KVM_GET_PIT2, false },
	{ KVM_SET_PIT2, false },
	{ KVM_GET_CLOCK, false },
	{ KVM_SET_CLOCK, false },
	{ KVM_SET_TSS_ADDR, true },
	{ KVM_SET_IDENTITY_MAP_ADDR, false },
	{ KVM_INTERRUPT, false },
	{ KVM_NMI, true },
	{ KVM_TRANSLATE, false },
	{ KVM_TPR_ACCESS_REPORTING, false },
	{ KVM_SET_TSC_KHZ, true },
	{ KVM_GET_TSC_KHZ, true },
};
const unsigned fuzz_call_count = ARRAY_SIZE(fuzz_calls);

/* Counts in front of lists; the rest stays random. */
void fuzz_plausible(struct fuzz *f, unsigned long request)
{
	u32 *word = (u32 *)f->arg;

	switch (request) {
	case KVM_SET_CPUID2:
	case KVM_GET_CPUID2:
	case KVM_GET_SUPPORTED_CPUID:
		word[0] = (u32)fuzz_below(f, 100);
		break;
	case KVM_GET_MSRS:
	case KVM_SET_MSRS:
		word[0] = (u32)fuzz_below(f, 8);
		word[1] = 0;
		word[2] = 0xc0000080 + (u32)fuzz_below(f, 5);
		break;
	case KVM_GET_IRQCHIP:
	case KVM_SET_IRQCHIP:
		word[0] = (u32)fuzz_below(f, 4);
		break;
	case KVM_INTERRUPT:
		word[0] = (u32)fuzz_below(f, 300);
		break;
	}
}
