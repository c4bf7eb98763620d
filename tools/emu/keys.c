/*
 * keys.c - what is typed, on its way to the guest's serial port.
 *
 * A person's keys all go to the guest, Ctrl-C too; only Ctrl-] is ours: it and
 * then q (or Ctrl-] again) stops the machine, with any other key it is sent.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "emu.h"

#define ESCAPE 0x1d /* Ctrl-] */

/*
 * Bochs's serial port takes bytes at its baud rate into a FIFO of 16, and
 * drops what does not fit, as a real one would.
 */
#define BURST 8
#define PAUSE 0.005 /* seconds */

bool keys_wanted(const struct run *r)
{
	return r->stdin_open && r->to_guest >= 0 &&
	       r->input_len < sizeof(r->input) / 2;
}

static void key(struct run *r, char c)
{
	bool after_escape = r->escape;

	r->escape = r->interactive && c == ESCAPE && !after_escape;
	if (r->escape)
		return;
	if (after_escape) {
		r->stopped = r->stopped || c == 'q' || c == ESCAPE;
		r->input[r->input_len++] = ESCAPE;
	}
	r->input[r->input_len++] = c;
}

void keys_read(struct run *r)
{
	char typed[sizeof(r->input) / 4];
	ssize_t n = read(0, typed, sizeof(typed));

	if (n < 0 && (errno == EINTR || errno == EAGAIN))
		return;
	if (n <= 0)
		r->stdin_open = false;
	for (ssize_t i = 0; i < n; i++)
		key(r, typed[i]);
}

bool keys_due(const struct run *r)
{
	return r->input_len && r->to_guest >= 0 && now() >= r->input_due;
}

void keys_send(struct run *r)
{
	size_t len = r->input_len;
	ssize_t n;

	if (r->backend == BOCHS) {
		len = len < BURST ? len : BURST;
		r->input_due = now() + PAUSE;
	}
	n = write(r->to_guest, r->input, len);
	if (n < 0 && errno != EAGAIN && errno != EINTR) {
		r->input_len = 0;
		r->stdin_open = false;
		close(r->to_guest);
		r->to_guest = -1;
	}
	if (n <= 0)
		return;
	r->input_len -= (size_t)n;
	memmove(r->input, r->input + n, r->input_len);
}
