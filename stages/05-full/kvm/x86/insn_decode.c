/*
 * insn_decode.c - prefixes, opcode, ModRM, displacement, immediate
 * (SDM volume 2, chapter 2 and appendix A).  Pure.
 */
#include "05-full/kvm/x86/insn_decode.h"

#include "05-full/kvm/x86/insn_reader.h"

u8 reader_byte(struct reader *r)
{
	if (r->at == r->end) {
		r->ok = false;
		return 0;
	}
	return *r->at++;
}

s64 reader_signed(struct reader *r, unsigned size)
{
	u64 v = 0;

	for (unsigned i = 0; i < size; i++)
		v |= (u64)reader_byte(r) << 8 * i;
	return size == 8 ? (s64)v :
	                   (s64)(v << (64 - 8 * size)) >> (64 - 8 * size);
}

/* --- prefixes --------------------------------------------------------------------- */

static bool prefix(struct insn *i, struct reader *r, u8 b)
{
	switch (b) {
	case 0x66:
		r->operand_prefix = true;
		return true;
	case 0x67:
		r->address_prefix = true;
		return true;
	case 0x26:
	case 0x2e:
	case 0x36:
	case 0x3e:
		r->segment = b >> 3 & 3;
		return true;
	case 0x64:
	case 0x65:
		r->segment = b == 0x64 ? SEG_FS : SEG_GS;
		return true;
	case 0xf0:
		i->lock = true;
		return true;
	case 0xf2:
		i->repne = true;
		return true;
	case 0xf3:
		i->rep = true;
		return true;
	default:
		return false;
	}
}

/* Returns the first byte of the opcode. */
static u8 prefixes(struct insn *i, struct reader *r)
{
	u8 b = reader_byte(r);

	while (r->ok) {
		if (r->bits == 64 && b >> 4 == 4) {
			r->rex = b;
		} else if (prefix(i, r, b)) {
			r->rex = 0; /* only the last byte before the opcode */
		} else {
			break;
		}
		b = reader_byte(r);
	}
	return b;
}

static u8 address_size(const struct reader *r)
{
	if (r->bits == 64)
		return r->address_prefix ? 4 : 8;
	return (r->bits == 16) != r->address_prefix ? 2 : 4;
}

/* --- the memory operand --------------------------------------------------------------- */

/* SDM vol. 2, table 2-1: BX+SI, BX+DI, BP+SI, BP+DI, SI, DI, BP, BX. */
static void address_16(struct insn *i, struct reader *r, u8 mod, u8 rm)
{
	static const u8 bases[] = { 3, 3, 5, 5, 6, 7, 5, 3 };
	static const u8 indexes[] = { 6, 7, 6, 7 };

	i->base = bases[rm];
	i->index = rm < 4 ? indexes[rm] : NO_REGISTER;
	if (mod == 0 && rm == 6) {
		i->base = NO_REGISTER;
		i->displacement = reader_signed(r, 2);
	} else if (mod) {
		i->displacement = reader_signed(r, mod);
	}
}

static void sib(struct insn *i, struct reader *r, u8 mod)
{
	u8 b = reader_byte(r);

	i->base = (b & 7) | (r->rex & REX_B ? 8 : 0);
	i->index = (b >> 3 & 7) | (r->rex & REX_X ? 8 : 0);
	i->scale = b >> 6;
	if (i->index == 4)
		i->index = NO_REGISTER;
	if (mod == 0 && (b & 7) == 5) {
		i->base = NO_REGISTER;
		i->displacement = reader_signed(r, 4);
	}
}

static void address_32(struct insn *i, struct reader *r, u8 mod, u8 rm)
{
	i->index = NO_REGISTER;
	if (rm == 4) {
		sib(i, r, mod);
	} else if (mod == 0 && rm == 5) {
		i->base = NO_REGISTER;
		i->rip_relative = r->bits == 64;
		i->displacement = reader_signed(r, 4);
	} else {
		i->base = rm | (r->rex & REX_B ? 8 : 0);
	}
	if (mod)
		i->displacement = reader_signed(r, mod == 1 ? 1 : 4);
}

int insn_modrm(struct insn *i, struct reader *r)
{
	u8 b = reader_byte(r), mod = b >> 6, rm = b & 7;

	if (mod == 3)
		return -1;
	if (i->address_size == 2)
		address_16(i, r, mod, rm);
	else
		address_32(i, r, mod, rm);
	/* With SP or BP the stack's segment (SDM vol. 1, table 3-5). */
	i->segment = i->base == 4 || i->base == 5 ? SEG_SS : SEG_DS;
	return b >> 3 & 7;
}

bool insn_decode(struct insn *i, const u8 *bytes, unsigned n, int bits)
{
	struct reader r = { .at = bytes,
		            .end = bytes + MIN(n, INSN_MAX),
		            .ok = true,
		            .bits = bits,
		            .segment = -1 };
	bool known;
	u8 op;

	*i = (struct insn){ .segment = SEG_DS,
		            .base = NO_REGISTER,
		            .index = NO_REGISTER,
		            .reg = NO_REGISTER };
	op = prefixes(i, &r);
	i->address_size = address_size(&r);
	known = insn_opcode(i, &r, op);
	if (r.segment >= 0)
		i->segment = (u8)r.segment;
	i->length = (u8)(r.at - bytes);
	return known && r.ok;
}
