/*
 * console.c - the VMM's own terminal, and what is typed there.
 *
 * A guest has its own line editing: a real terminal is switched to raw, and
 * restored at the end.  What is no terminal answers -ENOTTY, which is fine.
 */
#include "05-full/vmm/console.h"

#include <asm/errno.h>
#include <asm/ioctls.h>
#include <asm/termbits.h>

#include "05-full/user/thread.h"
#include "05-full/user/user.h"
#include "05-full/vmm/vmm.h"

#define ESCAPE 1 /* Ctrl-A */

static struct {
	bool raw;
	struct termios before;
	size_t (*take)(void *ctx, const u8 *data, size_t n);
	void (*command)(void *ctx, u8 key);
	void *ctx;
	struct user_thread listener;
} console;

static void console_make_raw(void)
{
	struct termios t;

	if (os_ioctl(0, TCGETS, (unsigned long)&t))
		return;
	console.before = t;
	t.c_iflag &= ~(tcflag_t)(ICRNL | IXON | INLCR | IGNCR);
	t.c_lflag &= ~(tcflag_t)(ICANON | ECHO | ISIG | IEXTEN);
	t.c_cc[VMIN] = 1;
	t.c_cc[VTIME] = 0;
	console.raw = !os_ioctl(0, TCSETS, (unsigned long)&t);
}

void vmm_console_close(void)
{
	vmm_console_flush();
	if (console.raw)
		os_ioctl(0, TCSETS, (unsigned long)&console.before);
	console.raw = false;
}

/*
 * The escape key: Ctrl-A x ends the machine, Ctrl-A s saves it, Ctrl-A Ctrl-A
 * is one Ctrl-A.  Takes the escapes out of data; returns what is left.
 */
static size_t console_escapes(u8 *data, size_t n)
{
	static bool escaped;
	size_t left = 0;

	for (size_t i = 0; i < n; i++) {
		bool was = escaped;

		escaped = !was && data[i] == ESCAPE;
		if (escaped)
			continue;
		if (was && data[i] != ESCAPE)
			console.command(console.ctx, data[i]);
		else
			data[left++] = data[i];
	}
	return left;
}

static void console_hand_over(const u8 *data, size_t n)
{
	struct os_timespec a_while = { .nsec = 1000000 };

	while (n) {
		size_t taken = console.take(console.ctx, data, n);

		data += taken;
		n -= taken;
		if (n)
			os_sleep(&a_while); /* the guest reads slowly */
	}
}

static void console_listen_thread(void *arg)
{
	u8 buf[64];
	long n;

	(void)arg;
	while ((n = os_read(0, buf, sizeof(buf))) > 0 || n == -EINTR)
		if (n > 0)
			console_hand_over(buf,
			                  console_escapes(buf, (size_t)n));
}

void vmm_console_listen(size_t (*take)(void *ctx, const u8 *data, size_t n),
                        void (*command)(void *ctx, u8 key), void *ctx)
{
	long error;

	console.take = take;
	console.command = command;
	console.ctx = ctx;
	console_make_raw();
	error = user_thread_start(&console.listener, console_listen_thread,
	                          NULL);
	if (error)
		vmm_say("no thread for the console's input: %s",
		        user_error_text(error));
}
