/*
 * test_rows.c - the long table of answers, and how it is kept short.
 */
#include <criterion/criterion.h>
#include <string.h>

#include "02-vmcs/rows.h"
#include "tests/fake/machine.h"

static void print_answer(struct rows *t, const char *answer, const char *name,
                         const char *sentence)
{
	struct row r = {
		.section = "27.1",
		.answer = answer,
		.name = name,
		.sentence = sentence,
		.text = sentence,
	};

	rows_print(t, &r);
}

static void print_one(struct rows *t, const char *name, const char *sentence)
{
	print_answer(t, "exit 33", name, sentence);
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
	                 "  exit 33   likewise: ES_PRESENT, TR_PRESENT\n"
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
	                               "  exit 33   likewise: ES_PRESENT\n"
	                               "            (known)\n");
}

Test(rows, names_stand_beside_their_answer)
{
	struct rows t = { .print_all = false };

	fake_console_clear();
	print_answer(&t, "runs", "DS_PRESENT", "DS must be present");
	print_answer(&t, "exit 33", "ES_PRESENT", "ES must be present");
	print_answer(&t, "error 7", "TR_PRESENT", "TR must be present");
	rows_end(&t);
	cr_expect_str_eq(fake_console, " 27.1\n"
	                               "  runs      DS must be present\n"
	                               "  exit 33   likewise: ES_PRESENT\n"
	                               "  error 7   likewise: TR_PRESENT\n");
}

Test(rows, a_rule_broken_in_two_ways_has_two_rows)
{
	struct rows t = { .print_all = false };

	fake_console_clear();
	print_one(&t, "DS_TYPE", "DS must hold data");
	print_one(&t, "DS_TYPE", "DS must hold data");
	cr_expect_str_eq(fake_console, " 27.1\n"
	                               "  exit 33   DS must hold data\n"
	                               "  exit 33   DS must hold data\n");
}
