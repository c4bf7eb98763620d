/*
 * handle_insn.c - instructions that exit: CPUID, HLT, VMCALL and others that
 * need little.
 */
#include "01-vmxon/insn.h"
#include "03-entry-exit/vcpu.h"

/* CPUID.1:ECX bits that we do not virtualize, so the guest must not see. */
#define HIDE_1_ECX                                                            \
	(BIT(3) /* MONITOR */ | CPUID_1_ECX_VMX | BIT(15) /* PDCM */ |        \
	 BIT(17) /* PCID */ | BIT(21) /* x2APIC */ |                          \
	 BIT(24) /* TSC deadline */ | CPUID_1_ECX_XSAVE |                     \
	 BIT(27) /* OSXSAVE */ | BIT(28) /* AVX */ | BIT(12) /* FMA */ |      \
	 BIT(29) /* F16C */)
/* CPUID.7.0:EBX bits that may stay: FSGSBASE, SMEP, ERMS, SMAP and such. */
#define SHOW_7_EBX                                                            \
	(BIT(0) | BIT(3) | BIT(7) | BIT(8) | BIT(9) | BIT(18) | BIT(19) |     \
	 BIT(20))
#define SHOW_7_ECX BIT(2) /* UMIP */

#define LEAF_XSAVE 0xd
#define LEAF_HYPERVISOR 0x40000000
#define LEAF_EXTENDED 0x80000000

/* What is left when a leaf's features depend on state we do not switch. */
static void hide(u32 leaf, struct cpuid *r)
{
	switch (leaf) {
	case 1:
		r->ecx &= ~HIDE_1_ECX;
		r->ecx |= CPUID_1_ECX_HYPERVISOR;
		break;
	case 7:
		r->eax = 0; /* in subleaf 0 the number of the others */
		r->ebx &= SHOW_7_EBX;
		r->ecx &= SHOW_7_ECX;
		r->edx = 0;
		break;
	case 0xa: /* performance monitoring */
	case LEAF_XSAVE:
		*r = (struct cpuid){ 0 };
		break;
	case LEAF_HYPERVISOR: /* 12 characters of who we are */
		*r = (struct cpuid){ LEAF_HYPERVISOR, 0x6c726f57, 0x77532064,
			             0x68637469 };
		break;
	}
}

enum exit_action handle_cpuid(struct vcpu *v)
{
	u32 leaf = (u32)v->regs.rax;
	struct cpuid r = cpuid(leaf, (u32)v->regs.rcx);

	/* The leaves that only name the CPU are its own. */
	if (leaf - 1 < LEAF_HYPERVISOR)
		hide(leaf, &r);
	v->regs.rax = r.eax;
	v->regs.rbx = r.ebx;
	v->regs.rcx = r.ecx;
	v->regs.rdx = r.edx;
	vcpu_skip(v);
	return EXIT_RESUME;
}

/* The caller decides what a halted guest waits for. */
enum exit_action handle_hlt(struct vcpu *v)
{
	vcpu_skip(v);
	return EXIT_TO_CALLER;
}

/* RAX is the call's number; what it means is between guest and caller. */
enum exit_action handle_vmcall(struct vcpu *v)
{
	vcpu_skip(v);
	return EXIT_TO_CALLER;
}

/* Instructions that the guest may believe to have executed. */
enum exit_action handle_nothing(struct vcpu *v)
{
	vcpu_skip(v);
	return EXIT_RESUME;
}

enum exit_action handle_rdtsc(struct vcpu *v)
{
	u64 tsc = rdtsc() + vmcs_read64(TSC_OFFSET);

	v->regs.rax = (u32)tsc;
	v->regs.rdx = tsc >> 32;
	vcpu_skip(v);
	return EXIT_RESUME;
}

/* CPUID says that this CPU has no such instruction: #UD, as it would be. */
enum exit_action handle_undefined(struct vcpu *v)
{
	inject_exception(v, VECTOR_UD);
	return EXIT_RESUME;
}

/* There is no such counter, or MSR: #GP(0). */
enum exit_action handle_protection(struct vcpu *v)
{
	inject_exception_code(v, VECTOR_GP, 0);
	return EXIT_RESUME;
}

enum exit_action handle_to_caller(struct vcpu *v)
{
	(void)v;
	return EXIT_TO_CALLER;
}
