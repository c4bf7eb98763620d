/*
 * file.c - open files and descriptors.
 */
#include "05-full/host/file.h"

#include "05-full/host/lock.h"
#include "05-full/host/memory.h"
#include "05-full/host/process.h"
#include "05-full/host/ramfs.h"
#include "lib/errno.h"
#include "lib/panic.h"
#include "lib/string.h"

#define MAX_DEVICES 8

static struct device {
	const char *path;
	const struct file_ops *ops;
} devices[MAX_DEVICES];

struct file *file_create(const struct file_ops *ops, void *private)
{
	struct file *f = kmalloc(sizeof(*f));

	if (f) {
		f->ops = ops;
		f->private = private;
		f->refs = 1;
	}
	return f;
}

struct file *file_get(struct file *f)
{
	__atomic_add_fetch(&f->refs, 1, __ATOMIC_RELAXED);
	return f;
}

void file_put(struct file *f)
{
	if (__atomic_sub_fetch(&f->refs, 1, __ATOMIC_ACQ_REL))
		return;
	if (f->ops->release)
		f->ops->release(f);
	kfree(f);
}

void device_register(const char *path, const struct file_ops *ops)
{
	unsigned n = 0;

	while (n < MAX_DEVICES && devices[n].path)
		n++;
	assert(n < MAX_DEVICES);
	devices[n] = (struct device){ path, ops };
}

struct file *file_open(const char *path, u32 flags, int *err)
{
	struct file *f;

	for (unsigned i = 0; i < MAX_DEVICES && devices[i].path; i++) {
		if (strcmp(devices[i].path, path))
			continue;
		f = file_create(devices[i].ops, NULL);
		*err = f ? 0 : -ENOMEM;
		goto out;
	}
	f = ramfs_open(path, flags, err);
out:
	if (f)
		f->flags = flags;
	return f;
}

/* --- descriptors of the current process ------------------------------------ */

int fd_install(struct file *f, bool close_on_exec)
{
	struct process *p = current->process;
	u64 flags = spin_lock_irq(&p->lock);
	int fd = 0;

	while (fd < MAX_FDS && p->fd[fd])
		fd++;
	if (fd < MAX_FDS) {
		p->fd[fd] = f;
		p->close_on_exec[fd] = close_on_exec;
	}
	spin_unlock_irq(&p->lock, flags);
	return fd < MAX_FDS ? fd : -EMFILE;
}

/* With p->lock, which is left: the file with a reference for the caller. */
static inline struct file *get_and_unlock(struct process *p, int fd)
{
	struct file *f = p->fd[fd];

	if (f)
		file_get(f);
	spin_unlock(&p->lock);
	arch_irq_enable();
	return f;
}

static __attribute__((noinline)) struct file *wait_and_get(struct process *p,
                                                           int fd)
{
	spin_lock(&p->lock);
	return get_and_unlock(p, fd);
}

/*
 * The lock is against a close() between the look and the reference.  Waiting
 * for it is a function of its own: this one, which each system call of a
 * program with threads needs, then calls nothing and saves no registers.
 */
struct file *fd_get(int fd)
{
	struct process *p = current->process;

	if ((unsigned)fd >= MAX_FDS)
		return NULL;
	arch_irq_disable();
	if (!spin_trylock(&p->lock))
		return wait_and_get(p, fd);
	return get_and_unlock(p, fd);
}

struct file *fd_remove(int fd)
{
	struct process *p = current->process;
	struct file *f;
	u64 flags;

	if ((unsigned)fd >= MAX_FDS)
		return NULL;
	flags = spin_lock_irq(&p->lock);
	f = p->fd[fd];
	p->fd[fd] = NULL;
	spin_unlock_irq(&p->lock, flags);
	return f;
}
