/*
 * output.c - what the guest prints: at once, or gathered into lines.
 *
 * Where machines share a console their lines must not mix, so each is one
 * write.  What is no whole line goes out when nothing has followed for a while.
 */
#include "05-full/user/thread.h"
#include "05-full/user/user.h"
#include "05-full/vmm/console.h"
#include "05-full/vmm/mark.h"
#include "05-full/vmm/vmm.h"

#define MOST 256 /* our host writes so much in one piece */

static struct {
	int fd;
	bool lines; /* gather them */
	const char *whose;
	struct user_mutex lock;
	struct user_cond more; /* the thread waits for something to hold */
	bool thread_waits, thread_runs;
	struct user_thread thread;
	u8 line[MOST];
	size_t name, n, written; /* of line: whose's name, all, sent already */
	u64 put;                 /* characters, ever */
} out = { .fd = 1 };

void vmm_console_open(const char *path, const char *whose, bool lines)
{
	out.whose = whose;
	out.lines = lines;
	if (!path)
		return;
	out.fd = os_open(path, OS_O_WRONLY | OS_O_CREAT | OS_O_TRUNC);
	if (out.fd < 0)
		vmm_die("%s: cannot be written: %s", path,
		        user_error_text(out.fd));
}

static void write_held(void)
{
	user_write_all(out.fd, out.line + out.written, out.n - out.written);
	out.written = out.n;
}

void vmm_console_flush(void)
{
	user_lock(&out.lock);
	write_held();
	user_unlock(&out.lock);
}

static void flush_what_waits(void *arg)
{
	const struct os_timespec a_while = { .nsec = 500000000 };
	u64 before;

	(void)arg;
	user_lock(&out.lock);
	for (;;) {
		out.thread_waits = out.n == out.written;
		if (out.thread_waits) {
			user_cond_wait(&out.more, &out.lock);
			continue;
		}
		before = out.put;
		user_unlock(&out.lock);
		os_sleep(&a_while);
		user_lock(&out.lock);
		if (out.put == before)
			write_held();
	}
}

/* Without the thread all goes out at once: no character is ever stuck. */
static bool thread_knows(void)
{
	if (!out.thread_runs)
		out.thread_runs = !user_thread_start(&out.thread,
		                                     flush_what_waits, NULL);
	if (out.thread_waits)
		user_cond_broadcast(&out.more);
	out.thread_waits = false;
	return out.thread_runs;
}

static void put_name(void)
{
	size_t n = out.whose ? snprintk((char *)out.line, MOST / 2, "%s| ",
	                                out.whose) :
	                       0;

	out.n = out.name = MIN(n, MOST / 2ul - 1);
}

void vmm_console_put(u8 c)
{
	bool end = c == '\n';

	user_lock(&out.lock);
	if (!out.n)
		put_name();
	out.line[out.n++] = c;
	out.put++;
	if (end)
		vmm_last_words(out.line + out.name, out.n - out.name);
	if (end || out.n == MOST || !out.lines || !thread_knows())
		write_held();
	if (end)
		out.n = out.name = out.written = 0;
	else if (out.n == MOST) /* a long line goes on, without a name */
		out.n = out.written = out.name + 1;
	user_unlock(&out.lock);
	vmm_mark_see(c);
}
