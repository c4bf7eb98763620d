/*
 * text.c - printing, reading and numbers for user programs.
 */
#include "05-full/user/user.h"

#include <asm/errno.h>

long user_write_all(int fd, const void *buf, size_t n)
{
	const char *p = buf;

	while (n) {
		long done = os_write(fd, p, n);

		if (done == -EINTR)
			continue;
		if (done <= 0)
			return done ? done : -EIO;
		p += done;
		n -= (size_t)done;
	}
	return 0;
}

long user_read_all(int fd, void *buf, size_t n)
{
	size_t got = 0;

	while (got < n) {
		long done = os_read(fd, (char *)buf + got, n - got);

		if (done == -EINTR)
			continue;
		if (done < 0)
			return done;
		if (!done)
			break;
		got += (size_t)done;
	}
	return (long)got;
}

/* One call writes once: lines of several threads do not mix. */
static void user_print_to(int fd, const char *fmt, va_list ap)
{
	char line[1024];
	size_t n = vsnprintk(line, sizeof(line), fmt, ap);

	user_write_all(fd, line, MIN(n, sizeof(line) - 1));
}

void user_print(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	user_print_to(1, fmt, ap);
	va_end(ap);
}

void user_err(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	user_print_to(2, fmt, ap);
	va_end(ap);
}

const char *user_error_text(long error)
{
	static char other[32];

	switch (error < 0 ? -error : error) {
	case EPERM:
		return "not permitted";
	case ENOENT:
		return "no such file";
	case EIO:
		return "input/output error";
	case EBADF:
		return "bad file descriptor";
	case ENOMEM:
		return "out of memory";
	case EACCES:
		return "access denied";
	case EEXIST:
		return "it exists already";
	case ENODEV:
		return "no such device";
	case EISDIR:
		return "it is a directory";
	case EINVAL:
		return "invalid argument";
	case ENOTTY:
		return "no such ioctl";
	case ENOSYS:
		return "not implemented";
	}
	snprintk(other, sizeof(other), "error %ld", error);
	return other;
}

bool user_number(const char *text, u64 max, u64 *value)
{
	u64 n = 0, base = 10;

	if (!strncmp(text, "0x", 2)) {
		base = 16;
		text += 2;
	}
	if (!*text)
		return false;
	for (; *text; text++) {
		u64 digit = (u64)(*text | 0x20);

		digit -= digit >= 'a' && base == 16 ? 'a' - 10 : '0';
		if (digit >= base || n > (max - digit) / base || digit > max)
			return false;
		n = n * base + digit;
	}
	*value = n;
	return true;
}

u64 user_random(u64 *state)
{
	*state ^= *state >> 12;
	*state ^= *state << 25;
	*state ^= *state >> 27;
	return *state * 0x2545f4914f6cdd1d;
}
