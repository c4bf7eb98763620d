/*
 * terminal.c - the clock, and the reader's terminal.
 */
#define _GNU_SOURCE
#include <stdint.h>
#include <stdlib.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#include "emu.h"

static struct termios saved;
static bool changed;

double now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec * 1e-9;
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

/* Keys go to the guest one by one, and the guest echoes them. */
void terminal_init(void)
{
	struct termios t;

	if (!isatty(0) || !terminal_input_ok() || tcgetattr(0, &saved))
		return;
	t = saved;
	t.c_lflag &= (tcflag_t) ~(ICANON | ECHO);
	t.c_cc[VMIN] = 1;
	t.c_cc[VTIME] = 0;
	changed = tcsetattr(0, TCSANOW, &t) == 0;
	atexit(terminal_restore);
}

void terminal_restore(void)
{
	if (changed && terminal_input_ok())
		tcsetattr(0, TCSANOW, &saved);
	changed = false;
}
