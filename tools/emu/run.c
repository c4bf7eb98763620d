/*
 * run.c - one run of a machine: start it, pass its console on, end it.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "emu.h"

/* How long a machine may take to power off once it has said its verdict. */
#define GRACE 5.0

static void close_fd(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

/* Bochs's serial port is a TCP client; it gets a port that is free now. */
static int listen_somewhere(int *port)
{
	struct sockaddr_in a = { .sin_family = AF_INET };
	socklen_t len = sizeof(a);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (fd < 0 || bind(fd, (struct sockaddr *)&a, sizeof(a)) ||
	    listen(fd, 1) || getsockname(fd, (struct sockaddr *)&a, &len))
		die(ST_DIED, "no port for the serial console: %s",
		    strerror(errno));
	*port = ntohs(a.sin_port);
	return fd;
}

void run_start(struct run *r)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);
	int chatter[2], out[2] = { -1, -1 }, in[2] = { -1, -1 };
	int port = 0;

	r->listener = r->from_guest = r->to_guest = -1;
	r->stdin_open = terminal_input_ok();
	if (r->backend == BOCHS)
		r->listener = listen_somewhere(&port);
	backend_command(r, port);
	make_pipe(chatter);
	r->chatter = chatter[0];
	r->seconds = r->opt->timeout * time_scale();
	r->deadline = now() + (r->interactive ? 1e9 : r->seconds);
	if (r->backend == BOCHS) {
		r->child = spawn(r->cmd.v, null, chatter[1], chatter[1]);
	} else {
		make_pipe(in);
		make_pipe(out);
		r->child = spawn(r->cmd.v, in[0], out[1], chatter[1]);
		r->from_guest = out[0];
		r->to_guest = in[1];
		close(in[0]);
		close(out[1]);
		fcntl(r->to_guest, F_SETFL, O_NONBLOCK);
	}
	close(chatter[1]);
	close(null);
}

/* Keeps the end of what the emulator itself says: its errors come last. */
void run_chatter(struct run *r)
{
	const size_t half = sizeof(r->said) / 2;
	ssize_t n;

	if (r->said_len >= half) {
		memmove(r->said, r->said + r->said_len - half / 2, half / 2);
		r->said_len = half / 2;
	}
	n = read(r->chatter, r->said + r->said_len,
	         sizeof(r->said) - r->said_len - 1);
	if (n > 0)
		r->said_len += (size_t)n;
	else
		close_fd(&r->chatter);
	r->said[r->said_len] = 0;
}

static void connected(struct run *r)
{
	r->from_guest =
		accept4(r->listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
	if (r->from_guest < 0)
		return;
	r->to_guest = fcntl(r->from_guest, F_DUPFD_CLOEXEC, 3);
	close_fd(&r->listener);
}

static void from_guest(struct run *r)
{
	bool before = r->console.verdict != NONE;
	char buf[4096];
	ssize_t n;

	/* A serial port gives single bytes: let some come together. */
	usleep(1000);
	n = read(r->from_guest, buf, sizeof(buf));
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n <= 0) {
		close_fd(&r->from_guest);
		return;
	}
	console_feed(&r->console, buf, (size_t)n, r->deadline);
	if (!before && r->console.verdict != NONE && !r->interactive)
		r->deadline = now() + GRACE * time_scale();
}

/* One wait for whatever comes first; returns false if nothing came. */
static bool step(struct run *r, double deadline)
{
	enum { OUT, CHAT, LISTEN, KEYS, IN, READER, N };
	struct pollfd p[N] = {
		[OUT] = { r->from_guest, POLLIN, 0 },
		[CHAT] = { r->chatter, POLLIN, 0 },
		[LISTEN] = { r->listener, POLLIN, 0 },
		[KEYS] = { keys_wanted(r) ? 0 : -1, POLLIN, 0 },
		[IN] = { keys_due(r) ? r->to_guest : -1, POLLOUT, 0 },
		[READER] = { 1, 0, 0 },
	};

	if (r->input_len && p[IN].fd < 0 && r->input_due < deadline)
		deadline = r->input_due;
	if (poll_open(p, N, deadline) <= 0)
		return false;
	if (p[READER].revents & POLLERR)
		r->console.closed = true;
	if (p[LISTEN].revents)
		connected(r);
	if (p[OUT].revents)
		from_guest(r);
	if (p[CHAT].revents)
		run_chatter(r);
	if (p[KEYS].revents)
		keys_read(r);
	if (p[IN].revents)
		keys_send(r);
	return true;
}

void run_until_end(struct run *r)
{
	while (r->child) {
		step(r, r->deadline);
		r->interrupted = signalled();
		if (r->interrupted || r->stopped || r->console.closed)
			return;
		if (waitpid(r->child, &r->child_status, WNOHANG) == r->child)
			r->child = 0;
		else if (now() >= r->deadline) {
			r->timed_out = true;
			return;
		}
	}
	/* What it printed last is still on its way to us: much, and for long,
	   if our reader is slow. */
	r->stdin_open = false;
	r->input_len = 0;
	for (double end = now() + 60; now() < end && !signalled();)
		if ((r->from_guest < 0 && r->listener < 0 && r->chatter < 0) ||
		    !step(r, now() + 0.1))
			break;
}

void run_stop(struct run *r)
{
	kill_child(&r->child, &r->child_status);
	close_fd(&r->from_guest);
	close_fd(&r->to_guest);
	close_fd(&r->listener);
}
