/*
 * emulate.h - an instruction that reached for a device's memory, carried out
 * step by step: it may have to wait for the VMM in the middle.
 */
#pragma once

#include "05-full/kvm/x86/insn_decode.h"

struct kvm_vcpu;

/* An access that crosses a page has two parts. */
#define EMULATION_PARTS 2

struct emulation_part {
	u64 gpa;
	u32 size; /* 0: no such part */
};

enum emulation_step { EMULATE_READ, EMULATE_COMPUTE, EMULATE_WRITE };

struct emulation {
	struct insn insn;
	enum emulation_step step;
	u32 part; /* the next one to do */
	struct emulation_part from[EMULATION_PARTS], to[EMULATION_PARTS];
	u8 data[16]; /* what was read, then what is to be written */
};
