/*
 * mmio.h - a guest's load or store to where no memory is, decoded from the
 * syndrome that the CPU prepared (Arm ARM D13.2, ESR_ELx, ISS of a data abort).
 */
#pragma once

#include "lib/types.h"

struct mmio {
	bool valid; /* the syndrome describes the access (ISV) */
	bool write;
	bool sign_extend; /* LDRSB and friends */
	bool wide;        /* the register is Xn, not Wn */
	u8 size;          /* of the access: 1, 2, 4 or 8 bytes */
	u8 reg;           /* 0-30, or 31: the zero register */
};

/*
 * mmio_decode - from the ISS of a data abort.  valid is false for the
 * instructions that the CPU does not describe (pairs, writeback, SIMD,
 * exclusives, cache maintenance, and any abort of a table walk).
 */
struct mmio mmio_decode(u32 iss);

/* mmio_store_value - the bytes that a store of reg's value puts out. */
u64 mmio_store_value(struct mmio m, u64 reg);

/* mmio_load_value - what the register becomes when the device answers data. */
u64 mmio_load_value(struct mmio m, u64 data);
