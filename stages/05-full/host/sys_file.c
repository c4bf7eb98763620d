/*
 * sys_file.c - system calls on files.
 */
#include <asm/stat.h>

#include "05-full/host/console.h"
#include "05-full/host/process.h"
#include "05-full/host/sleep.h"
#include "05-full/host/syscall.h"
#include "lib/string.h"

#define AT_FDCWD (-100)
#define MAX_PATH 256
#define MAX_IOV 1024
#define MAX_POLL MAX_FDS
#define POLLIN 1
#define POLLOUT 4
#define POLLNVAL 0x20
#define S_IFCHR 0020000
#define S_IFREG 0100000

enum direction { READ, WRITE };

static s64 transfer(struct file *f, enum direction to, u64 user, u64 size)
{
	if (to == READ)
		return f->ops->read ? f->ops->read(f, user, size) : -EINVAL;
	return f->ops->write ? f->ops->write(f, user, size) : -EINVAL;
}

static s64 read_or_write(const u64 args[6], enum direction to)
{
	struct file *f = fd_get((int)args[0]);
	s64 result = -EFAULT;

	if (!f)
		return -EBADF;
	if (!args[2] || user_range_ok(args[1], args[2]))
		result = transfer(f, to, args[1], args[2]);
	file_put(f);
	return result;
}

s64 sys_read(const u64 args[6])
{
	return read_or_write(args, READ);
}

s64 sys_write(const u64 args[6])
{
	return read_or_write(args, WRITE);
}

static s64 vector(const u64 args[6], enum direction to)
{
	struct file *f;
	s64 done = 0, part = 0;

	if (args[2] > MAX_IOV)
		return -EINVAL;
	f = fd_get((int)args[0]);
	if (!f)
		return -EBADF;
	for (u64 i = 0; i < args[2]; i++) {
		u64 iov[2]; /* address, size */

		part = copy_from_user(iov, args[1] + i * sizeof(iov),
		                      sizeof(iov));
		if (!part)
			part = transfer(f, to, iov[0], iov[1]);
		if (part < 0)
			break;
		done += part;
		if ((u64)part < iov[1])
			break;
	}
	file_put(f);
	return done ? done : part;
}

s64 sys_readv(const u64 args[6])
{
	return vector(args, READ);
}

s64 sys_writev(const u64 args[6])
{
	return vector(args, WRITE);
}

s64 sys_pread64(const u64 args[6])
{
	struct file *f = fd_get((int)args[0]);
	s64 result = -ESPIPE;
	u64 pos;

	if (!f)
		return -EBADF;
	if (f->ops->size) {
		pos = f->pos;
		f->pos = args[3];
		result = transfer(f, READ, args[1], args[2]);
		f->pos = pos;
	}
	file_put(f);
	return result;
}

s64 sys_openat(const u64 args[6])
{
	char path[MAX_PATH];
	s64 length = strncpy_from_user(path, args[1], sizeof(path));
	struct file *f;
	int err, fd;

	if (length < 0)
		return length;
	if (!length)
		return -ENOENT;
	f = file_open(path, (u32)args[2], &err);
	if (!f)
		return err;
	fd = fd_install(f, args[2] & O_CLOEXEC);
	if (fd < 0)
		file_put(f);
	return fd;
}

s64 sys_close(const u64 args[6])
{
	struct file *f = fd_remove((int)args[0]);

	if (!f)
		return -EBADF;
	file_put(f);
	return 0;
}

s64 sys_lseek(const u64 args[6])
{
	enum { SEEK_SET, SEEK_CUR, SEEK_END };
	struct file *f = fd_get((int)args[0]);
	s64 result = -ESPIPE;

	if (!f)
		return -EBADF;
	if (f->ops->size) {
		s64 base = args[2] == SEEK_CUR ? (s64)f->pos :
		           args[2] == SEEK_END ? (s64)f->ops->size(f) :
		                                 0;

		result = base + (s64)args[1];
		if (args[2] > SEEK_END || result < 0)
			result = -EINVAL;
		else
			f->pos = (u64)result;
	}
	file_put(f);
	return result;
}

s64 sys_fstat(const u64 args[6])
{
	struct file *f = fd_get((int)args[0]);
	struct stat st;

	if (!f)
		return -EBADF;
	memset(&st, 0, sizeof(st));
	st.st_nlink = 1;
	st.st_blksize = PAGE_SIZE;
	st.st_mode = (f->ops->size ? S_IFREG : S_IFCHR) | 0644;
	if (f->ops->size)
		st.st_size = (__typeof__(st.st_size))f->ops->size(f);
	file_put(f);
	return copy_to_user(args[1], &st, sizeof(st));
}

s64 sys_ioctl(const u64 args[6])
{
	struct borrowed_file f = fd_borrow((int)args[0]);
	s64 result = -ENOTTY;

	if (!f.file)
		return -EBADF;
	if (f.file->ops->ioctl)
		result = f.file->ops->ioctl(f.file, (u32)args[1], args[2]);
	fd_return(f);
	return result;
}

/* --- ppoll ----------------------------------------------------------------- */

struct pollfd {
	s32 fd;
	s16 events, revents;
};

static s64 poll_once(struct pollfd *fds, u64 n)
{
	s64 ready = 0;

	for (u64 i = 0; i < n; i++) {
		struct file *f = fds[i].fd < 0 ? NULL : fd_get(fds[i].fd);

		fds[i].revents = 0;
		if (!f) {
			fds[i].revents = fds[i].fd < 0 ? 0 : POLLNVAL;
		} else {
			if (!f->ops->poll_in || f->ops->poll_in(f))
				fds[i].revents = POLLIN;
			fds[i].revents |= POLLOUT;
			fds[i].revents &= fds[i].events;
			file_put(f);
		}
		ready += fds[i].revents != 0;
	}
	return ready;
}

static s64 poll_wait(struct pollfd *fds, u64 n, u64 deadline)
{
	struct alarm a;
	s64 ready = 0;
	int err;

	alarm_set(&a, deadline);
	err = wait_event(&poll_waiters, (ready = poll_once(fds, n)) || a.rang);
	alarm_clear(&a);
	return ready ? ready : err;
}

s64 sys_ppoll(const u64 args[6])
{
	struct pollfd fds[MAX_POLL];
	u64 n = args[1], deadline, mask, old = current->blocked;
	s64 result;
	int err;

	if (n > MAX_POLL)
		return -EINVAL;
	if (n && copy_from_user(fds, args[0], n * sizeof(fds[0])))
		return -EFAULT;
	err = deadline_from_user(args[2], false, &deadline);
	if (err)
		return err;
	if (args[3]) {
		if (copy_from_user(&mask, args[3], sizeof(mask)))
			return -EFAULT;
		signal_set_mask(mask, NULL);
	}
	result = poll_wait(fds, n, deadline);
	if (args[3])
		signal_restore_mask(old, result == -EINTR);
	if (n && result >= 0 && copy_to_user(args[0], fds, n * sizeof(fds[0])))
		return -EFAULT;
	return result;
}
