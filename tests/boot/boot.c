/*
 * boot.c - run emu from a test; see boot.h.
 */
#define _GNU_SOURCE
#include "tests/boot/boot.h"

#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <poll.h>
#include <regex.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static double now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec * 1e-9;
}

const char *boot_image(const char *stage)
{
	static char path[64];
	const char *slash = strchr(stage, '/');
	glob_t g;

	snprintf(path, sizeof(path), "build/%.*s/stage-%s.elf",
	         slash ? (int)(slash - stage) : 1, slash ? stage : "*",
	         slash ? slash + 1 : stage);
	if (glob(path, 0, NULL, &g) || g.gl_pathc != 1)
		cr_assert_fail("no image %s; `make all' builds it", path);
	snprintf(path, sizeof(path), "%s", g.gl_pathv[0]);
	globfree(&g);
	return path;
}

const char *test_dir(void)
{
	/* test-all takes that one away; else it stays, to be looked at. */
	const char *base = getenv("TEST_RESULTS");
	static char dir[256];

	snprintf(dir, sizeof(dir), "%s/dir-XXXXXX",
	         base ? base : "build/tests");
	if (!mkdtemp(dir))
		cr_assert_fail("%s: %s", dir, strerror(errno));
	return dir;
}

#define MAX_ARGS 160 /* a stage takes 128 words */

/* Adds the blank-separated words of text to the argument list. */
static int add_words(char **argv, int n, const char *text)
{
	char *copy = strdup(text ? text : ""), *save;

	for (char *w = strtok_r(copy, " ", &save); w;
	     w = strtok_r(NULL, " ", &save)) {
		cr_assert_lt(n + 1, MAX_ARGS, "too many words: %s", text);
		argv[n++] = w;
	}
	argv[n] = NULL;
	return n;
}

static struct boot *start(char **argv, const char *environment)
{
	struct boot *b = calloc(1, sizeof(*b));
	int out[2], err[2], null = open("/dev/null", O_RDONLY);

	if (pipe2(out, O_CLOEXEC) || pipe2(err, O_CLOEXEC))
		cr_assert_fail("pipe: %s", strerror(errno));
	b->started = now();
	b->pid = fork();
	if (b->pid == 0) {
		/* Should the test die, emu is told to clean up. */
		prctl(PR_SET_PDEATHSIG, SIGTERM);
		dup2(null, 0);
		dup2(out[1], 1);
		dup2(err[1], 2);
		if (environment)
			putenv(strdup(environment));
		execv(argv[0], argv);
		_exit(127);
	}
	close(null);
	close(out[1]);
	close(err[1]);
	b->out_fd = out[0];
	b->err_fd = err[0];
	b->out = calloc(1, 1);
	b->err = calloc(1, 1);
	b->status = -1;
	return b;
}

static bool is_dead(pid_t pid)
{
	char path[64], line[512] = "", *state = NULL;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
	f = fopen(path, "re");
	if (!f)
		return true;
	if (fgets(line, sizeof(line), f))
		state = strrchr(line, ')'); /* PID (NAME) STATE ... */
	fclose(f);
	return !state || state[2] == 'Z' || state[2] == 'X';
}

bool process_ends(pid_t pid)
{
	for (int i = 0; i < 1000; i++) {
		if (is_dead(pid))
			return true;
		usleep(20000);
	}
	return false;
}

struct boot *emu_start(const char *arguments, const char *environment)
{
	char *argv[MAX_ARGS] = { "build/tools/emu" };

	add_words(argv, 1, arguments);
	return start(argv, environment);
}

struct boot *boot_start(const char *stage, const char *options,
                        const char *words, const char *environment)
{
	char *argv[MAX_ARGS] = { "build/tools/emu" };
	const char *backend = getenv("WS_BACKEND");
	int n = add_words(argv, 1, "--timeout 120");

	if (backend) {
		n = add_words(argv, n, "--backend");
		n = add_words(argv, n, backend);
	}
	n = add_words(argv, n, options);
	n = add_words(argv, n, boot_image(stage));
	add_words(argv, n, words);
	return start(argv, environment);
}

/* Reads once from fd into a growing text; false at its end. */
static bool read_more(int *fd, char **text, size_t *len)
{
	ssize_t n;

	*text = realloc(*text, *len + 4097);
	n = read(*fd, *text + *len, 4096);
	if (n <= 0) {
		close(*fd);
		*fd = -1;
		n = 0;
	}
	*len += (size_t)n;
	(*text)[*len] = 0;
	return n > 0;
}

