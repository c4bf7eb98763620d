/*
 * test_console.c - the console as a person has it: on a terminal, here the
 * other end of a pseudo terminal.  The machine sends back what it gets.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include "tests/boot/boot.h"

#define X86 "build/tests/boot/echo/x86_64.elf"
#define ARM "build/tests/boot/echo/arm64.elf"
#define PATIENCE 60000 /* ms without a byte */

struct person {
	pid_t emu;
	int screen; /* the master: what emu shows; and the keyboard */
	char seen[65536];
	size_t len;
};

static struct person *sit_down(const char *image)
{
	struct person *p = calloc(1, sizeof(*p));

	p->emu = forkpty(&p->screen, NULL, NULL, NULL);
	cr_assert_geq(p->emu, 0, "forkpty: %s", strerror(errno));
	if (p->emu == 0) {
		execl("build/tools/emu", "emu", "--initrd", "Makefile",
		      "--timeout", "0.1", image, NULL);
		_exit(127);
	}
	return p;
}

/* False when the other end is closed. */
static bool look(struct person *p)
{
	struct pollfd f = { p->screen, POLLIN, 0 };
	ssize_t n;

	cr_assert_eq(poll(&f, 1, PATIENCE), 1, "silence after:\n%s", p->seen);
	n = read(p->screen, p->seen + p->len, sizeof(p->seen) - p->len - 1);
	if (n > 0)
		p->len += (size_t)n;
	return n > 0;
}

static void wait_for(struct person *p, const char *text)
{
	while (!memmem(p->seen, p->len, text, strlen(text)))
		if (!look(p)) {
			if (strstr(p->seen, "(Debian package"))
				cr_skip_test("%s", p->seen);
			cr_assert_fail("never seen: %s\n%s", text, p->seen);
		}
}

/* From now on; what was seen before does not count. */
static void type(struct person *p, const char *keys, size_t n)
{
	memset(p->seen, 0, sizeof(p->seen));
	p->len = 0;
	cr_assert_eq(write(p->screen, keys, n), (ssize_t)n);
}

static int end_of(struct person *p)
{
	int status;

	while (look(p))
		;
	cr_assert_eq(waitpid(p->emu, &status, 0), p->emu);
	return WIFEXITED(status) ? WEXITSTATUS(status) :
	                           128 + WTERMSIG(status);
}

static tcflag_t local_modes(struct person *p)
{
	struct termios t;

	cr_assert_eq(tcgetattr(p->screen, &t), 0);
	return t.c_lflag & (ICANON | ECHO | ISIG);
}

/* The one who restores them after a kill needs a moment. */
static bool restored(struct person *p)
{
	for (int i = 0; i < 250; i++) {
		if (local_modes(p) == (ICANON | ECHO | ISIG))
			return true;
		usleep(20000);
	}
	return false;
}

/* Every byte there is, but those that mean something here. */
static void every_byte(const char *image)
{
	struct person *p = sit_down(image);
	char bytes[4 * 256];
	size_t n = 0;

	for (int c = 0; c < 4 * 256; c++)
		if ((c & 255) != 'Z' && (c & 255) != 0x1d)
			bytes[n++] = (char)c;
	wait_for(p, "ready\r\n");
	cr_assert(strstr(p->seen, "Ctrl-] and then q stops it"));
	cr_assert_eq(local_modes(p), 0);
	type(p, bytes, n);
	while (p->len < n)
		cr_assert(look(p));
	cr_assert_eq(p->len, n);
	cr_assert_arr_eq(p->seen, bytes, n);
	type(p, "Z", 1);
	wait_for(p, "Z\r\nstage 99: ok\r\n");
	cr_assert_eq(end_of(p), OK);
	cr_assert(restored(p));
}

Test(console, every_byte_passes_unchanged_on_bochs)
{
	every_byte(X86);
}

Test(console, every_byte_passes_unchanged_on_qemu)
{
	every_byte(ARM);
}

Test(console, the_escape_key_stops_the_machine)
{
	static const char *const keys[] = { "\x1dq", "\x1d\x1d" };

	for (int i = 0; i < 2; i++) {
		struct person *p = sit_down(ARM);

		wait_for(p, "ready\r\n");
		type(p, keys[i], 2);
		cr_assert_eq(end_of(p), CTRL_C);
		cr_assert(strstr(p->seen, "stopped by Ctrl-]"));
		cr_assert(restored(p));
	}
}

Test(console, the_escape_key_before_another_is_sent)
{
	struct person *p = sit_down(ARM);

	wait_for(p, "ready\r\n");
	type(p, "\x1dx", 2);
	wait_for(p, "\x1dx");
	type(p, "q\x03", 2); /* and Ctrl-C, which is no signal now */
	wait_for(p, "q\x03");
	type(p, "Z", 1);
	cr_assert_eq(end_of(p), OK);
}

/* The time limit of sit_down() is far over by then. */
Test(console, there_is_no_time_limit)
{
	struct person *p = sit_down(ARM);

	wait_for(p, "ready\r\n");
	sleep(4);
	type(p, "a", 1);
	wait_for(p, "a");
	kill(p->emu, SIGTERM);
	cr_assert_eq(end_of(p), CTRL_C);
}

Test(console, the_terminal_is_restored_after_a_signal)
{
	static const int signals[] = { SIGINT,  SIGTERM, SIGHUP,
		                       SIGQUIT, SIGKILL, SIGSEGV };

	for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++) {
		struct person *p = sit_down(ARM);
		int status;

		wait_for(p, "ready\r\n");
		cr_assert_eq(local_modes(p), 0);
		kill(p->emu, signals[i]);
		cr_assert_eq(waitpid(p->emu, &status, 0), p->emu);
		cr_assert(restored(p), "not after signal %d", signals[i]);
		cr_assert(!WIFEXITED(status) || WEXITSTATUS(status) == CTRL_C);
		close(p->screen);
	}
}

Test(console, the_terminal_is_restored_when_nothing_starts)
{
	struct person *p = calloc(1, sizeof(*p));

	p->emu = forkpty(&p->screen, NULL, NULL, NULL);
	if (p->emu == 0) {
		execl("build/tools/emu", "emu", "--interactive", "--model",
		      "i486", ARM, NULL);
		_exit(127);
	}
	cr_assert_eq(end_of(p), DIED);
	cr_assert(restored(p));
}

/* A terminal in raw mode goes down at LF, and left only at CR. */
static void lines_start_at_the_left(const char *image)
{
	struct person *p = sit_down(image);
	char *lf = p->seen;

	wait_for(p, "stage 0");
	cr_assert_eq(end_of(p), OK);
	while ((lf = strchr(lf + 1, '\n')))
		cr_assert_eq(lf[-1], '\r', "no CR before:\n%s", lf);
}

Test(console, lines_start_at_the_left_on_bochs)
{
	lines_start_at_the_left("build/x86_64/stage-01.elf");
}

Test(console, lines_start_at_the_left_on_qemu)
{
	lines_start_at_the_left("build/arm64/stage-04.elf");
}

/* Two pipes instead of a terminal: asked for, it is the same. */
Test(console, without_a_terminal_it_must_be_asked_for)
{
	struct boot *b = emu("--initrd Makefile --timeout 1 " ARM);

	expect_status(b, TIMEOUT);
	expect_line(b, "^ready$");
	b = emu_start("--interactive " ARM, NULL);
	boot_read_until(b, "ready\r\n");
	kill(b->pid, SIGTERM);
	boot_wait(b);
	expect_status(b, CTRL_C);
	expect_message(b, "Ctrl-] and then q stops it");
}
