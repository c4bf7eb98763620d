/*
 * main.c - hosttest: does the host do what Linux does?  The same binary runs
 * on Linux, where everything must pass, too.
 */
#include "05-full/user/hosttest/hosttest.h"

static unsigned wrong;

void expect_at(const char *file, int line, const char *what, long got,
               long want)
{
	if (got == want)
		return;
	user_print("hosttest: %s:%d: %s is %ld, not %ld\n", file, line, what,
	           got, want);
	wrong++;
}

static const struct {
	const char *name;
	void (*fn)(void);
} tests[] = {
	{ "files", test_files },         { "memory", test_memory },
	{ "threads", test_threads },     { "signals", test_signals },
	{ "processes", test_processes }, { "time", test_time },
	{ "limits", test_limits },
};

int user_main(int argc, char **argv)
{
	for (unsigned i = 0; i < ARRAY_SIZE(tests); i++) {
		unsigned before = wrong;

		if (argc > 1 && strcmp(argv[1], tests[i].name))
			continue;
		tests[i].fn();
		user_print("hosttest: %s: %s\n", tests[i].name,
		           wrong == before ? "passed" : "FAILED");
	}
	return wrong != 0;
}
