/*
 * console.c - the guest's first serial port, shown by GDB while it waits.
 *
 * What arrives is kept until GDB waits for a stop: only then may a stub talk.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "bridge.h"

static int listener = -1, port = -1;
static FILE *copy;
static char kept[1 << 20];
static size_t kept_len;

/* Bochs connects; it gets a port number that is free now. */
void console_listen(int *number)
{
	struct sockaddr_in a = { .sin_family = AF_INET };
	socklen_t len = sizeof(a);

	a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (listener < 0 || bind(listener, (struct sockaddr *)&a, len) ||
	    listen(listener, 1) ||
	    getsockname(listener, (struct sockaddr *)&a, &len))
		die("no port for the serial console: %s", strerror(errno));
	*number = ntohs(a.sin_port);
}

void console_log_to(const char *file)
{
	copy = fopen(file, "we");
	if (!copy)
		die("%s: %s", file, strerror(errno));
	setvbuf(copy, NULL, _IONBF, 0);
}

int console_fd(void)
{
	return port >= 0 ? port : listener;
}

static void close_port(void)
{
	close(port);
	port = -1;
}

void console_ready(void)
{
	char buf[4096];
	ssize_t n;

	if (port < 0) {
		port = accept4(listener, NULL, NULL,
		               SOCK_CLOEXEC | SOCK_NONBLOCK);
		close(listener);
		listener = -1;
		return;
	}
	n = read(port, buf, sizeof(buf));
	if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR))
		close_port();
	if (n <= 0)
		return;
	if (copy)
		fwrite(buf, 1, (size_t)n, copy);
	if ((size_t)n > sizeof(kept) - kept_len)
		kept_len = 0; /* nobody has listened for a megabyte */
	memcpy(kept + kept_len, buf, (size_t)n);
	kept_len += (size_t)n;
}

void console_flush(void)
{
	while (port >= 0) { /* what was sent before Bochs stopped */
		char c;

		if (recv(port, &c, 1, MSG_PEEK) <= 0)
			break;
		console_ready();
	}
	for (size_t at = 0; at < kept_len; at += 1024)
		link_output(kept + at,
		            kept_len - at < 1024 ? kept_len - at : 1024);
	kept_len = 0;
}

bool console_type(const char *text)
{
	size_t n = strlen(text);

	return port >= 0 && write(port, text, n) == (ssize_t)n;
}
