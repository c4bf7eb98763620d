/*
 * operands.c - where the operands of an emulated instruction are: addresses in
 * memory, and registers.
 */
#include "01-vmxon/regs.h"
#include "02-vmcs/access_rights.h"
#include "03-entry-exit/guest_mem.h"
#include "03-entry-exit/io_decode.h"
#include "05-full/kvm/x86/fx.h"
#include "05-full/kvm/x86/x86.h"
#include "lib/string.h"

/* --- addresses --------------------------------------------------------------------- */

int code_bits(void)
{
	if (guest_in_64bit_mode())
		return 64;
	return vmcs_read32(GUEST_CS_ACCESS_RIGHTS) & AR_DB ? 32 : 16;
}

u64 segment_base(unsigned segment, int bits)
{
	static const enum vmcs_fieldnat bases[] = {
		GUEST_ES_BASE, GUEST_CS_BASE, GUEST_SS_BASE,
		GUEST_DS_BASE, GUEST_FS_BASE, GUEST_GS_BASE
	};

	if (bits == 64 && segment < SEG_FS)
		return 0;
	return vmcs_readnat(bases[segment]);
}

u64 next_instruction(struct kvm_vcpu *v, const struct insn *i, int bits)
{
	u64 rip = v->exit_pc + i->length;

	return bits == 64 ? rip : (u32)rip;
}

static u64 linear(const struct insn *i, u64 offset, unsigned segment, int bits)
{
	u64 at = segment_base(segment, bits) +
	         low_bytes(offset, i->address_size);

	return bits == 64 ? at : (u32)at;
}

static s64 bit_displacement(struct kvm_vcpu *v, const struct insn *i)
{
	s64 number = (s64)vcpu_reg(&v->arch.vcpu, i->reg);
	unsigned shift = 64 - 8 * i->size;

	number = (s64)((u64)number << shift) >> shift;
	return (number >> (i->size == 8 ? 6 : i->size == 4 ? 5 : 4)) * i->size;
}

static u64 operand_address(struct kvm_vcpu *v, const struct insn *i, int bits)
{
	const struct vcpu *c = &v->arch.vcpu;
	u64 at = (u64)i->displacement;

	if (i->base != NO_REGISTER)
		at += vcpu_reg(c, i->base);
	if (i->index != NO_REGISTER)
		at += vcpu_reg(c, i->index) << i->scale;
	if (i->rip_relative)
		at += v->exit_pc + i->length;
	if (i->bit_offset)
		at += (u64)bit_displacement(v, i);
	return linear(i, at, i->segment, bits);
}

/* --- parts ------------------------------------------------------------------------- */

bool kvm_reach(struct kvm_vcpu *v, u64 gva, bool write, u64 *gpa)
{
	u32 user =
		AR_DPL(vmcs_read32(GUEST_SS_ACCESS_RIGHTS)) ? ACCESS_USER : 0;
	u32 code;
	gpa_t at;

	if (!guest_translate_for(&v->arch.vcpu, gva,
	                         user | (write ? ACCESS_WRITE : 0), &at,
	                         &code)) {
		kvm_queue_page_fault(v, gva, code);
		return false;
	}
	*gpa = at.v;
	return true;
}

/* Where size bytes at gva are; false: a page fault is queued. */
static bool locate(struct kvm_vcpu *v, u64 gva, u32 size,
                   struct emulation_operand *o, bool write)
{
	for (int n = 0; size; n++) {
		u32 run = (u32)MIN(size, PAGE_SIZE - gva % PAGE_SIZE);
		u64 gpa;

		if (!kvm_reach(v, gva, write, &gpa))
			return false;
		o->part[n] = (struct emulation_part){ gpa, run };
		gva += run;
		size -= run;
	}
	return true;
}

/* PUSH and CALL write below the stack pointer, POP and RET read at it. */
static bool locate_stack(struct kvm_vcpu *v, int bits)
{
	struct emulation *e = &v->arch.emulation;
	const struct insn *i = &e->insn;
	u64 rsp = vmcs_readnat(GUEST_RSP);
	bool push = i->kind == INSN_PUSH || i->kind == INSN_CALL;
	u64 at = segment_base(SEG_SS, bits) + (push ? rsp - i->size : rsp);

	at = bits == 64 ? at : (u32)at;
	if (!locate(v, at, i->size, push ? &e->to : &e->from, push))
		return false;
	return i->on_stack || locate(v, operand_address(v, i, bits), i->size,
	                             push ? &e->from : &e->to, !push);
}

