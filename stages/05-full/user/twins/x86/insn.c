/*
 * insn.c - random instructions, of those that KVM has to do with: operands in
 * memory, which may be a device's; ports; what is privileged.
 */
#include "05-full/user/twins/x86/twins_x86.h"

static void put(struct twins_code *c, u8 byte)
{
	c->bytes[c->length++] = byte;
}

static void put_random(struct twins *t, struct twins_code *c, unsigned n)
{
	u64 value = twins_edgy(t);

	for (unsigned i = 0; i < n; i++, value >>= 8)
		put(c, (u8)value);
}

static bool one_in(struct twins *t, u64 n)
{
	return !twins_below(t, n);
}

static bool is_long(const struct twins_code *c)
{
	return c->mode >= LONG;
}

/* [rSI], [rDI] or [rBX], perhaps with a displacement; reg is the register. */
static void put_modrm(struct twins *t, struct twins_code *c, unsigned reg)
{
	static const u8 wide[] = { 6, 7, 3 }, narrow[] = { 4, 5, 7 };
	u64 which = twins_below(t, 3);
	u8 rm = c->mode == REAL ? narrow[which] : wide[which];

	if (one_in(t, 4)) {
		put(c, (u8)(0x40 | reg << 3 | rm));
		put(c, (u8)twins_below(t, 8));
	} else {
		put(c, (u8)(reg << 3 | rm));
	}
}

/* --- operands in memory ------------------------------------------------------------ */

enum immediate { NONE, NIBBLE, BYTE, WIDE };

struct row {
	u8 escape, first, last;
	u8 immediate;
	u8 regs;        /* ModRM.reg: a mask of those that are */
	bool undefined; /* it leaves some flags undefined */
};

/*
 * Opcodes with a ModRM byte.  Not here: what Linux's KVM reads of a device for
 * ever (FXRSTOR, LGDT, SGDT).
 */
static const struct row memory_rows[] = {
	{ 0, 0x00, 0x03, NONE, 0xff, false },
	{ 0, 0x08, 0x0b, NONE, 0xff, false },
	{ 0, 0x10, 0x13, NONE, 0xff, false },
	{ 0, 0x18, 0x1b, NONE, 0xff, false },
	{ 0, 0x20, 0x23, NONE, 0xff, false },
	{ 0, 0x28, 0x2b, NONE, 0xff, false },
	{ 0, 0x30, 0x33, NONE, 0xff, false },
	{ 0, 0x38, 0x3b, NONE, 0xff, false },
	{ 0, 0x69, 0x69, WIDE, 0xff, true },
	{ 0, 0x6b, 0x6b, BYTE, 0xff, true },
	{ 0, 0x80, 0x80, BYTE, 0xff, false },
	{ 0, 0x81, 0x81, WIDE, 0xff, false },
	{ 0, 0x83, 0x83, BYTE, 0xff, false },
	{ 0, 0x84, 0x8b, NONE, 0xff, false },
	{ 0, 0x8f, 0x8f, NONE, 0x01, false },
	{ 0, 0xc0, 0xc1, BYTE, 0xbf, true },
	{ 0, 0xc6, 0xc6, BYTE, 0x01, false },
	{ 0, 0xc7, 0xc7, WIDE, 0x01, false },
	{ 0, 0xd0, 0xd3, NONE, 0xbf, true },
	{ 0, 0xf6, 0xf6, BYTE, 0x01, false },
	{ 0, 0xf7, 0xf7, WIDE, 0x01, false },
	{ 0, 0xf6, 0xf7, NONE, 0xfc, true },
	{ 0, 0xfe, 0xfe, NONE, 0x03, false },
	{ 0, 0xff, 0xff, NONE, 0x43, false },
	{ 0x0f, 0x40, 0x4f, NONE, 0xff, false },
	{ 0x0f, 0x90, 0x9f, NONE, 0xff, false },
	{ 0x0f, 0xa3, 0xa3, NONE, 0xff, true },
	{ 0x0f, 0xab, 0xab, NONE, 0xff, true },
	{ 0x0f, 0xb3, 0xb3, NONE, 0xff, true },
	{ 0x0f, 0xbb, 0xbb, NONE, 0xff, true },
	{ 0x0f, 0xa4, 0xa4, NIBBLE, 0xff, true },
	{ 0x0f, 0xac, 0xac, NIBBLE, 0xff, true },
	{ 0x0f, 0xaf, 0xaf, NONE, 0xff, true },
	{ 0x0f, 0xb0, 0xb1, NONE, 0xff, false },
	{ 0x0f, 0xb6, 0xb7, NONE, 0xff, false },
	{ 0x0f, 0xba, 0xba, BYTE, 0xf0, true },
	{ 0x0f, 0xbe, 0xbf, NONE, 0xff, false },
	{ 0x0f, 0xc0, 0xc1, NONE, 0xff, false },
	{ 0x0f, 0xc3, 0xc3, NONE, 0xff, false },
	{ 0x0f, 0xc7, 0xc7, NONE, 0x02, false },
	{ 0x0f, 0x10, 0x11, NONE, 0xff, false },
	{ 0x0f, 0x28, 0x29, NONE, 0xff, false },
	{ 0x0f, 0x18, 0x18, NONE, 0x0f, false },
	{ 0x0f, 0xae, 0xae, NONE, 0x8d, false },
	{ 0x0f, 0x00, 0x00, NONE, 0x30, false },
	{ 0x0f, 0x02, 0x03, NONE, 0xff, false },
};

