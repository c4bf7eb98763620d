/*
 * link.c - packets of GDB's remote serial protocol: $data#checksum, with "+"
 * and "-" as receipts until both sides agree to do without.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "bridge.h"

#define CTRL_C 3
#define RECEIPT_TIME 5000 /* ms */

static int in = -1, out = -1;
static bool ack, closed = true, ctrl_c;
static uint8_t input[65536];
static size_t input_at, input_len;

void link_open(int from, int to)
{
	in = from;
	out = to;
	ack = true;
	closed = ctrl_c = false;
	input_at = input_len = 0;
}

/*
 * A socket that is closed with unread input takes our last words back; so say
 * that no more comes, and give the client a moment to say the same.
 */
static void linger(void)
{
	if (in < 0 || closed || shutdown(out, SHUT_WR))
		return;
	for (int i = 0; i < 10 && !closed; i++) {
		if (!(io_wait(IO_CLIENT, 100) & IO_CLIENT))
			return;
		if (read(in, input, sizeof(input)) <= 0)
			closed = true;
	}
}

void link_close(void)
{
	linger();
	if (in >= 0)
		close(in);
	if (out >= 0 && out != in)
		close(out);
	in = out = -1;
	closed = true;
}

int link_fd(void)
{
	return in;
}

bool link_closed(void)
{
	return closed;
}

void link_no_ack(void)
{
	ack = false;
}

/* The next byte, or -1: closed, or nothing came in time. */
static int next_byte(int timeout_ms)
{
	ssize_t n;

	while (input_at == input_len) {
		if (closed || !(io_wait(IO_CLIENT, timeout_ms) & IO_CLIENT))
			return -1;
		n = read(in, input, sizeof(input));
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0) {
			closed = true;
			return -1;
		}
		input_at = 0;
		input_len = (size_t)n;
	}
	return input[input_at++];
}

/*
 * While the machine runs, only a Ctrl-C may arrive (and receipts).  A packet
 * stays where it is until the machine has stopped.
 */
bool link_poll_interrupt(void)
{
	bool found = ctrl_c;
	ssize_t n;

	ctrl_c = false;
	if (input_at == input_len)
		input_at = input_len = 0;
	if (input_len < sizeof(input) && (io_wait(IO_CLIENT, 0) & IO_CLIENT)) {
		n = read(in, input + input_len, sizeof(input) - input_len);
		if (n == 0 || (n < 0 && errno != EINTR))
			closed = true;
		if (n > 0)
			input_len += (size_t)n;
	}
	while (input_at < input_len && input[input_at] != '$')
		found |= input[input_at++] == CTRL_C;
	return found;
}

static void write_all(const char *data, size_t len)
{
	while (len && !closed) {
		ssize_t n = write(out, data, len);

		if (n < 0 && errno != EINTR)
			closed = true;
		if (n > 0) {
			data += n;
			len -= (size_t)n;
		}
	}
}

/* Behind the "$": the packet's length; -1 closed, -2 wrong. */
static int receive_body(char *packet, size_t size)
{
	unsigned sum = 0, n = 0;
	int c, hi, lo;

	for (;;) {
		c = next_byte(RECEIPT_TIME);
		if (c < 0)
			return closed ? -1 : -2;
		if (c == '#')
			break;
		if (c == '$') { /* the rest of the last one got lost */
			sum = n = 0;
			continue;
		}
		sum += (unsigned)c;
		if (n < size - 1)
			packet[n] = (char)c;
		n++;
	}
	hi = hex_digit((char)next_byte(RECEIPT_TIME));
	lo = hex_digit((char)next_byte(RECEIPT_TIME));
	if (closed)
		return -1;
	if (n >= size || hi < 0 || lo < 0 ||
	    (ack && (sum & 255) != (unsigned)(hi << 4 | lo)))
		return -2;
	packet[n] = 0;
	return (int)n;
}

/* "}" and the next byte, xor 0x20, stand for one byte. */
static int unescape(char *packet, int len)
{
	int to = 0;

	for (int i = 0; i < len; i++) {
		char c = packet[i];

		if (c == '}' && i + 1 < len)
			c = packet[++i] ^ 0x20;
		packet[to++] = c;
	}
	packet[to] = 0;
	return to;
}

int link_receive(char *packet, size_t size)
{
	for (;;) {
		int c = next_byte(-1), len;

		if (closed)
			return LINK_CLOSED;
		if (c != '$') /* a receipt, a late Ctrl-C, noise */
			continue;
		len = receive_body(packet, size);
		if (len == -1)
			return LINK_CLOSED;
		if (ack)
			write_all(len < 0 ? "-" : "+", 1);
		else if (len < 0)
			link_send_text("E01");
		if (len >= 0)
			return unescape(packet, len);
	}
}

static bool receipt(void)
{
	for (;;) {
		int c = next_byte(RECEIPT_TIME);

		if (c < 0 || c == '+')
			return true;
		if (c == '-')
			return false;
		if (c == CTRL_C)
			ctrl_c = true;
		if (c == '$') { /* GDB goes on; it must have our packet */
			input_at--;
			return true;
		}
	}
}

void link_send(const char *data, size_t len)
{
	static char frame[2 * MAX_PACKET + 8];
	size_t n = 0;
	unsigned sum = 0;

	frame[n++] = '$';
	for (size_t i = 0; i < len && n < sizeof(frame) - 8; i++) {
		if (strchr("#$}*", data[i]) && data[i]) {
			frame[n++] = '}';
			frame[n++] = data[i] ^ 0x20;
		} else {
			frame[n++] = data[i];
		}
	}
	for (size_t i = 1; i < n; i++)
		sum += (uint8_t)frame[i];
	n += (size_t)snprintf(frame + n, 4, "#%02x", sum & 255);
	for (int tries = 0; tries < 5 && !closed; tries++) {
		write_all(frame, n);
		if (!ack || receipt())
			return;
	}
}

void link_send_text(const char *text)
{
	link_send(text, strlen(text));
}

void link_output(const char *text, size_t len)
{
	static char packet[2 * 8192 + 2];

	while (len) {
		size_t n = len < 8192 ? len : 8192;

		packet[0] = 'O';
		hex_encode(packet + 1, text, n);
		link_send_text(packet);
		text += n;
		len -= n;
	}
}
