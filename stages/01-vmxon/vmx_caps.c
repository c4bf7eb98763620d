/*
 * vmx_caps.c - decoding the capability MSRs; see vmx_caps.h.
 */
#include "01-vmxon/vmx_caps.h"

const struct vmx_msr vmx_msrs[VMX_MSRS] = {
#define MSR(name, number, exists, section, words)                             \
	[IDX_##name] = { number, #name, words, section },
#include "01-vmxon/vmx_msrs.def"
};

const struct vmx_cap vmx_cap_table[] = {
#define CAP(msr, name, bit, words, section)                                   \
	{ IDX_##msr, bit, #name, words, section },
#include "01-vmxon/vmx_cap_bits.def"
};
const unsigned vmx_cap_count = ARRAY_SIZE(vmx_cap_table);

static void read_one(struct vmx_caps *c, enum vmx_msr_index i, bool there,
                     u64 (*rdmsr)(u32))
{
	if (!there)
		return;
	c->exists |= BIT(i);
	c->msr[i] = rdmsr(vmx_msrs[i].number);
}

struct vmx_caps vmx_caps_from(u64 (*rdmsr)(u32 number))
{
	struct vmx_caps caps = { 0 }, *c = &caps;

#define MSR(name, number, exists, section, words)                             \
	read_one(c, IDX_##name, exists, rdmsr);
#include "01-vmxon/vmx_msrs.def"
	return caps;
}

static u64 basic(const struct vmx_caps *c)
{
	return c->msr[IDX_IA32_VMX_BASIC];
}

u32 vmx_revision(const struct vmx_caps *c)
{
	return BITS(basic(c), 30, 0); /* bit 31 is not part of it */
}

u32 vmx_region_size(const struct vmx_caps *c)
{
	return BITS(basic(c), 44, 32);
}

unsigned vmx_memory_type(const struct vmx_caps *c)
{
	return BITS(basic(c), 53, 50);
}

bool vmx_has_true_controls(const struct vmx_caps *c)
{
	return basic(c) & BASIC_TRUE_CONTROLS;
}

/*
 * The MSR of each group, and its TRUE one.  The older MSR claims that some
 * bits ("default1") must be 1 which a newer CPU lets be 0; only the TRUE MSR
 * says so.  SDM A.2.
 */
static const struct {
	enum vmx_msr_index msr, true_msr;
} group_msr[VMX_GROUPS] = {
	[VMX_PIN] = { IDX_IA32_VMX_PINBASED_CTLS,
	              IDX_IA32_VMX_TRUE_PINBASED_CTLS },
	[VMX_PROC] = { IDX_IA32_VMX_PROCBASED_CTLS,
	               IDX_IA32_VMX_TRUE_PROCBASED_CTLS },
	[VMX_PROC2] = { IDX_IA32_VMX_PROCBASED_CTLS2,
	                IDX_IA32_VMX_PROCBASED_CTLS2 },
	[VMX_PROC3] = { IDX_IA32_VMX_PROCBASED_CTLS3,
	                IDX_IA32_VMX_PROCBASED_CTLS3 },
	[VMX_VMFUNC] = { IDX_IA32_VMX_VMFUNC, IDX_IA32_VMX_VMFUNC },
	[VMX_EXIT] = { IDX_IA32_VMX_EXIT_CTLS, IDX_IA32_VMX_TRUE_EXIT_CTLS },
	[VMX_EXIT2] = { IDX_IA32_VMX_EXIT_CTLS2, IDX_IA32_VMX_EXIT_CTLS2 },
	[VMX_ENTRY] = { IDX_IA32_VMX_ENTRY_CTLS,
	                IDX_IA32_VMX_TRUE_ENTRY_CTLS },
};

/* These three are 64 bits wide: all of the MSR is what may be 1. */
static bool is_wide(enum vmx_group group)
{
	return group == VMX_PROC3 || group == VMX_VMFUNC || group == VMX_EXIT2;
}

struct vmx_allowed vmx_allowed(const struct vmx_caps *c, enum vmx_group group)
{
	u64 v = c->msr[vmx_has_true_controls(c) ? group_msr[group].true_msr :
	                                          group_msr[group].msr];

	if (is_wide(group))
		return (struct vmx_allowed){ 0, v };
	return (struct vmx_allowed){ BITS(v, 31, 0), BITS(v, 63, 32) };
}

bool vmx_may_set(const struct vmx_caps *c, enum vmx_group group, u64 bits)
{
	/* What may be 1 is the same in both MSRs, and only this one may have
	 * been read when vmx_caps_from() asks. */
	u64 v = c->msr[group_msr[group].msr];

	return !(bits & ~(is_wide(group) ? v : v >> 32));
}

struct vmx_allowed vmx_allowed_cr0(const struct vmx_caps *c)
{
	return (struct vmx_allowed){ c->msr[IDX_IA32_VMX_CR0_FIXED0],
		                     c->msr[IDX_IA32_VMX_CR0_FIXED1] };
}

struct vmx_allowed vmx_allowed_cr4(const struct vmx_caps *c)
{
	return (struct vmx_allowed){ c->msr[IDX_IA32_VMX_CR4_FIXED0],
		                     c->msr[IDX_IA32_VMX_CR4_FIXED1] };
}

bool vmx_fits(struct vmx_allowed a, u64 value)
{
	return (value & a.must_be_1) == a.must_be_1 && !(value & ~a.may_be_1);
}

u64 vmx_adjust(struct vmx_allowed a, u64 value)
{
	return (value | a.must_be_1) & a.may_be_1;
}

bool vmx_has(const struct vmx_caps *c, enum vmx_msr_index msr, u64 bit)
{
	return c->msr[msr] & bit;
}

unsigned vmx_timer_shift(const struct vmx_caps *c)
{
	return BITS(c->msr[IDX_IA32_VMX_MISC], 4, 0);
}

unsigned vmx_cr3_targets(const struct vmx_caps *c)
{
	return BITS(c->msr[IDX_IA32_VMX_MISC], 24, 16);
}

unsigned vmx_msr_list_max(const struct vmx_caps *c)
{
	return 512 * (BITS(c->msr[IDX_IA32_VMX_MISC], 27, 25) + 1);
}
