/*
 * stop.c - what Bochs says when it stops.
 *
 *     (0) Breakpoint 2, 0x000000004000800c in ?? ()
 *     (1) Caught write watch point at 0x000004007100
 *     (0) Caught VMEXIT breakpoint
 *     (0) Caught mode switch breakpoint switching to 'real mode'
 *     Next at t=81826198
 *     (0) [0x00000400800c] 0008:000000004000800c (unk. ctxt): cpuid    ; 0fa2
 *     (1) [0x000000103025] 0008:0000000000103025 (unk. ctxt): cli      ; fa
 *
 * A CPU that has not run since its last stop repeats its old reason.
 */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bridge.h"

/* "(1) rest" -> 1 and rest; "(1).[" and everything else -> -1. */
static int cpu_of(const char *line, const char **rest)
{
	char *end;
	long n;

	if (line[0] != '(')
		return -1;
	n = strtol(line + 1, &end, 10);
	if (end == line + 1 || strncmp(end, ") ", 2) || n < 0 || n >= MAX_CPUS)
		return -1;
	*rest = end + 2;
	return (int)n;
}

static void reason(struct stop *s, const char *text)
{
	const char *at;

	if (!strncmp(text, "Breakpoint ", 11)) {
		at = strstr(text, ", ");
		if (!at)
			return;
		at += 2;
		s->kind = STOP_BREAK;
		text_number(&at, &s->where);
	} else if (!strncmp(text, "Caught VMEXIT", 13)) {
		s->kind = STOP_VMEXIT;
	} else if (!strncmp(text, "Caught mode switch", 18)) {
		s->kind = STOP_MODE;
	} else if (!strncmp(text, "Caught ", 7)) {
		at = strstr(text, "watch point at ");
		if (!at)
			return;
		at += strlen("watch point at ");
		s->kind = STOP_WATCH;
		s->access = text[7]; /* "read watch point", "write ..." */
		text_number(&at, &s->where);
	}
}

int stop_parse(const char *answer, struct stop per_cpu[MAX_CPUS])
{
	const char *rest, *t = text_line(answer, "Next at t=");
	uint64_t ticks = t ? strtoull(t, NULL, 10) : 0;
	int seen = 0;

	for (int i = 0; i < MAX_CPUS; i++)
		per_cpu[i] = (struct stop){ .cpu = i, .ticks = ticks };
	for (const char *line = answer; line && *line;) {
		int cpu = cpu_of(line, &rest);

		if (cpu >= 0) {
			reason(&per_cpu[cpu], rest);
			if (cpu >= seen)
				seen = cpu + 1;
		}
		line = strchr(line, '\n');
		if (line)
			line++;
	}
	return seen;
}

/*
 * What Bochs printed while it ran, such as the instruction of a guest's triple
 * fault: "(0).[81826198] [0x000004008010] 0008:... ud2".
 */
bool stop_note(const char **answer, char *note, size_t size)
{
	const char *line = *answer;

	while (line && *line) {
		const char *end = strchr(line, '\n');
		size_t n = end ? (size_t)(end - line) : strlen(line);
		const char *dot = line[0] == '(' ? memchr(line, ')', n) : NULL;

		if (dot && dot[1] == '.') {
			snprintf(note, size, "%.*s", (int)n, line);
			*answer = end ? end + 1 : line + n;
			return true;
		}
		line = end ? end + 1 : NULL;
	}
	return false;
}
