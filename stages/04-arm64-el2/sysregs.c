/*
 * sysregs.c - the tables that sysregs.def makes.
 */
#include "04-arm64-el2/sysregs.h"

/* clang-format off */
const struct sysreg_info sysreg_info[NR_SYSREGS] = {
#define EL12(n, o0, o1, cn, cm, o2, class, canary) \
	[n##_EL1] = { #n "_EL1", SYSREG_ENC(o0, o1, cn, cm, o2), \
	              SYSREG_##class, canary },
#define EL02(n, o0, o1, cn, cm, o2, class, canary) \
	[n##_EL0] = { #n "_EL0", SYSREG_ENC(o0, o1, cn, cm, o2), \
	              SYSREG_##class, canary },
#define SAME(n, o0, o1, cn, cm, o2, class, canary) \
	[n] = { #n, SYSREG_ENC(o0, o1, cn, cm, o2), SYSREG_##class, canary },
#include "04-arm64-el2/sysregs.def"
};

/* The others: names for a trap's report. */
static const struct {
	const char *name;
	u32 enc;
} other[] = {
#define HOST(n, o0, o1, cn, cm, o2) { #n, SYSREG_ENC(o0, o1, cn, cm, o2) },
#define TRAP(n, o0, o1, cn, cm, o2) { #n, SYSREG_ENC(o0, o1, cn, cm, o2) },
#include "04-arm64-el2/sysregs.def"
};
/* clang-format on */

const char *sysreg_name(u32 enc)
{
	for (unsigned i = 0; i < NR_SYSREGS; i++)
		if (sysreg_info[i].enc == enc)
			return sysreg_info[i].name;
	for (unsigned i = 0; i < ARRAY_SIZE(other); i++)
		if (other[i].enc == enc)
			return other[i].name;
	return NULL;
}
