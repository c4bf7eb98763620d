/*
 * emulate.h - an instruction that reached for a device's memory, carried out
 * step by step: it may have to wait for the VMM in the middle.
 *
 *   emulate.c    the steps          operands.c   where the operands are
 */
#pragma once

#include "05-full/kvm/x86/insn_decode.h"

struct kvm_vcpu;

/* An operand that crosses a page has two parts. */
#define EMULATION_PARTS 2

struct emulation_part {
	u64 gpa;
	u32 size; /* 0: no such part */
};

struct emulation_operand {
	struct emulation_part part[EMULATION_PARTS];
};

/* CMPS alone reads two operands. */
enum emulation_step {
	EMULATE_READ,
	EMULATE_READ_SECOND,
	EMULATE_COMPUTE,
	EMULATE_WRITE
};

struct emulation {
	struct insn insn;
	enum emulation_step step;
	u32 done; /* bytes of this step's operand */
	struct emulation_operand from, to;
	u8 data[16];  /* what was read, then what is to be written */
	u8 second[8]; /* CMPS: what was read from the second, `to` */
};

/* code_bits - of the guest's code segment: 16, 32 or 64. */
int code_bits(void);
u64 segment_base(unsigned segment, int bits);

/* low_bytes - so many bytes of v; the rest is 0. */
static inline u64 low_bytes(u64 v, unsigned size)
{
	return size >= 8 ? v : v & (BIT(8 * size) - 1);
}

/*
 * kvm_reach - the gpa of gva, if the guest may access it so, by its page tables
 * and at its privilege; false: a page fault is queued.
 */
bool kvm_reach(struct kvm_vcpu *v, u64 gva, bool write, u64 *gpa);

/* locate_operands - v->arch.emulation.from and to; false: a page fault. */
bool locate_operands(struct kvm_vcpu *v, int bits);

/* The register operand or the immediate. */
u64 source_operand(struct kvm_vcpu *v, const struct insn *i);
void set_register_operand(struct kvm_vcpu *v, const struct insn *i, u64 value);

/* xmm_operand - an XMM register's 16 bytes to or from data. */
void xmm_operand(struct kvm_vcpu *v, unsigned reg, u8 data[16], bool set);

/* next_instruction - its address; bits as code_bits says. */
u64 next_instruction(struct kvm_vcpu *v, const struct insn *i, int bits);

static inline bool is_string(const struct insn *i)
{
	return i->kind >= INSN_MOVS;
}