static unsigned pick_reg(struct twins *t, u8 regs)
{
	unsigned reg;

	do
		reg = (unsigned)twins_below(t, 8);
	while (!(regs & BIT(reg)));
	return reg;
}

static void put_immediate(struct twins *t, struct twins_code *c, int kind,
                          bool operand_size, bool rex_w)
{
	bool narrow = (c->mode == REAL) != operand_size;

	if (kind ==
	    NIBBLE) /* shifts further than the operand is wide differ */
		put(c, (u8)twins_below(t, 16));
	else if (kind == BYTE)
		put_random(t, c, 1);
	else if (kind == WIDE)
		put_random(t, c, narrow && !rex_w ? 2 : 4);
}

static void memory_insn(struct twins *t, struct twins_code *c)
{
	static const u8 prefixes[] = { 0x66, 0xf2, 0xf3, 0xf0 };
	const struct row *r =
		&memory_rows[twins_below(t, ARRAY_SIZE(memory_rows))];
	bool operand_size = false, rex_w = false;

	while (one_in(t, 3)) {
		u8 prefix = prefixes[twins_below(t, ARRAY_SIZE(prefixes))];

		operand_size |= prefix == 0x66;
		put(c, prefix);
		if (c->length == 3)
			break;
	}
	if (is_long(c) && one_in(t, 3)) {
		u8 rex = 0x40 | (u8)(twins_below(t, 4) << 2);

		rex_w = rex & 8;
		put(c, rex);
	}
	if (r->escape)
		put(c, r->escape);
	put(c, (u8)(r->first + twins_below(t, r->last - r->first + 1ul)));
	put_modrm(t, c, pick_reg(t, r->regs));
	put_immediate(t, c, r->immediate, operand_size, rex_w);
	if (r->undefined) { /* add $0, %al: it defines them all */
		put(c, 0x04);
		put(c, 0x00);
	}
}

static void string_insn(struct twins *t, struct twins_code *c)
{
	static const u8 opcodes[] = {
		0xa4, 0xa5, 0xa6, 0xa7, 0xaa, 0xab, 0xac,
		0xad, 0xae, 0xaf, 0x6c, 0x6d, 0x6e, 0x6f
	};

	if (one_in(t, 2))
		put(c, one_in(t, 2) ? 0xf2 : 0xf3);
	if (one_in(t, 4))
		put(c, 0x66);
	if (is_long(c) && one_in(t, 4))
		put(c, 0x48);
	put(c, opcodes[twins_below(t, ARRAY_SIZE(opcodes))]);
	c->wants_rcx = true;
	c->rcx = (u32)twins_below(t, 5);
	/*
	 * Ports to and from a device's memory; a fault behind a device's read:
	 * the KVMs differ there.
	 */
	c->wants_ram = (c->bytes[c->length - 1] & 0xfc) == 0x6c;
	c->wants_mapped = true;
}

static void port_insn(struct twins *t, struct twins_code *c)
{
	static const u8 opcodes[] = { 0xe4, 0xe5, 0xe6, 0xe7,
		                      0xec, 0xed, 0xee, 0xef };
	u8 opcode = opcodes[twins_below(t, ARRAY_SIZE(opcodes))];

	if (one_in(t, 3))
		put(c, 0x66);
	put(c, opcode);
	if (opcode < 0xe8)
		put_random(t, c, 1);
}

/* --- what is privileged, or odd ----------------------------------------------------- */

static void control_insn(struct twins *t, struct twins_code *c)
{
	static const u8 opcodes[] = { 0x20, 0x21, 0x22, 0x23 };

	u8 opcode = opcodes[twins_below(t, ARRAY_SIZE(opcodes))];
	u8 modrm = (u8)(0xc0 | twins_below(t, 64));

	if (opcode == 0x22 && (modrm & 0x38) == 0x18)
		modrm |= 0x20; /* CR3 to nowhere: CR7 */
	put(c, 0x0f);
	put(c, opcode);
	put(c, modrm);
}

