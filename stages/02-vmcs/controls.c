/*
 * controls.c - rounding control words by the capability MSRs.  Pure.
 */
#include "02-vmcs/controls.h"

#include "lib/print.h"

struct controls controls_round(const struct vmx_caps *caps,
                               enum vmx_group group, u64 must, u64 nice)
{
	struct vmx_allowed a = vmx_allowed(caps, group);
	u64 value = vmx_adjust(a, must | nice);

	return (struct controls){
		.value = value,
		.missing = must & ~a.may_be_1,
		.imposed = value & ~(must | nice),
	};
}

static size_t append_name(enum vmx_group group, unsigned bit, char *buf,
                          size_t size, size_t used)
{
	const struct vmx_control *k = vmx_control_at(group, bit);
	const char *comma = used ? ", " : "";

	if (used >= size)
		return used;
	if (k)
		return used + snprintk(buf + used, size - used, "%s%s", comma,
		                       k->words);
	return used +
	       snprintk(buf + used, size - used, "%sbit %u", comma, bit);
}

void controls_words(enum vmx_group group, u64 bits, char *buf, size_t size)
{
	size_t used = 0;

	if (size)
		buf[0] = 0;
	for (unsigned bit = 0; bit < 64; bit++)
		if (bits & BIT(bit))
			used = append_name(group, bit, buf, size, used);
}
