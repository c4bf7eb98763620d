/*
 * arch_faults.c - the list of fault_ways.S.
 */
#include "05-full/user/faults/faults.h"

const u64 kernel_address = 0xffff000040080000;
const u64 odd_address = 0x0080000000000000;

#define WAY(name, signal, or_this) void way_##name(void);
#include "05-full/user/faults/arm64/fault_ways.def"

const struct fault arch_faults[] = {
#define WAY(name, signal, or_this) { #name, way_##name, signal, or_this },
#include "05-full/user/faults/arm64/fault_ways.def"
	{ NULL, NULL, 0, 0 },
};
