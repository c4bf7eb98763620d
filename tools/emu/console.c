/*
 * console.c - shows what the guest prints, at once, and reads it by lines.
 *
 * A line with an address in brackets is completed just before its end.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "emu.h"

/* Writes to our reader, who may be slow, or gone. */
static void show(struct console *c, const char *buf, size_t n, double deadline)
{
	if (c->log_fd >= 0 && write(c->log_fd, buf, n) != (ssize_t)n) {
		say("the log file: %s; the run goes on without it",
		    strerror(errno));
		close(c->log_fd);
		c->log_fd = -1;
	}
	while (n && !c->closed && !signalled() && now() < deadline) {
		struct pollfd p = { .fd = 1, .events = POLLOUT };
		ssize_t done;

		if (poll_open(&p, 1, deadline) <= 0)
			continue;
		done = write(1, buf, n < 4096 ? n : 4096);
		if (done > 0) {
			buf += done;
			n -= (size_t)done;
		} else if (done < 0 && errno != EINTR && errno != EAGAIN) {
			c->closed = true;
		}
	}
}

/* "stage 03: ok" and "stage 03: FAILED: reason"; FAILED is never taken back. */
static void read_verdict(struct console *c)
{
	const char *p = c->line;
	size_t n = strlen(c->image->stage);

	if (strncmp(p, "stage ", 6))
		return;
	p += 6;
	if (!n)
		n = strspn(p, "0123456789");
	else if (strncmp(p, c->image->stage, n))
		return;
	if (!n)
		return;
	p += n;
	if (!strncmp(p, ": FAILED", 8))
		c->verdict = SAID_FAILED;
	else if (!strcmp(p, ": ok") && c->verdict == NONE)
		c->verdict = SAID_OK;
}

static void tell_time(struct console *c)
{
	if (!c->clock || !strstr(c->line, c->clock))
		return;
	say("%.1f s since the start%s", since_start(),
	    c->raw ? "; Ctrl-] and then q stops it" : "");
	c->clock = NULL;
}

static void note_line(struct console *c)
{
	c->line[c->len] = 0;
	read_verdict(c);
	tell_time(c);
	snprintf(c->tail[c->lines++ % TAIL_LINES], LINE_MAX_LEN, "%s",
	         c->line);
	c->len = 0;
}

static void end_of_line(struct console *c, double deadline)
{
	char more[2048], text[2100];
	int n;

	c->line[c->len] = 0;
	symbols_annotate(c->image, c->line, more, sizeof(more));
	if (more[0]) {
		n = snprintf(text, sizeof(text), "  <- %s", more);
		show(c, text, (size_t)n, deadline);
	}
	show(c, "\n", 1, deadline);
	note_line(c);
}

/* For a person at a terminal: shown as it is, only read along. */
static void feed_raw(struct console *c, const char *buf, size_t n,
                     double deadline)
{
	size_t start = 0;

	for (size_t i = 0; i < n; i++) {
		if (buf[i] == '\n') {
			show(c, buf + start, i + 1 - start, deadline);
			start = i + 1;
			note_line(c);
		} else if (buf[i] != '\r' && c->len + 1 < sizeof(c->line)) {
			c->line[c->len++] = buf[i];
		}
	}
	show(c, buf + start, n - start, deadline);
}

void console_feed(struct console *c, const char *buf, size_t n,
                  double deadline)
{
	size_t start = 0;

	if (c->raw) {
		feed_raw(c, buf, n, deadline);
		return;
	}
	for (size_t i = 0; i < n; i++) {
		/* A CR just before the LF is dropped, any other is passed. */
		if (c->pending_cr && buf[i] != '\n')
			show(c, "\r", 1, deadline);
		c->pending_cr = buf[i] == '\r';
		if (buf[i] == '\r' || buf[i] == '\n') {
			show(c, buf + start, i - start, deadline);
			start = i + 1;
		}
		if (buf[i] == '\n')
			end_of_line(c, deadline);
		else if (buf[i] != '\r' && c->len + 1 < sizeof(c->line))
			c->line[c->len++] = buf[i];
	}
	show(c, buf + start, n - start, deadline);
}

/* The machine is gone: the line it was writing is complete, too. */
void console_end(struct console *c, double deadline)
{
	if (c->len && c->raw) {
		show(c, "\r\n", 2, deadline);
		note_line(c);
	}
	if (c->len)
		end_of_line(c, deadline);
}
