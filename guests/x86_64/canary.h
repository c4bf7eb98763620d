/*
 * canary.h - the memory that the canary guest and its host share.
 *
 * The guest fills every register with a pattern, leaves for the host in one
 * particular way, and when it is back compares.  Registers are numbered; the
 * arrays of struct canary_block have one 64-bit slot each.
 */
#pragma once

#include "guests/x86_64/layout.h"

/* Where the block lies in the guest. */
#define CANARY_GPA 0x20000
/* A guest-physical page that is RAM only when the host maps it. */
#define CANARY_HOLE_GPA 0x3f000000
#define CANARY_VECTOR 0x40

/* Slots: RAX, RCX, ... R15 in the manual's order, then: */
#define SLOT_RSP 4
#define SLOT_RFLAGS 16
#define SLOT_CR2 17
#define SLOT_DR0 18
#define SLOT_DR1 19
#define SLOT_DR2 20
#define SLOT_DR3 21
#define SLOT_DR6 22
#define SLOT_MXCSR 23
#define SLOT_ST0 24
#define SLOT_MSR 25
#define CANARY_MSRS 12
#define SLOT_XMM 37 /* two each */
#define SLOT_DR7 69
#define CANARY_SLOTS 70

#define CB_RAW 0
#define CB_MASK (CB_RAW + 8 * CANARY_SLOTS)
#define CB_FIXED (CB_MASK + 8 * CANARY_SLOTS)
#define CB_WANT (CB_FIXED + 8 * CANARY_SLOTS)
#define CB_GOT (CB_WANT + 8 * CANARY_SLOTS)
#define CB_MSR_NUMBERS (CB_GOT + 8 * CANARY_SLOTS)
#define CB_SKIP (CB_MSR_NUMBERS + 8 * CANARY_MSRS)
#define CB_KIND (CB_SKIP + 8)
#define CB_ROUNDS (CB_SKIP + 16)
#define CB_PHASE (CB_SKIP + 24)
#define CB_BAD (CB_SKIP + 32)
#define CB_INTERRUPTS (CB_SKIP + 40)
#define CB_SIZE (CB_SKIP + 48)

/* raw[i] = raw[i] * CANARY_MUL + CANARY_ADD before every round. */
#define CANARY_MUL 0x5851f42d4c957f2d
#define CANARY_ADD 0x14057b7ef767814f

#define PHASE_RUNNING 0
#define PHASE_BAD 1
#define PHASE_DONE 2

#ifndef __ASSEMBLER__
#include "lib/types.h"

enum canary_guest_kind {
#define WAY(name) CANARY_##name,
#include "guests/x86_64/canary_ways.def"
};

struct canary_block {
	u64 raw[CANARY_SLOTS];   /* the generator's state */
	u64 mask[CANARY_SLOTS];  /* bits that may vary */
	u64 fixed[CANARY_SLOTS]; /* bits that are set */
	u64 want[CANARY_SLOTS];  /* (raw & mask) | fixed */
	u64 got[CANARY_SLOTS];   /* what the guest found afterwards */
	u64 msr_numbers[CANARY_MSRS];
	u64 skip;       /* bit i: slot i (0..63) is an output of the exit */
	u64 kind;       /* enum canary_guest_kind */
	u64 rounds;     /* still to go */
	u64 phase;      /* PHASE_ */
	u64 bad;        /* slot that differs, in PHASE_BAD */
	u64 interrupts; /* that the guest has taken */
};
_Static_assert(CB_WANT == offsetof(struct canary_block, want), "");
_Static_assert(CB_GOT == offsetof(struct canary_block, got), "");
_Static_assert(CB_MSR_NUMBERS == offsetof(struct canary_block, msr_numbers),
               "");
_Static_assert(CB_SKIP == offsetof(struct canary_block, skip), "");
_Static_assert(CB_INTERRUPTS == offsetof(struct canary_block, interrupts), "");
_Static_assert(CB_SIZE == sizeof(struct canary_block), "");
#endif