/* Waits for more of either stream; false when both have ended. */
static bool step(struct boot *b)
{
	struct pollfd p[] = { { b->out_fd, POLLIN, 0 },
		              { b->err_fd, POLLIN, 0 } };

	if (b->out_fd < 0 && b->err_fd < 0)
		return false;
	if (poll(p, 2, -1) < 0)
		return errno == EINTR;
	if (p[0].revents)
		read_more(&b->out_fd, &b->out, &b->out_len);
	if (p[1].revents)
		read_more(&b->err_fd, &b->err, &b->err_len);
	return true;
}

void boot_read_until(struct boot *b, const char *text)
{
	while (!strstr(b->out, text))
		if (!step(b))
			cr_assert_fail("the console never showed: %s\n%s%s",
			               text, b->out, b->err);
}

void boot_wait(struct boot *b)
{
	const char *missing;
	int status;

	while (step(b))
		;
	while (waitpid(b->pid, &status, 0) < 0 && errno == EINTR)
		;
	b->seconds = now() - b->started;
	b->status = WIFEXITED(status) ? WEXITSTATUS(status) :
	                                128 + WTERMSIG(status);
	missing = strstr(b->err, "(Debian package");
	if (b->status == USAGE && missing && !getenv("WS_PROGRAMS_MISSING"))
		cr_skip_test("%.*s", (int)strcspn(b->err, "\n"), b->err);
}

struct boot *boot(const char *stage, const char *options, const char *words)
{
	struct boot *b = boot_start(stage, options, words, NULL);

	boot_wait(b);
	return b;
}

struct boot *emu(const char *arguments)
{
	struct boot *b = emu_start(arguments, NULL);

	boot_wait(b);
	return b;
}

static regex_t compiled(const char *regex)
{
	regex_t re;

	if (regcomp(&re, regex, REG_EXTENDED | REG_NEWLINE))
		cr_assert_fail("a bad regular expression: %s", regex);
	return re;
}

/* As boot_find(), and where the first group is. */
static const char *find(struct boot *b, const char *regex, size_t *group)
{
	static char line[4096];
	regex_t re = compiled(regex);
	regmatch_t m[2];
	size_t from, to;

	if (regexec(&re, b->out + b->at, 2, m, 0)) {
		regfree(&re);
		return NULL;
	}
	regfree(&re);
	from = b->at + (size_t)m[0].rm_so;
	if (group)
		*group = m[1].rm_so < 0 ? from : b->at + (size_t)m[1].rm_so;
	to = from + strcspn(b->out + from, "\n");
	while (from > 0 && b->out[from - 1] != '\n')
		from--;
	snprintf(line, sizeof(line), "%.*s", (int)(to - from), b->out + from);
	b->at = to;
	return line;
}

const char *boot_find(struct boot *b, const char *regex)
{
	return find(b, regex, NULL);
}

long long boot_number(struct boot *b, const char *regex)
{
	size_t group = 0;

	if (!find(b, regex, &group))
		cr_assert_fail("%s", boot_check_line(b, regex));
	return strtoll(b->out + group, NULL, 0);
}

/* The last lines of a text. */
static const char *tail(const char *text, int lines)
{
	const char *p = text + strlen(text);

	while (p > text && lines >= 0)
		if (*--p == '\n')
			lines--;
	return p;
}

static const char *wrong(struct boot *b, const char *what, const char *regex)
{
	char *text;

	if (asprintf(&text,
	             "%s%s\nexit status %d after %.1f s; the console's end:\n"
	             "%s\nand emu's messages:\n%s",
	             what, regex, b->status, b->seconds, tail(b->out, 20),
	             tail(b->err, 20)) < 0)
		return "out of memory";
	return text;
}

const char *boot_check_status(struct boot *b, int status)
{
	char want[32];

	snprintf(want, sizeof(want), "%d", status);
	return b->status == status ? NULL : wrong(b, "status wanted: ", want);
}

const char *boot_check_line(struct boot *b, const char *regex)
{
	return boot_find(b, regex) ? NULL : wrong(b, "no line: ", regex);
}

const char *boot_check_no_line(struct boot *b, const char *regex)
{
	size_t at = b->at;
	const char *found;

	b->at = 0;
	found = boot_find(b, regex);
	b->at = at;
	return found ? wrong(b, "an unwanted line: ", found) : NULL;
}

const char *boot_check_message(struct boot *b, const char *regex)
{
	regex_t re = compiled(regex);
	bool found = !regexec(&re, b->err, 0, NULL, 0);

	regfree(&re);
	return found ? NULL : wrong(b, "emu did not say: ", regex);
}
