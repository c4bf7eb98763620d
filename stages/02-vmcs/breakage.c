/*
 * breakage.c - applying a row of breakages.def; see breakage.h.
 */
#include "02-vmcs/breakage.h"

#include "01-vmxon/regs.h"
#include "02-vmcs/access_rights.h"

/* The vocabulary of the table. */
#define SET(field, value)                                                     \
	{                                                                     \
		CHANGE_SET, VMCS_IDX_##field, value                           \
	}
#define ON(field, bits)                                                       \
	{                                                                     \
		CHANGE_ON, VMCS_IDX_##field, bits                             \
	}
#define OFF(field, bits)                                                      \
	{                                                                     \
		CHANGE_OFF, VMCS_IDX_##field, bits                            \
	}
#define TOP(field, below)                                                     \
	{                                                                     \
		CHANGE_TOP, VMCS_IDX_##field, below                           \
	}
#define PAGE(field, page)                                                     \
	{                                                                     \
		CHANGE_PAGE, VMCS_IDX_##field, PAGE_##page                    \
	}
#define SELF(field)                                                           \
	{                                                                     \
		CHANGE_SELF, VMCS_IDX_##field, 0                              \
	}
#define AT(page, offset) (PAGE_##page << 16 | (offset))
#define WORD(page, offset, value)                                             \
	{                                                                     \
		CHANGE_WORD, AT(page, offset), value                          \
	}
#define FLIP(page, offset, bits)                                              \
	{                                                                     \
		CHANGE_FLIP, AT(page, offset), bits                           \
	}
#define CPU(property)                                                         \
	{                                                                     \
		CHANGE_CPU, CPU_##property, 0                                 \
	}
#define LACKS(msr, bits)                                                      \
	{                                                                     \
		CHANGE_LACKS, IDX_##msr, bits                                 \
	}

const struct breakage breakages[] = {
#define BREAK(rule, sample, ...)                                              \
	{ RULE_##rule, SAMPLE_##sample, NULL, { __VA_ARGS__ } },
#define ALLOW(words, sample, ...)                                             \
	{ ENTRY_RULES, SAMPLE_##sample, words, { __VA_ARGS__ } },
#include "02-vmcs/breakages.def"
};
const unsigned breakage_count = ARRAY_SIZE(breakages);

static u64 *word_at(const struct sample_memory *m, unsigned where)
{
	return sample_word(m, where >> 16, where & 0xffff);
}

static void apply(const struct change *c, struct vmcs_values *f,
                  const struct sample_memory *m, const struct check_env *env)
{
	switch (c->kind) {
	case CHANGE_SET:
		f->v[c->where] = c->value;
		break;
	case CHANGE_ON:
		f->v[c->where] |= c->value;
		break;
	case CHANGE_OFF:
		f->v[c->where] &= ~c->value;
		break;
	case CHANGE_TOP:
		f->v[c->where] = BIT(env->physical_bits) - c->value;
		break;
	case CHANGE_PAGE:
		f->v[c->where] = sample_page_pa(m, c->value);
		break;
	case CHANGE_SELF:
		f->v[c->where] = env->current_vmcs;
		break;
	case CHANGE_WORD:
		*word_at(m, c->where) = c->value;
		break;
	case CHANGE_FLIP:
		*word_at(m, c->where) ^= c->value;
		break;
	default:
		break;
	}
}

void breakage_apply(const struct breakage *b, struct vmcs_values *f,
                    const struct sample_memory *m, const struct check_env *env)
{
	for (unsigned i = 0; i < MAX_CHANGES; i++)
		apply(&b->changes[i], f, m, env);
}

bool breakage_needs_cpu(const struct breakage *b)
{
	for (unsigned i = 0; i < MAX_CHANGES; i++)
		if (b->changes[i].kind == CHANGE_CPU ||
		    b->changes[i].kind == CHANGE_LACKS)
			return true;
	return false;
}

bool breakage_changes_field(const struct change *c)
{
	return c->kind != CHANGE_NONE && c->kind <= CHANGE_SELF;
}
