/*
 * rows.h - a long table of answers on the console, kept readable: a sentence
 * that differs from an earlier one only in a register's or field's name is
 * not printed again, just its name.
 */
#pragma once

#include "lib/types.h"

#define ROWS_MAX 400 /* different sentences */

struct rows {
	bool print_all;      /* no abbreviations */
	const char *section; /* of the row before */
	const char *name;    /* its rule */
	u64 shapes[ROWS_MAX];
	unsigned shape_count;
	unsigned column; /* in a line of names, or 0 */
	char answer[24]; /* that this line began with */
};

/* One row of the table. */
struct row {
	const char *section;  /* printed where it changes */
	const char *answer;   /* "exit 33" */
	const char *name;     /* of the rule: "SS_TYPE" */
	const char *sentence; /* the rule's words, to compare with others */
	const char *text;     /* what to print: sentence and value at fault */
	bool always_in_full;
};

void rows_print(struct rows *t, const struct row *r);

/* rows_note - a remark on the row before, in parentheses. */
void rows_note(struct rows *t, const char *note);

/* rows_end - end a line that is still open. */
void rows_end(struct rows *t);
