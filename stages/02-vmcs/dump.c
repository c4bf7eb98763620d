/*
 * dump.c - a VMCS on the console; see dump.h.
 *
 * The segment registers are a table of their own, as nobody wants to collect
 * a segment out of four lists.
 */
#include "02-vmcs/dump.h"

#include "02-vmcs/vmcs_words.h"
#include "lib/print.h"
#include "lib/string.h"

#define LINE 78
#define VALUE_COLUMN 38 /* where the words begin */

void dump_text(unsigned column, unsigned indent, const char *text)
{
	while (*text) {
		size_t n = strlen(text), room = LINE - column;

		if (n > room) {
			n = room;
			while (n && text[n] != ' ')
				n--;
		}
		if (!n) /* one word longer than the line */
			n = strlen(text);
		printk("%.*s\n", (int)n, text);
		text += n;
		while (*text == ' ')
			text++;
		column = indent;
		if (*text)
			printk("%*s", (int)indent, "");
	}
}

/* A segment's four fields: selector, base, limit, access rights. */
static bool is_segment_part(const char *name)
{
	static const char *const registers[] = { "ES", "CS", "SS",   "DS",
		                                 "FS", "GS", "LDTR", "TR" };

	if (strncmp(name, "GUEST_", 6) != 0)
		return false;
	for (unsigned i = 0; i < ARRAY_SIZE(registers); i++) {
		size_t n = strlen(registers[i]);

		if (!strncmp(name + 6, registers[i], n) && name[6 + n] == '_')
			return true;
	}
	return false;
}

static void dump_segment(const struct vmcs_values *f, const char *name,
                         unsigned i)
{
	u32 ar = f->v[VMCS_IDX_GUEST_ES_ACCESS_RIGHTS + i];
	char words[100];

	vmcs_value_words(VMCS_IDX_GUEST_ES_ACCESS_RIGHTS + i, ar, words,
	                 sizeof(words));
	printk("  GUEST_%-4s  %04lx  %016lx  %08lx  %05x %s\n", name,
	       f->v[VMCS_IDX_GUEST_ES_SELECTOR + i],
	       f->v[VMCS_IDX_GUEST_ES_BASE + i],
	       f->v[VMCS_IDX_GUEST_ES_LIMIT + i], ar, words);
}

static void dump_segments(const struct vmcs_values *f)
{
	static const char *const names[] = { "ES", "CS", "SS",   "DS",
		                             "FS", "GS", "LDTR", "TR" };

	printk("  %-10s  %-4s  %-16s  %-8s  %s\n", "segment", "sel", "base",
	       "limit", "access rights");
	for (unsigned i = 0; i < ARRAY_SIZE(names); i++)
		dump_segment(f, names[i], i);
}

static void dump_field(const struct vmcs_values *f, enum vmcs_index i)
{
	const struct vmcs_field *k = &vmcs_fields[i];
	int digits = vmcs_width_bits(k->width) / 4;
	char words[400];

	vmcs_value_words(i, f->v[i], words, sizeof(words));
	printk("  %-30s %0*lx%s", k->name, digits, f->v[i],
	       words[0] ? "  " : "\n");
	if (words[0])
		dump_text(35 + digits, VALUE_COLUMN, words);
}

enum kind { SHOWN, ZERO, ABSENT };

static enum kind kind_of(const struct vmcs_values *f, enum vmcs_index i)
{
	if (vmcs_is_absent(f, i))
		return ABSENT;
	return f->v[i] ? SHOWN : ZERO;
}

/* The names of all fields of a kind, as one paragraph. */
static void list_names(const struct vmcs_values *f, enum vmcs_type type,
                       enum kind kind, const char *title)
{
	unsigned column = 0;

	for (unsigned i = 0; i < VMCS_FIELDS; i++) {
		const struct vmcs_field *k = &vmcs_fields[i];
		size_t n = strlen(k->name) + 1;

		if (k->type != type || kind_of(f, i) != kind ||
		    is_segment_part(k->name))
			continue;
		if (!column) {
			printk("  %s:", title);
			column = 3 + strlen(title);
		}
		if (column + n > LINE) {
			printk("\n   ");
			column = 3;
		}
		printk(" %s", k->name);
		column += n;
	}
	if (column)
		printk("\n");
}

void vmcs_dump_type(const struct vmcs_values *f, enum vmcs_type type)
{
	static const char *const titles[] = {
		[VMCS_CONTROL] = "Control fields (SDM 25.6-25.8)",
		[VMCS_READ_ONLY] = "Exit-information fields (SDM 25.9)",
		[VMCS_GUEST] = "Guest-state area (SDM 25.4)",
		[VMCS_HOST] = "Host-state area (SDM 25.5)",
	};

	printk("\n%s:\n", titles[type]);
	if (type == VMCS_GUEST)
		dump_segments(f);
	for (unsigned i = 0; i < VMCS_FIELDS; i++)
		if (vmcs_fields[i].type == type && kind_of(f, i) == SHOWN &&
		    !is_segment_part(vmcs_fields[i].name))
			dump_field(f, i);
	list_names(f, type, ZERO, "zero");
	list_names(f, type, ABSENT, "not in this CPU");
}

void vmcs_dump(const struct vmcs_values *f)
{
	vmcs_dump_type(f, VMCS_CONTROL);
	vmcs_dump_type(f, VMCS_GUEST);
	vmcs_dump_type(f, VMCS_HOST);
	vmcs_dump_type(f, VMCS_READ_ONLY);
}
