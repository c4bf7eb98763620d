/*
 * terminal.c - the clock, and the reader's terminal.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#include "emu.h"

static struct termios saved;
static bool changed, raw;
static pid_t guard;
static int guard_pipe;

double now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec * 1e-9;
}

/* The reader waits from his own command on, which WS_STARTED tells (date +%s.%N). */
double since_start(void)
{
	const char *env = getenv("WS_STARTED");
	static double started;
	struct timespec ts;
	double t;

	clock_gettime(CLOCK_REALTIME, &ts);
	t = (double)ts.tv_sec + (double)ts.tv_nsec * 1e-9;
	if (!started)
		started = env && atof(env) > 0 ? atof(env) : t;
	return t - started;
}

/*
 * How much slower is this machine, now, than the one on which the time limits
 * were chosen?  A chain of dependent operations that no compiler shortens.
 */
double time_scale(void)
{
	const char *env = getenv("WS_TIMEOUT_SCALE");
	const double reference = 0.042; /* seconds */
	volatile uint64_t sink;
	uint64_t x = 88172645463325252u;
	double t, scale;

	if (env && atof(env) > 0)
		return atof(env);
	t = now();
	for (int i = 0; i < 20000000; i++) {
		x ^= x << 13;
		x ^= x >> 7;
		x ^= x << 17;
	}
	sink = x;
	(void)sink;
	scale = (now() - t) / reference;
	return scale < 1 ? 1 : scale > 20 ? 20 : scale;
}

/* In the background, touching the terminal would stop us. */
bool terminal_input_ok(void)
{
	return !isatty(0) || tcgetpgrp(0) == getpgrp();
}

bool terminal_both(void)
{
	return isatty(0) && isatty(1) && terminal_input_ok();
}

/*
 * Should we be killed outright, a shell would get a terminal without echo.
 * So a second process waits for our end and sets it right, unless we did: it
 * sees that by a byte in the pipe.
 */
static void start_guard(void)
{
	int fds[2];
	char c = 0;

	if (pipe2(fds, O_CLOEXEC))
		return;
	guard = fork();
	if (guard) {
		close(fds[0]);
		guard_pipe = fds[1];
		return;
	}
	signal(SIGTTOU, SIG_IGN);
	for (int fd = 1; fd < 256; fd++)
		if (fd != fds[0])
			close(fd);
	while (read(fds[0], &c, 1) < 0 && errno == EINTR)
		;
	if (c != 'q')
		tcsetattr(0, TCSANOW, &saved);
	_exit(0);
}

/*
 * Keys go to the guest one by one, and the guest echoes them.  Raw: those that
 * would be signals, too, and what it prints is not changed either.
 */
void terminal_init(bool want_raw)
{
	struct termios t;

	if (!isatty(0) || !terminal_input_ok() || tcgetattr(0, &saved))
		return;
	t = saved;
	if (want_raw)
		cfmakeraw(&t);
	t.c_lflag &= (tcflag_t) ~(ICANON | ECHO);
	t.c_cc[VMIN] = 1;
	t.c_cc[VTIME] = 0;
	start_guard();
	atexit(terminal_restore);
	changed = tcsetattr(0, TCSANOW, &t) == 0;
	raw = changed && want_raw;
}

bool terminal_is_raw(void)
{
	return raw;
}

void terminal_restore(void)
{
	if (changed && terminal_input_ok())
		tcsetattr(0, TCSANOW, &saved);
	changed = raw = false;
	if (guard > 0 && write(guard_pipe, "q", 1) == 1)
		waitpid(guard, NULL, 0);
	guard = 0;
}
