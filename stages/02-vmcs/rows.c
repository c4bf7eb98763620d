/*
 * rows.c - a long table of answers on the console; see rows.h.
 */
#include "02-vmcs/rows.h"

#include "02-vmcs/dump.h"
#include "lib/print.h"
#include "lib/string.h"

#define INDENT 12
#define LINE 78

/*
 * The sentence without the names in it, as a number: "DS must be present" has
 * the shape of "ES must be present".
 */
static u64 shape_of(const char *sentence)
{
	u64 hash = 14695981039346656037ull; /* FNV-1a */

	for (const char *p = sentence; *p; p++)
		if (!(*p >= 'A' && *p <= 'Z') && *p != '_')
			hash = (hash ^ (u8)*p) * 1099511628211ull;
	return hash;
}

/* Was such a sentence printed before? */
static bool is_familiar(struct rows *t, const char *sentence)
{
	u64 shape = shape_of(sentence);

	for (unsigned i = 0; i < t->shape_count; i++)
		if (t->shapes[i] == shape)
			return true;
	if (t->shape_count < ROWS_MAX)
		t->shapes[t->shape_count++] = shape;
	return false;
}

void rows_end(struct rows *t)
{
	if (t->column)
		printk("\n");
	t->column = 0;
}

/* One more name in a line of names, which all had the same answer. */
static void print_name(struct rows *t, const struct row *r)
{
	unsigned n = strlen(r->name) + 2;

	if (t->column &&
	    (t->column + n > LINE || strcmp(t->answer, r->answer)))
		rows_end(t);
	if (!t->column) {
		printk("  %-9s likewise: ", r->answer);
		snprintk(t->answer, sizeof(t->answer), "%s", r->answer);
		t->column = INDENT + 10;
	} else {
		printk(", ");
	}
	printk("%s", r->name);
	t->column += n;
}

/* A second way to break the same rule is worth more than its name. */
static bool deserves_words(struct rows *t, const struct row *r)
{
	bool again = t->name && !strcmp(t->name, r->name);

	t->name = r->name;
	return t->print_all || again || !is_familiar(t, r->sentence);
}

void rows_print(struct rows *t, const struct row *r)
{
	if (t->section != r->section) {
		rows_end(t);
		printk(" %s\n", r->section);
		t->section = r->section;
	}
	if (!deserves_words(t, r) && !r->always_in_full) {
		print_name(t, r);
		return;
	}
	rows_end(t);
	printk("  %-9s ", r->answer);
	dump_text(INDENT, INDENT, r->text);
}

void rows_note(struct rows *t, const char *note)
{
	char text[200];

	rows_end(t);
	snprintk(text, sizeof(text), "(%s)", note);
	printk("%*s", INDENT, "");
	dump_text(INDENT, INDENT + 1, text);
}