static bool locate_strings(struct kvm_vcpu *v, int bits)
{
	struct emulation *e = &v->arch.emulation;
	const struct insn *i = &e->insn;
	const struct vmx_context *r = &v->arch.vcpu.regs;
	u64 source = linear(i, r->rsi, i->segment, bits);
	u64 target = linear(i, r->rdi, SEG_ES, bits);

	switch (i->kind) {
	case INSN_LODS:
		return locate(v, source, i->size, &e->from, false);
	case INSN_SCAS:
		return locate(v, target, i->size, &e->from, false);
	case INSN_STOS:
		return locate(v, target, i->size, &e->to, true);
	default:
		return locate(v, source, i->size, &e->from, false) &&
		       locate(v, target, i->size, &e->to,
		              i->kind == INSN_MOVS);
	}
}

static bool only_reads(const struct insn *i)
{
	switch (i->kind) {
	case INSN_LOAD:
	case INSN_LOAD_ZERO:
	case INSN_LOAD_SIGN:
	case INSN_ALU_REG:
	case INSN_SCAN:
	case INSN_MUL:
	case INSN_DIV:
	case INSN_IMUL:
	case INSN_IMUL3:
	case INSN_CMOVCC:
	case INSN_XMM_LOAD:
	case INSN_JUMP:
		return true;
	default:
		return false;
	}
}

bool locate_operands(struct kvm_vcpu *v, int bits)
{
	struct emulation *e = &v->arch.emulation;
	const struct insn *i = &e->insn;
	u64 gva;

	memset(&e->from, 0, sizeof(e->from));
	memset(&e->to, 0, sizeof(e->to));
	if (is_string(i))
		return locate_strings(v, bits);
	if (i->kind == INSN_PUSH || i->kind == INSN_POP ||
	    i->kind == INSN_CALL || i->kind == INSN_RET)
		return locate_stack(v, bits);
	gva = operand_address(v, i, bits);
	return locate(v, gva, i->size, &e->from, !only_reads(i)) &&
	       (only_reads(i) || locate(v, gva, i->size, &e->to, true));
}

/* --- registers ------------------------------------------------------------------------ */

u64 source_operand(struct kvm_vcpu *v, const struct insn *i)
{
	u64 value;

	if (i->kind == INSN_STOS)
		return low_bytes(v->arch.vcpu.regs.rax, i->size);
	if (i->flags)
		return vmcs_readnat(GUEST_RFLAGS) & ~(RFLAGS_RF | RFLAGS_VM);
	if (i->by_cl && i->reg == NO_REGISTER)
		return v->arch.vcpu.regs.rcx & 0xff;
	if (i->reg == NO_REGISTER)
		return low_bytes((u64)i->immediate, i->size);
	value = vcpu_reg(&v->arch.vcpu, i->reg);
	return low_bytes(i->high ? value >> 8 : value, i->reg_size);
}

void set_register_operand(struct kvm_vcpu *v, const struct insn *i, u64 value)
{
	unsigned reg = i->reg == NO_REGISTER ? 0 : i->reg; /* LODS: RAX */
	unsigned size = i->reg == NO_REGISTER ? i->size : i->reg_size;
	u64 old = vcpu_reg(&v->arch.vcpu, reg);

	if (i->high)
		value = (old & ~MASK(15, 8)) | (value & 0xff) << 8;
	else
		value = io_masked(old, value, low_bytes(~0ul, size));
	vcpu_set_reg(&v->arch.vcpu, reg, value);
}

/* The guest's are in this CPU: they are read, and written, all at once. */
void xmm_operand(struct kvm_vcpu *v, unsigned reg, u8 data[16], bool set)
{
	struct fx_image image;

	kvm_read_fx(v, &image);
	if (!set) {
		memcpy(data, image.xmm[reg], sizeof(image.xmm[reg]));
		return;
	}
	memcpy(image.xmm[reg], data, sizeof(image.xmm[reg]));
	kvm_write_fx(v, &image);
}
