/*
 * file.h - what a file descriptor stands for.
 */
#pragma once

#include "lib/types.h"

struct file;

/* A missing function: -EINVAL for read and write, -ENOTTY for ioctl. */
struct file_ops {
	s64 (*read)(struct file *f, u64 user, u64 size);
	s64 (*write)(struct file *f, u64 user, u64 size);
	s64 (*ioctl)(struct file *f, u32 request, u64 arg);
	/* page number n of the file, kernel address, or NULL: SIGBUS (B1) */
	void *(*mmap_page)(struct file *f, u64 n);
	bool (*poll_in)(struct file *f); /* something to read? */
	u64 (*size)(struct file *f);
	void (*release)(struct file *f); /* the last reference is gone */
};

struct file {
	const struct file_ops *ops;
	volatile u32 refs;
	u64 pos;
	u32 flags; /* of open */
	void *private;
};

/* file_create - one reference.  NULL without memory. */
struct file *file_create(const struct file_ops *ops, void *private);
struct file *file_get(struct file *f);
void file_put(struct file *f);

/* fd_install - a new descriptor of the current process: number, or -EMFILE. */
int fd_install(struct file *f, bool close_on_exec);
/* fd_remove - free the number: its file, or NULL. */
struct file *fd_remove(int fd);
/*
 * fd_get - the file, with a reference of its own, or NULL (-EBADF).  For system
 * calls: interrupts are on.
 */
struct file *fd_get(int fd);

/* device_register - open(path) makes a file with these ops. */
void device_register(const char *path, const struct file_ops *ops);

/* What open(path, flags) makes, or NULL and *err; Linux's flags. */
struct file *file_open(const char *path, u32 flags, int *err);
#define O_ACCMODE 3
#define O_WRONLY 1
#define O_CREAT 0100
#define O_EXCL 0200
#define O_TRUNC 01000
#define O_APPEND 02000
#define O_CLOEXEC 02000000
