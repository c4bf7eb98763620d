/*
 * mmio.c - decoding MMIO from the syndrome.
 */
#include "04-arm64-el2/mmio.h"

#include "04-arm64-el2/esr.h"

struct mmio mmio_decode(u32 iss)
{
	struct mmio m = { 0 };

	/* A walk's abort is no access of the guest's instruction. */
	if (!(iss & ISS_ABT_ISV) || iss & ISS_ABT_S1PTW || iss & ISS_ABT_CM)
		return m;
	m.valid = true;
	m.write = iss & ISS_ABT_WNR;
	m.size = 1 << BITS(iss, 23, 22);   /* SAS */
	m.sign_extend = BITS(iss, 21, 21); /* SSE */
	m.reg = BITS(iss, 20, 16);         /* SRT */
	m.wide = BITS(iss, 15, 15);        /* SF */
	return m;
}

static u64 truncate(u64 v, unsigned bytes)
{
	return bytes == 8 ? v : v & (BIT(8 * bytes) - 1);
}

u64 mmio_store_value(struct mmio m, u64 reg)
{
	return truncate(reg, m.size);
}

u64 mmio_load_value(struct mmio m, u64 data)
{
	unsigned unused = 64 - 8 * m.size;

	data = truncate(data, m.size);
	if (m.sign_extend)
		data = (u64)((s64)(data << unused) >> unused);
	/* A write to Wn clears the upper half of Xn. */
	return m.wide ? data : truncate(data, 4);
}
