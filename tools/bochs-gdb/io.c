/*
 * io.c - the one place that waits, so that no signal, no console byte and no
 * vanished client goes unnoticed while we wait for something else.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/signalfd.h>
#include <time.h>
#include <unistd.h>

#include "bridge.h"

static int signals = -1;
static sigset_t before;

void io_init(void)
{
	sigset_t set;

	signal(SIGPIPE, SIG_IGN);
	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGHUP);
	sigprocmask(SIG_BLOCK, &set, &before);
	signals = signalfd(-1, &set, SFD_CLOEXEC);
	if (signals < 0)
		die("signalfd: no file descriptor left");
}

void io_unblock_signals(void)
{
	sigprocmask(SIG_SETMASK, &before, NULL);
	signal(SIGPIPE, SIG_DFL);
}

double io_now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/*
 * GDB gives a piped stub its own session, so a Ctrl-C on the terminal comes
 * as a byte in the protocol.  A SIGINT means that somebody wants us to end.
 */
static void got_signal(void)
{
	struct signalfd_siginfo info;

	if (read(signals, &info, sizeof(info)) == sizeof(info))
		exit(128 + (int)info.ssi_signo);
}

unsigned io_wait(unsigned want, int timeout_ms)
{
	enum { BOCHS, CLIENT, CONSOLE, SIGNALS, N };
	double end = io_now() + timeout_ms / 1000.0;

	for (;;) {
		struct pollfd p[N] = {
			[BOCHS] = { want & IO_BOCHS ? bochs_fd() : -1, POLLIN,
			            0 },
			[CLIENT] = { want & IO_CLIENT ? link_fd() : -1, POLLIN,
			             0 },
			[CONSOLE] = { console_fd(), POLLIN, 0 },
			[SIGNALS] = { signals, POLLIN, 0 },
		};
		int left = -1;

		if (timeout_ms >= 0) {
			double ms = (end - io_now()) * 1000;

			left = ms < 0 ? 0 : (int)ms + 1;
			if (timeout_ms == 0)
				left = 0;
		}
		if (poll(p, N, left) < 0 && errno != EINTR)
			die("poll failed");
		if (p[SIGNALS].revents)
			got_signal();
		if (p[CONSOLE].revents)
			console_ready();
		if (p[BOCHS].revents || p[CLIENT].revents)
			return (p[BOCHS].revents ? IO_BOCHS : 0) |
			       (p[CLIENT].revents ? IO_CLIENT : 0);
		if (timeout_ms >= 0 && io_now() >= end)
			return 0;
	}
}
