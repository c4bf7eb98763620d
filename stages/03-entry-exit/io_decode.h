/*
 * io_decode.h - what an I/O exit says.  Pure (SDM tables 28-5, 28-9).
 */
#pragma once

#include "lib/types.h"

struct io_access {
	u16 port;
	int size; /* 1, 2 or 4 bytes */
	bool in, string, rep;
};

static inline struct io_access io_decode(u64 qualification)
{
	return (struct io_access){
		.port = (u16)BITS(qualification, 31, 16),
		.size = (int)BITS(qualification, 2, 0) + 1,
		.in = BITS(qualification, 3, 3),
		.string = BITS(qualification, 4, 4),
		.rep = BITS(qualification, 5, 5),
	};
}

/* The part of RCX, RSI and RDI that a string instruction uses. */
static inline u64 io_address_mask(u32 instruction_info)
{
	switch (BITS(instruction_info, 9, 7)) {
	case 0:
		return MASK(15, 0);
	case 1:
		return MASK(31, 0);
	default:
		return ~0ul;
	}
}

/*
 * A register after its part under mask changed: 16-bit parts leave the rest
 * alone, 32-bit ones clear the upper half (SDM vol. 1, 3.4.1.1).
 */
static inline u64 io_masked(u64 old, u64 value, u64 mask)
{
	if (mask == MASK(31, 0))
		return value & mask;
	return (old & ~mask) | (value & mask);
}
