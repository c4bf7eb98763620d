/*
 * bochs.c - Bochs as a child process whose debugger we talk to over pipes.
 *
 * The debugger prints "<bochs:N> " when it wants a command; N grows with each.
 * It echoes the command (cut, when it is long), so answers are searched for
 * the lines that are wanted and nothing else is assumed about them.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bridge.h"

/* Short questions take 0.1 ms; a loaded machine may take much longer. */
#define PATIENCE 20000 /* ms */

static pid_t child;
static int to = -1, from = -1;
static char *answer;
static size_t length, room;
static int cpus = 1, selected;
static FILE *dialogue;
static long log_seen;

static void log_dialogue(const char *arrow, const char *text)
{
	if (!dialogue)
		return;
	fprintf(dialogue, "%s %s\n", arrow, text);
	fflush(dialogue);
}

void bochs_log_to(const char *file)
{
	dialogue = fopen(file, "we");
	if (!dialogue)
		die("%s: %s", file, strerror(errno));
}

static _Noreturn void run_child(char *const argv[], int in, int out)
{
	setpgid(0, 0); /* a Ctrl-C on the terminal is not for Bochs */
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	io_unblock_signals();
	signal(SIGINT, SIG_DFL); /* `make' may have it ignored */
	if (dup2(in, 0) < 0 || dup2(out, 1) < 0 || dup2(out, 2) < 0)
		_exit(127);
	execvp(argv[0], argv);
	dprintf(2, "cannot start %s: %s (Debian package: bochs)\n", argv[0],
	        strerror(errno));
	_exit(127);
}

void bochs_start(char *const argv[])
{
	int in[2], out[2];

	if (pipe2(in, O_CLOEXEC) || pipe2(out, O_CLOEXEC))
		die("pipe: %s", strerror(errno));
	child = fork();
	if (child < 0)
		die("fork: %s", strerror(errno));
	if (child == 0)
		run_child(argv, in[0], out[1]);
	close(in[0]);
	close(out[1]);
	to = in[1];
	from = out[0];
	atexit(bochs_kill);
	for (double end = io_now() + PATIENCE / 1000.0; io_now() < end;) {
		io_wait(IO_BOCHS, 1000);
		if (bochs_answered())
			return;
		if (!bochs_alive())
			break;
	}
	die("Bochs did not come to its prompt. It said:\n%s", bochs_answer());
}

int bochs_fd(void)
{
	return from;
}

bool bochs_alive(void)
{
	return from >= 0;
}

void bochs_kill(void)
{
	if (child <= 0)
		return;
	kill(child, SIGKILL);
	while (waitpid(child, NULL, 0) < 0 && errno == EINTR)
		;
	child = 0;
}

void bochs_interrupt(void)
{
	if (child > 0)
		kill(child, SIGINT);
}

/* Does the text end in "<bochs:N> "?  Cuts the prompt off. */
static bool cut_prompt(void)
{
	static const char head[] = "<bochs:";
	size_t n = length;

	if (n < 2 || answer[n - 1] != ' ' || answer[n - 2] != '>')
		return false;
	for (n -= 2; n > 0 && answer[n - 1] >= '0' && answer[n - 1] <= '9';
	     n--)
		;
	if (n < sizeof(head) - 1 ||
	    memcmp(answer + n - (sizeof(head) - 1), head, sizeof(head) - 1))
		return false;
	answer[n - (sizeof(head) - 1)] = 0;
	return true;
}

bool bochs_answered(void)
{
	ssize_t n;

	if (room - length < 65536) {
		room += 1 << 18;
		answer = realloc(answer, room);
		if (!answer)
			die("out of memory");
	}
	n = read(from, answer + length, room - length - 1);
	if (n < 0 && errno == EINTR)
		return false;
	if (n <= 0) {
		close(from);
		from = -1;
		answer[length] = 0;
		log_dialogue("<", answer);
		return false;
	}
	length += (size_t)n;
	answer[length] = 0;
	if (!cut_prompt())
		return false;
	log_dialogue("<", answer);
	return true;
}

const char *bochs_answer(void)
{
	return answer ? answer : "";
}

static void send_line(const char *fmt, va_list ap)
{
	char line[4096];
	size_t n;

	vsnprintf(line, sizeof(line) - 1, fmt, ap);
	n = strlen(line);
	/* An empty line would repeat the last command. */
	if (!n)
		line[n++] = ';';
	log_dialogue(">", line);
	line[n++] = '\n';
	length = 0;
	if (answer)
		answer[0] = 0;
	if (write(to, line, n) != (ssize_t)n && errno != EPIPE)
		die("writing to Bochs: %s", strerror(errno));
}

void bochs_send(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	send_line(fmt, ap);
	va_end(ap);
}

const char *bochs_ask(const char *fmt, ...)
{
	va_list ap;

	if (!bochs_alive())
		return NULL;
	va_start(ap, fmt);
	send_line(fmt, ap);
	va_end(ap);
	while (bochs_alive()) {
		if (!io_wait(IO_BOCHS, PATIENCE)) {
			/* It once hung on `crc'; nothing else to be done. */
			say("Bochs does not answer; ending it");
			bochs_kill();
		}
		if (bochs_answered())
			return answer;
	}
	return NULL;
}

void bochs_select(int cpu)
{
	if (cpu != selected)
		bochs_ask("set $cpu=%d", cpu);
	selected = cpu;
}

int bochs_cpus(void)
{
	return cpus;
}

void bochs_set_cpus(int n)
{
	cpus = n < 1 ? 1 : n;
}

/* --- its log ---------------------------------------------------------- */

void bochs_forget_panics(void)
{
	FILE *f = fopen(rundir_file("log"), "re");

	if (!f)
		return;
	fseek(f, 0, SEEK_END);
	log_seen = ftell(f);
	fclose(f);
}

const char *bochs_last_panic(void)
{
	static const char mark[] = ">>PANIC<< ";
	static char line[512];
	char text[512], *p;
	bool found = false;
	FILE *f = fopen(rundir_file("log"), "re");

	if (!f)
		return NULL;
	fseek(f, log_seen, SEEK_SET);
	while (fgets(text, sizeof(text), f)) {
		p = strstr(text, mark);
		if (!p)
			continue;
		p += sizeof(mark) - 1;
		p[strcspn(p, "\n")] = 0;
		memcpy(line, p, strlen(p) + 1);
		found = true;
	}
	fclose(f);
	return found ? line : NULL;
}

/* The guest wrote "Shutdown" to port 0x8900 (or somebody sent SIGTERM). */
bool bochs_powered_off(void)
{
	return strstr(bochs_answer(), "Shutdown port") ||
	       strstr(bochs_answer(), "shutdown requested");
}
