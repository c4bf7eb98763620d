/*
 * vmx_cpu.c - capability MSRs: of real CPUs as published in bug reports and
 * CPU databases, of Bochs 2.7 as read from it.  See vmx_cpu.h.
 */
#include "tests/fake/vmx_cpu.h"

struct msr_value {
	u32 number;
	u64 value;
};

struct model {
	const char *name;
	struct msr_value msrs[24]; /* number 0: the end */
};

static const struct model models[FAKE_CPUS] = {
	[CPU_CORE2] = { "Core 2 Duo (Merom)",
	                {
				{ 0x03a, 0x5 },
				{ 0x480, 0x1a040000000007 },
				{ 0x481, 0x1f00000016 },
				{ 0x482, 0x77b9fffe0401e172 },
				{ 0x483, 0x3efff00036dff },
				{ 0x484, 0x1fff000011ff },
				{ 0x485, 0x403c0 },
				{ 0x486, 0x80000021 },
				{ 0x487, 0xffffffff },
				{ 0x488, 0x2000 },
				{ 0x489, 0x27ff },
				{ 0x48a, 0x2c },
			} },
	[CPU_PENRYN] = { "Core 2 Duo (Penryn)",
	                 {
				 { 0x03a, 0x5 },
				 { 0x480, 0x5a08000000000b },
				 { 0x481, 0x3f00000016 },
				 { 0x482, 0xf7f9fffe0401e172 },
				 { 0x483, 0x3efff00036dff },
				 { 0x484, 0x1fff000011ff },
				 { 0x485, 0x403c0 },
				 { 0x486, 0x80000021 },
				 { 0x487, 0xffffffff },
				 { 0x488, 0x2000 },
				 { 0x489, 0x67ff },
				 { 0x48a, 0x2c },
				 { 0x48b, 0x100000000 },
			 } },
	[CPU_IVY] = { "Core i5-3570 (Ivy Bridge)",
	              {
			      { 0x03a, 0x5 },
			      { 0x480, 0xda040000000010 },
			      { 0x481, 0x7f00000016 },
			      { 0x482, 0xfff9fffe0401e172 },
			      { 0x483, 0x7fffff00036dff },
			      { 0x484, 0xffff000011ff },
			      { 0x485, 0x100401e5 },
			      { 0x486, 0x80000021 },
			      { 0x487, 0xffffffff },
			      { 0x488, 0x2000 },
			      { 0x489, 0x1767ff },
			      { 0x48a, 0x2a },
			      { 0x48b, 0x8ff00000000 },
			      { 0x48c, 0xf0106114141 },
			      { 0x48d, 0x7f00000016 },
			      { 0x48e, 0xfff9fffe04006172 },
			      { 0x48f, 0x7fffff00036dfb },
			      { 0x490, 0xffff000011fb },
		      } },
	[CPU_BROADWELL] = { "Core i7-5600U (Broadwell)",
	                    {
				    { 0x03a, 0x5 },
				    { 0x480, 0xda040000000012 },
				    { 0x481, 0x7f00000016 },
				    { 0x482, 0xfff9fffe0401e172 },
				    { 0x483, 0x7fffff00036dff },
				    { 0x484, 0xffff000011ff },
				    { 0x485, 0x300481e5 },
				    { 0x486, 0x80000021 },
				    { 0x487, 0xffffffff },
				    { 0x488, 0x2000 },
				    { 0x489, 0x3767ff },
				    { 0x48a, 0x2a },
				    { 0x48b, 0x57cff00000000 },
				    { 0x48c, 0xf0106334141 },
				    { 0x48d, 0x7f00000016 },
				    { 0x48e, 0xfff9fffe04006172 },
				    { 0x48f, 0x7fffff00036dfb },
				    { 0x490, 0xffff000011fb },
				    { 0x491, 0x1 },
			    } },
	[CPU_BOCHS_SKYLAKE] = { "Bochs corei7_skylake_x",
	                        {
					{ 0x03a, 0x5 },
					{ 0x480, 0xd810000000002b },
					{ 0x481, 0x7f00000016 },
					{ 0x482, 0xf7f9fffe0401e172 },
					{ 0x483, 0x7fffff00036dff },
					{ 0x484, 0xffff000011ff },
					{ 0x485, 0x600401e0 },
					{ 0x486, 0x80000021 },
					{ 0x487, 0xffffffff },
					{ 0x488, 0x2000 },
					{ 0x489, 0x3727ff },
					{ 0x48a, 0x34 },
					{ 0x48b, 0x2177fff00000000 },
					{ 0x48c, 0xf0106334141 },
					{ 0x48d, 0x7f00000016 },
					{ 0x48e, 0xf7f9fffe04006172 },
					{ 0x48f, 0x7fffff00036dfb },
					{ 0x490, 0xffff000011fb },
					{ 0x491, 0x1 },
				} },
	[CPU_BOCHS_HASWELL] = { "Bochs corei7_haswell_4770",
	                        {
					{ 0x03a, 0x5 },
					{ 0x480, 0xd810000000002b },
					{ 0x481, 0x7f00000016 },
					{ 0x482, 0xf7f9fffe0401e172 },
					{ 0x483, 0x7fffff00036dff },
					{ 0x484, 0xffff000011ff },
					{ 0x485, 0x200401e0 },
					{ 0x486, 0x80000021 },
					{ 0x487, 0xffffffff },
					{ 0x488, 0x2000 },
					{ 0x489, 0x1727ff },
					{ 0x48a, 0x34 },
					{ 0x48b, 0x47fff00000000 },
					{ 0x48c, 0xf0106334141 },
					{ 0x48d, 0x7f00000016 },
					{ 0x48e, 0xf7f9fffe04006172 },
					{ 0x48f, 0x7fffff00036dfb },
					{ 0x490, 0xffff000011fb },
					{ 0x491, 0x1 },
				} },
	[CPU_BOCHS_TIGERLAKE] = { "Bochs tigerlake",
	                          {
					  { 0x03a, 0x5 },
					  { 0x480, 0x1d8100000000004 },
					  { 0x481, 0x7f00000016 },
					  { 0x482, 0xfff9fffe0401e172 },
					  { 0x483, 0x107fffff00036dff },
					  { 0x484, 0x10ffff000011ff },
					  { 0x485, 0x600401e0 },
					  { 0x486, 0x80000021 },
					  { 0x487, 0xffffffff },
					  { 0x488, 0x2000 },
					  { 0x489, 0xf72fff },
					  { 0x48a, 0x34 },
					  { 0x48b, 0x2977fff00000000 },
					  { 0x48c, 0xf0106b34141 },
					  { 0x48d, 0x7f00000016 },
					  { 0x48e, 0xfff9fffe04006172 },
					  { 0x48f, 0x107fffff00036dfb },
					  { 0x490, 0x10ffff000011fb },
					  { 0x491, 0x1 },
				  } },
};

