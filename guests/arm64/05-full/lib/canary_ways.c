/*
 * canary_ways.c - arm64: the canary guest's exits and system registers.
 */
#include "canary_ways.h"

#include "guest.h"

const struct canary_way canary_ways[] = {
	{ "HVC", canary_hvc, MASK(3, 0) }, /* SMCCC: results in X0 to X3 */
	{ "MMIO store", canary_store, 0 },
	{ "MMIO load", canary_load, BIT(0) },
	{ "a trapped MRS", canary_sysreg, BIT(0) },
	{ "WFE", canary_wfe, 0 },
	{ NULL, NULL, 0 },
};

void canary_fix(struct canary_regs *in)
{
	in->general[0] = 0x8400ffff; /* a hypercall that nobody knows */
	in->general[1] = TESTDEV_PAGE + TESTDEV_NOP;
}

static u64 value(u64 seed, u64 i)
{
	return (seed + i) * 0x9e3779b97f4a7c15;
}

void canary_fill_system(u64 seed)
{
	u64 i = 0;

	canary_allow_fp();
#define CANARY(name, mask) canary_write_##name(value(seed, i++) & (mask));
#include "canary_regs.def"
#undef CANARY
}

bool canary_check_system(u64 seed)
{
	u64 i = 0, got, want;

#define CANARY(name, mask)                                                    \
	want = value(seed, i++) & (mask);                                     \
	got = canary_read_##name();                                           \
	if (got != want) {                                                    \
		printk("FAILED: %s was 0x%lx, is 0x%lx\n", #name, want, got); \
		return false;                                                 \
	}
#include "canary_regs.def"
#undef CANARY
	return true;
}
