/*
 * test_rows.c - the long table of answers, and how it is kept short.
 */
#include <criterion/criterion.h>
#include <string.h>

#include "02-vmcs/rows.h"
#include "tests/fake/machine.h"

static void print_one(struct rows *t, const char *name, const char *sentence)
{
	struct row r = {
		.section = "27.1",
		.answer = "exit 33",
		.name = name,
		.sentence = sentence,
		.text = sentence,
	};

	rows_print(t, &r);
}

static void print_some(struct rows *t)
{
	fake_console_clear();
	print_one(t, "DS_PRESENT", "DS must be present");
	print_one(t, "ES_PRESENT", "ES must be present");
	print_one(t, "TR_PRESENT", "TR must be present");
	print_one(t, "TR_USABLE", "TR must be usable");
	rows_end(t);
}

Test(rows, a_sentence_is_not_repeated_for_another_register)
{
	struct rows t = { .print_all = false };

	print_some(&t);
	cr_expect_str_eq(fake_console,
	                 " 27.1\n"
	                 "  exit 33   DS must be present\n"
	                 "            likewise: ES_PRESENT, TR_PRESENT\n"
	                 "  exit 33   TR must be usable\n");
}

Test(rows, unless_all_are_wanted)
{
	struct rows t = { .print_all = true };

	print_some(&t);
	cr_expect(strstr(fake_console, "  exit 33   ES must be present\n"));
	cr_expect_not(strstr(fake_console, "likewise"));
}

Test(rows, a_note_follows_its_row)
{
	struct rows t = { .print_all = false };

	fake_console_clear();
	print_one(&t, "DS_PRESENT", "DS must be present");
	print_one(&t, "ES_PRESENT", "ES must be present");
	rows_note(&t, "known");
	cr_expect_str_eq(fake_console, " 27.1\n"
	                               "  exit 33   DS must be present\n"
	                               "            likewise: ES_PRESENT\n"
	                               "            (known)\n");
}
