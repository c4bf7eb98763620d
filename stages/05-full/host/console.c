/*
 * console.c - the console as a file, and /dev/null.  Input is raw: each byte
 * as it was typed, no echo.
 */
#include "05-full/host/console.h"

#include "05-full/host/arch.h"
#include "lib/print.h"

#define RING 256
#define CHUNK 256 /* so much is written in one piece */

static u8 ring[RING];
static u32 ring_in, ring_out; /* counts; their difference is what waits */
static struct spinlock ring_lock;
static struct mutex out_mutex; /* a slow port: sleep rather than spin */
static struct wait_queue readers;
struct wait_queue poll_waiters;

void console_input(u8 byte)
{
	u64 flags = spin_lock_irq(&ring_lock);

	if (ring_in - ring_out < RING)
		ring[ring_in++ % RING] = byte;
	spin_unlock_irq(&ring_lock, flags);
	wake_all(&readers);
	wake_all(&poll_waiters);
}

static bool console_poll_in(struct file *f)
{
	(void)f;
	return __atomic_load_n(&ring_in, __ATOMIC_ACQUIRE) != ring_out;
}

static u64 take_bytes(u8 *to, u64 size)
{
	u64 flags = spin_lock_irq(&ring_lock), n = 0;

	while (n < size && ring_in != ring_out)
		to[n++] = ring[ring_out++ % RING];
	spin_unlock_irq(&ring_lock, flags);
	return n;
}

static s64 console_read(struct file *f, u64 user, u64 size)
{
	u8 bytes[CHUNK];
	u64 n = 0;
	int err;

	if (!size)
		return 0;
	while (!n) {
		err = wait_event(&readers, console_poll_in(f));
		if (err)
			return err;
		n = take_bytes(bytes, MIN(size, (u64)CHUNK));
	}
	err = copy_to_user(user, bytes, n);
	return err ? err : (s64)n;
}

static bool in_line;

void console_fresh_line(void)
{
	if (in_line)
		printk("\n");
	in_line = false;
}

static s64 console_write(struct file *f, u64 user, u64 size)
{
	char bytes[CHUNK];
	u64 done = 0;

	(void)f;
	while (done < size) {
		u64 part = MIN(size - done, (u64)CHUNK);

		if (copy_from_user(bytes, user + done, part))
			return done ? (s64)done : -EFAULT;
		mutex_lock(&out_mutex);
		arch_console_write(bytes, part);
		in_line = bytes[part - 1] != '\n';
		mutex_unlock(&out_mutex);
		done += part;
	}
	return (s64)done;
}

const struct file_ops console_ops = {
	.read = console_read,
	.write = console_write,
	.poll_in = console_poll_in,
};

static s64 null_read(struct file *f, u64 user, u64 size)
{
	(void)f, (void)user, (void)size;
	return 0;
}

static s64 null_write(struct file *f, u64 user, u64 size)
{
	(void)f, (void)user;
	return (s64)size;
}

static const struct file_ops null_ops = {
	.read = null_read,
	.write = null_write,
};

void console_register(void)
{
	device_register("/dev/console", &console_ops);
	device_register("/dev/null", &null_ops);
}