static void msr_insn(struct twins *t, struct twins_code *c)
{
	static const u32 msrs[] = {
		0x1b,       0xfe,       0x174,      0x175,      0x176,
		0x1d9,      0x277,      0x480,      0x6e0,      0x800,
		0xc0000080, 0xc0000081, 0xc0000082, 0xc0000083, 0xc0000084,
		0xc0000100, 0xc0000101, 0xc0000102, 0xc0000103, 0x12345678,
	};

	put(c, 0x0f);
	put(c, one_in(t, 2) ? 0x30 : 0x32);
	c->wants_rcx = true;
	c->rcx = msrs[twins_below(t, ARRAY_SIZE(msrs))];
}

struct fixed {
	u8 length, bytes[4];
};

static const struct fixed fixed_rows[] = {
	{ 1, { 0xf4 } },                   /* hlt */
	{ 1, { 0xfa } },                   /* cli */
	{ 1, { 0xfb } },                   /* sti */
	{ 1, { 0x9c } },                   /* pushf */
	{ 1, { 0x9d } },                   /* popf */
	{ 1, { 0xcc } },                   /* int3 */
	{ 1, { 0xce } },                   /* into */
	{ 1, { 0xf1 } },                   /* int1 */
	{ 2, { 0xcd, 0x40 } },             /* int $0x40 */
	{ 2, { 0xcd, 0x0d } },             /* int $13 */
	{ 2, { 0x0f, 0x0b } },             /* ud2 */
	{ 2, { 0x0f, 0x06 } },             /* clts */
	{ 2, { 0x0f, 0x08 } },             /* invd */
	{ 2, { 0x0f, 0x09 } },             /* wbinvd */
	{ 2, { 0x0f, 0x05 } },             /* syscall */
	{ 2, { 0x0f, 0x07 } },             /* sysret */
	{ 2, { 0x0f, 0x34 } },             /* sysenter */
	{ 2, { 0x0f, 0x35 } },             /* sysexit */
	{ 2, { 0x0f, 0x33 } },             /* rdpmc */
	{ 2, { 0x0f, 0xa2 } },             /* cpuid */
	{ 2, { 0x0f, 0xaa } },             /* rsm */
	{ 2, { 0x0f, 0x37 } },             /* getsec */
	{ 3, { 0x0f, 0x01, 0xc1 } },       /* vmcall */
	{ 3, { 0x0f, 0x01, 0xc2 } },       /* vmlaunch */
	{ 3, { 0x0f, 0x01, 0xc4 } },       /* vmxoff */
	{ 3, { 0x0f, 0x01, 0xca } },       /* clac */
	{ 3, { 0x0f, 0x01, 0xd0 } },       /* xgetbv */
	{ 3, { 0x0f, 0x01, 0xd1 } },       /* xsetbv */
	{ 3, { 0x0f, 0x01, 0xd4 } },       /* vmfunc */
	{ 3, { 0x0f, 0x01, 0xf8 } },       /* swapgs */
	{ 3, { 0x0f, 0x01, 0xe0 } },       /* smsw %eax */
	{ 3, { 0x0f, 0x01, 0xf0 } },       /* lmsw %ax */
	{ 3, { 0x0f, 0x00, 0xc8 } },       /* str %ax */
	{ 3, { 0x0f, 0x00, 0xd8 } },       /* ltr %ax */
	{ 3, { 0x0f, 0x00, 0xd0 } },       /* lldt %ax */
	{ 4, { 0xf3, 0x0f, 0xae, 0xd0 } }, /* wrfsbase %eax */
	{ 4, { 0xf3, 0x0f, 0xae, 0xc8 } }, /* rdgsbase %eax */
	{ 2, { 0x8e, 0xd8 } },             /* mov %ax, %ds */
	{ 2, { 0x8e, 0xd0 } },             /* mov %ax, %ss */
	{ 2, { 0x0f, 0xa9 } },             /* pop %gs */
	{ 2, { 0xf3, 0x90 } },             /* pause */
	{ 2, { 0xdb, 0xe3 } },             /* fninit */
	{ 2, { 0xd9, 0xe8 } },             /* fld1 */
};

static void fixed_insn(struct twins *t, struct twins_code *c)
{
	const struct fixed *f =
		&fixed_rows[twins_below(t, ARRAY_SIZE(fixed_rows))];

	for (unsigned i = 0; i < f->length; i++)
		put(c, f->bytes[i]);
}

void twins_insn(struct twins *t, struct twins_code *c)
{
	switch (twins_below(t, 8)) {
	case 0:
		string_insn(t, c);
		break;
	case 1:
		port_insn(t, c);
		break;
	case 2:
		control_insn(t, c);
		break;
	case 3:
		msr_insn(t, c);
		break;
	case 4:
		fixed_insn(t, c);
		break;
	default:
		memory_insn(t, c);
	}
	put(c, 0xf4);
}
