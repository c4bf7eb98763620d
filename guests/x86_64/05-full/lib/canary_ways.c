/*
 * canary_ways.c - x86: the canary guest's exits and system registers.
 */
#include "canary_ways.h"

#include "guest.h"

enum { RAX, RBX, RCX, RDX, RSI };

const struct canary_way canary_ways[] = {
	{ "OUT", canary_out, 0 },
	{ "CPUID", canary_cpuid, BIT(RAX) | BIT(RBX) | BIT(RCX) | BIT(RDX) },
	{ "IN", canary_in, BIT(RAX) },
	{ "MMIO store", canary_store, 0 },
	{ "VMCALL", canary_vmcall, BIT(RAX) },
	{ "MMIO load", canary_load, BIT(RAX) },
	{ NULL, NULL, 0 },
};

void canary_fix(struct canary_regs *in)
{
	in->general[RDX] =
		(in->general[RDX] & ~0xfffful) | (TESTDEV_PORT + TESTDEV_NOP);
	in->general[RBX] = TESTDEV_PAGE + TESTDEV_NOP;
	/* A hypercall that no hypervisor has. */
	in->general[RAX] |= 0x7ff00000;
}

static const struct {
	u32 index;
	u64 mask; /* what of it a guest may choose */
} msrs[] = {
	{ 0xc0000081, ~0ul },           /* STAR */
	{ 0xc0000082, 0x7fffffffffff }, /* LSTAR: canonical */
	{ 0xc0000083, 0x7fffffffffff }, /* CSTAR */
	{ 0xc0000084, 0xffffffff },     /* FMASK */
	{ 0xc0000100, 0x7fffffffffff }, /* FS_BASE */
	{ 0xc0000101, 0x7fffffffffff }, /* GS_BASE */
	{ 0xc0000102, 0x7fffffffffff }, /* KERNEL_GS_BASE */
	{ 0x174, 0xffff },              /* SYSENTER_CS */
	{ 0x175, 0x7fffffffffff },      /* SYSENTER_ESP */
	{ 0x176, 0x7fffffffffff },      /* SYSENTER_EIP */
};

static u64 value(u64 seed, u64 i)
{
	return (seed + i) * 0x9e3779b97f4a7c15;
}

void canary_fill_system(u64 seed)
{
	write_cr4(read_cr4() | BIT(9) | BIT(10)); /* SSE */
	for (u64 i = 0; i < ARRAY_SIZE(msrs); i++)
		wrmsr(msrs[i].index, value(seed, i) & msrs[i].mask);
	write_cr2(value(seed, 50));
	write_dr(value(seed, 51), value(seed, 52));
}

bool canary_check_system(u64 seed)
{
	for (u64 i = 0; i < ARRAY_SIZE(msrs); i++)
		if (rdmsr(msrs[i].index) != (value(seed, i) & msrs[i].mask)) {
			printk("FAILED: MSR 0x%x changed: 0x%lx\n",
			       msrs[i].index, rdmsr(msrs[i].index));
			return false;
		}
	if (read_cr2() != value(seed, 50)) {
		printk("FAILED: CR2 changed: 0x%lx\n", read_cr2());
		return false;
	}
	if (read_dr0() != value(seed, 51) || read_dr3() != value(seed, 52)) {
		printk("FAILED: DR0 or DR3 changed: 0x%lx, 0x%lx\n",
		       read_dr0(), read_dr3());
		return false;
	}
	return true;
}
