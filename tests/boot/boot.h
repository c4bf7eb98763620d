/*
 * boot.h - for tests that boot a stage: run emu, look at what came out.
 *
 *	struct boot *b = boot("01", "--cpus 2", "hang");
 *
 *	expect_status(b, 124);
 *	expect_line(b, "CPU [0-9]+: VMXON");
 *
 * Emulators are slow and the machine may be busy: never test wall time
 * narrowly.
 */
#pragma once

#include <criterion/criterion.h>
#include <sys/types.h>

struct boot {
	pid_t pid; /* of emu */
	int out_fd, err_fd;
	char *out; /* the console so far; ends with 0 */
	char *err; /* emu's own messages so far */
	size_t out_len, err_len;
	size_t at;  /* expect_line() goes on from this place in out */
	int status; /* emu's exit status, once it ended */
	double started, seconds;
};

/* emu's exit statuses, as in HACKING.md. */
enum { OK = 0, FAILED = 1, USAGE = 2, DIED = 3, TIMEOUT = 124, CTRL_C = 130 };

/*
 * boot - run stage NN ("05" exists twice: "arm64/05", "x86_64/05") to its end.
 * options are emu's, words the stage's
 * command line; both are split at blanks, both may be NULL.  The time limit
 * is 120 s (scaled) unless the options say another.  A test is skipped where
 * a program is missing.
 */
struct boot *boot(const char *stage, const char *options, const char *words);

/* emu - run build/tools/emu with just these arguments, to its end. */
struct boot *emu(const char *arguments);

/* The same in steps.  environment: "NAME=VALUE" set for emu, or NULL. */
struct boot *boot_start(const char *stage, const char *options,
                        const char *words, const char *environment);
struct boot *emu_start(const char *arguments, const char *environment);
/* boot_read_until - until the console shows text; fails the test if never. */
void boot_read_until(struct boot *b, const char *text);
void boot_wait(struct boot *b);

/*
 * process_ends - waits (20 s at most) until the process is dead.  A zombie is:
 * the init that should collect an orphan may take seconds, or never do it.
 */
bool process_ends(pid_t pid);

/* The path of a stage's image: "03", or "arm64/05" where both have it. */
const char *boot_image(const char *stage);

/* For tests that set things right again themselves: a private directory. */
const char *test_dir(void);

/*
 * boot_find - the next line that the (extended) regular expression matches,
 * after the last line found; NULL if there is none.  boot_number - the first
 * group in parentheses of that line as a number; fails if there is none.
 */
const char *boot_find(struct boot *b, const char *regex);
long long boot_number(struct boot *b, const char *regex);

/* NULL, or what to tell; the macros below tell it at the test's own line. */
const char *boot_check_status(struct boot *b, int status);
const char *boot_check_line(struct boot *b, const char *regex);
const char *boot_check_no_line(struct boot *b, const char *regex);
const char *boot_check_message(struct boot *b, const char *regex);

#define BOOT_EXPECT(check)                                                    \
	do {                                                                  \
		const char *wrong = check;                                    \
                                                                              \
		if (wrong)                                                    \
			cr_assert_fail("%s", wrong);                          \
	} while (0)

/* emu ended with that status. */
#define expect_status(b, s) BOOT_EXPECT(boot_check_status(b, s))
/* The console has such a line, after those found before. */
#define expect_line(b, regex) BOOT_EXPECT(boot_check_line(b, regex))
/* The whole console has no such line. */
#define expect_no_line(b, regex) BOOT_EXPECT(boot_check_no_line(b, regex))
/* emu itself said that (on standard error). */
#define expect_message(b, regex) BOOT_EXPECT(boot_check_message(b, regex))
