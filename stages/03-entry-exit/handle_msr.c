/*
 * handle_msr.c - RDMSR and WRMSR.
 *
 * Three kinds of MSR: those that are the guest's own while it runs (switched
 * by switch.c or by the VMCS) do not exit at all; a few are emulated here; all
 * others do not exist for the guest, so #GP.
 */
#include "01-vmxon/insn.h"
#include "03-entry-exit/msr_policy.h"
#include "03-entry-exit/vcpu.h"
#include "lib/string.h"

/* MSRs whose guest value lives in the VMCS while the host runs. */
static const u32 in_vmcs[] = {
	IA32_FS_BASE,      IA32_GS_BASE,      IA32_SYSENTER_CS,
	IA32_SYSENTER_ESP, IA32_SYSENTER_EIP, IA32_PAT,
};

static const u32 switched[] = {
#define SWITCHED(name, why) name,
#include "03-entry-exit/switched_msrs.def"
};

/* Four bitmaps of 1 KiB: read low, read high, write low, write high. */
#define HIGH_MSRS 0xc0000000u
#define WRITE_BITMAPS 2048

static u8 *byte_of(u8 *page, u32 msr)
{
	return page + (msr >= HIGH_MSRS ? 1024 : 0) + (msr & 0x1fff) / 8;
}

static void allow(u8 *page, u32 msr)
{
	u8 *map = byte_of(page, msr);

	map[0] &= (u8)~BIT(msr % 8);
	map[WRITE_BITMAPS] &= (u8)~BIT(msr % 8);
}

void msr_policy_trap(void *page, u32 msr)
{
	u8 *map = byte_of(page, msr);

	map[0] |= (u8)BIT(msr % 8);
	map[WRITE_BITMAPS] |= (u8)BIT(msr % 8);
}

void msr_policy_fill_bitmap(void *page)
{
	memset(page, 0xff, PAGE_SIZE);
	for (unsigned i = 0; i < ARRAY_SIZE(in_vmcs); i++)
		allow(page, in_vmcs[i]);
	for (unsigned i = 0; i < ARRAY_SIZE(switched); i++)
		allow(page, switched[i]);
}

#define APIC_BASE_RESET 0xfee00900 /* enabled, boot CPU */

bool msr_read(struct vcpu *v, u32 msr, u64 *value)
{
	(void)v;
	switch (msr) {
	case IA32_EFER:
		*value = vmcs_read64(GUEST_IA32_EFER);
		return true;
	case IA32_TSC:
		*value = rdtsc() + vmcs_read64(TSC_OFFSET);
		return true;
	case IA32_APIC_BASE:
		*value = APIC_BASE_RESET;
		return true;
	default:
		return false;
	}
}

/* LMA is the CPU's; LME may not change while paging is on (SDM 10.8.5). */
static bool write_efer(u64 value)
{
	u64 old = vmcs_read64(GUEST_IA32_EFER);
	u64 known = EFER_SCE | EFER_LME | EFER_LMA | EFER_NXE;

	if (value & ~known)
		return false;
	if ((value ^ old) & EFER_LME && vmcs_readnat(GUEST_CR0) & CR0_PG)
		return false;
	vmcs_write64(GUEST_IA32_EFER, (value & ~EFER_LMA) | (old & EFER_LMA));
	return true;
}

bool msr_write(struct vcpu *v, u32 msr, u64 value)
{
	(void)v;
	switch (msr) {
	case IA32_EFER:
		return write_efer(value);
	case IA32_TSC:
		vmcs_write64(TSC_OFFSET, value - rdtsc());
		return true;
	default:
		return false;
	}
}

enum exit_action handle_rdmsr(struct vcpu *v)
{
	u64 value;

	if (!msr_read(v, (u32)v->regs.rcx, &value))
		return handle_protection(v);
	v->regs.rax = (u32)value;
	v->regs.rdx = value >> 32;
	vcpu_skip(v);
	return EXIT_RESUME;
}

enum exit_action handle_wrmsr(struct vcpu *v)
{
	u64 value = v->regs.rdx << 32 | (u32)v->regs.rax;

	if (!msr_write(v, (u32)v->regs.rcx, value))
		return handle_protection(v);
	vcpu_skip(v);
	return EXIT_RESUME;
}