unsigned fake_cpu_faults;

static enum fake_cpu current;

static u64 rdmsr_model(u32 number)
{
	for (const struct msr_value *m = models[current].msrs; m->number; m++)
		if (m->number == number)
			return m->value;
	fake_cpu_faults++; /* a real CPU would raise #GP */
	return 0;
}

/* --- the CPU that has everything --------------------------------------------- */

static u64 all_controls(enum vmx_group group)
{
	u64 bits = 0;

	for (unsigned i = 0; i < vmx_control_count; i++)
		if (vmx_controls[i].group == group)
			bits |= BIT(vmx_controls[i].bit);
	return bits;
}

static u64 all_caps(enum vmx_msr_index msr)
{
	u64 bits = 0;

	for (unsigned i = 0; i < vmx_cap_count; i++)
		if (vmx_cap_table[i].msr == msr)
			bits |= BIT(vmx_cap_table[i].bit);
	return bits;
}

static u64 ctls(enum vmx_group group, u32 must_be_1)
{
	return (all_controls(group) | must_be_1) << 32 | must_be_1;
}

static u64 rdmsr_everything(u32 number)
{
	switch (number) {
	case IA32_FEATURE_CONTROL:
		return FEATURE_CONTROL_LOCK | FEATURE_CONTROL_VMX_OUTSIDE_SMX;
	case IA32_VMX_BASIC: /* write-back, 4 KiB, revision 7 */
		return 6ull << 50 | 0x1000ull << 32 | 7 | BASIC_TRUE_CONTROLS |
		       BASIC_INS_OUTS_INFO;
	case IA32_VMX_PINBASED_CTLS:
	case IA32_VMX_TRUE_PINBASED_CTLS:
		return ctls(VMX_PIN, 0x16);
	case IA32_VMX_PROCBASED_CTLS:
		return ctls(VMX_PROC, 0x0401e172);
	case IA32_VMX_TRUE_PROCBASED_CTLS:
		return ctls(VMX_PROC, 0x04006172);
	case IA32_VMX_PROCBASED_CTLS2:
		return ctls(VMX_PROC2, 0);
	case IA32_VMX_PROCBASED_CTLS3:
		return all_controls(VMX_PROC3);
	case IA32_VMX_VMFUNC:
		return all_controls(VMX_VMFUNC);
	case IA32_VMX_EXIT_CTLS:
		return ctls(VMX_EXIT, 0x00036dff);
	case IA32_VMX_TRUE_EXIT_CTLS:
		return ctls(VMX_EXIT, 0x00036dfb);
	case IA32_VMX_EXIT_CTLS2:
		return all_controls(VMX_EXIT2);
	case IA32_VMX_ENTRY_CTLS:
		return ctls(VMX_ENTRY, 0x000011ff);
	case IA32_VMX_TRUE_ENTRY_CTLS:
		return ctls(VMX_ENTRY, 0x000011fb);
	case IA32_VMX_MISC: /* 4 CR3 targets, lists of 512 MSRs */
		return all_caps(IDX_IA32_VMX_MISC) | 4 << 16;
	case IA32_VMX_CR0_FIXED0:
		return 0x80000021;
	case IA32_VMX_CR0_FIXED1:
		return 0xffffffff;
	case IA32_VMX_CR4_FIXED0:
		return 0x2000;
	case IA32_VMX_CR4_FIXED1:
		return 0x1ffffffff;
	case IA32_VMX_EPT_VPID_CAP:
		return all_caps(IDX_IA32_VMX_EPT_VPID_CAP);
	case IA32_VMX_VMCS_ENUM:
		return 0x52;
	default:
		fake_cpu_faults++;
		return 0;
	}
}

const char *fake_cpu_name(enum fake_cpu cpu)
{
	return cpu == CPU_EVERYTHING ? "everything" : models[cpu].name;
}

struct vmx_caps fake_cpu_caps(enum fake_cpu cpu)
{
	current = cpu;
	fake_cpu_faults = 0;
	return vmx_caps_from(cpu == CPU_EVERYTHING ? rdmsr_everything :
	                                             rdmsr_model);
}
