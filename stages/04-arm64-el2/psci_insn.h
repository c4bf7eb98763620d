/*
 * psci_insn.h - SMC and HVC as calls of the firmware (SMC Calling Convention,
 * Arm DEN0028, 2.6).
 */
#pragma once

#include "lib/types.h"

/* SMCCC 1.1 promises that x4-x17 survive; 1.0 did not. */
#define FIRMWARE_CALL(name, insn)                                             \
	static inline s64 name(u64 fn, u64 a1, u64 a2, u64 a3)                \
	{                                                                     \
		register u64 x0 asm("x0") = fn;                               \
		register u64 x1 asm("x1") = a1;                               \
		register u64 x2 asm("x2") = a2;                               \
		register u64 x3 asm("x3") = a3;                               \
                                                                              \
		asm volatile(insn                                             \
		             : "+r"(x0), "+r"(x1), "+r"(x2), "+r"(x3)         \
		             :                                                \
		             : "x4", "x5", "x6", "x7", "x8", "x9", "x10",     \
		               "x11", "x12", "x13", "x14", "x15", "x16",      \
		               "x17", "memory");                              \
		return (s64)x0;                                               \
	}

FIRMWARE_CALL(firmware_smc, "smc #0")
FIRMWARE_CALL(firmware_hvc, "hvc #0")
