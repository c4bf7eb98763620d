/*
 * here.c - this CPU, as the entry checker wants to know it.
 */
#include "02-vmcs/here.h"

#include "01-vmxon/cpu.h"
#include "02-vmcs/vmcs.h"

/* CPUID bits that decide which fields and MSR bits exist (SDM vol. 2). */
#define CPUID_7_EBX_SGX BIT(2)
#define CPUID_7_EBX_RTM BIT(11)
#define CPUID_7_ECX_LA57 BIT(16)
#define CPUID_7_ECX_BUS_LOCK BIT(24)
#define CPUID_7_1_EAX_LAM BIT(26)
#define CPUID_X1_EDX_SYSCALL BIT(11)
#define CPUID_X1_EDX_NX BIT(20)

/* Memory is mapped where it is, up to here (paging.h). */
#define MAPPED (4 * GiB)

static bool read_physical(u64 pa, u64 *value)
{
	if (pa + 8 > MAPPED || pa & 7)
		return false;
	*value = *(volatile u64 *)pa;
	return true;
}

static u64 efer_bits(void)
{
	u32 edx = cpuid(0x80000001, 0).edx;

	return EFER_LME | EFER_LMA |
	       (edx & CPUID_X1_EDX_SYSCALL ? EFER_SCE : 0) |
	       (edx & CPUID_X1_EDX_NX ? EFER_NXE : 0);
}

/* The counters: general ones from bit 0, fixed ones from bit 32. */
static u64 perf_global_bits(void)
{
	struct cpuid c = cpuid(0xa, 0);

	return (BIT(BITS(c.eax, 15, 8)) - 1) | (BIT(BITS(c.edx, 4, 0)) - 1)
	                                               << 32;
}

struct check_env check_env_here(const struct vmx_caps *caps)
{
	struct cpuid widths = cpuid(0x80000008, 0), seven = cpuid(7, 0);
	/* LBR, BTF; TR to FREEZE_WHILE_SMM (SDM 18.4.1) */
	u64 debugctl = MASK(1, 0) | MASK(14, 6) |
	               (seven.ecx & CPUID_7_ECX_BUS_LOCK ? BIT(2) : 0) |
	               (seven.ebx & CPUID_7_EBX_RTM ? BIT(15) : 0);

	return (struct check_env){
		.caps = caps,
		.physical_bits = BITS(widths.eax, 7, 0),
		.linear_bits = seven.ecx & CPUID_7_ECX_LA57 ? 57 : 48,
		.in_ia32e_mode = rdmsr(IA32_EFER) & EFER_LMA,
		.has_sgx = seven.ebx & CPUID_7_EBX_SGX,
		.has_rtm = seven.ebx & CPUID_7_EBX_RTM,
		.has_bus_lock = seven.ecx & CPUID_7_ECX_BUS_LOCK,
		.has_lam = seven.eax && cpuid(7, 1).eax & CPUID_7_1_EAX_LAM,
		.current_vmcs = vmcs_current().v,
		.debugctl_reserved = ~debugctl,
		.efer_reserved = ~efer_bits(),
		.perf_global_reserved = ~perf_global_bits(),
		.rtit_ctl_reserved = MASK(63, 48),
		.lbr_ctl_reserved = MASK(63, 23),
		.spec_ctrl_reserved = MASK(63, 11),
		.read = read_physical,
	};
}
