/*
 * ramfs.c - see ramfs.h.  A new file's pages hang from a tree of two levels,
 * so it can have 1 GiB.
 */
#include "05-full/host/ramfs.h"

#include "05-full/host/cpio.h"
#include "05-full/host/memory.h"
#include "05-full/host/mm.h"
#include "lib/errno.h"
#include "lib/print.h"
#include "lib/string.h"

#define MODE_TYPE 0170000
#define MODE_FILE 0100000
#define PER_PAGE 512
#define MAX_SIZE ((u64)PER_PAGE * PER_PAGE * PAGE_SIZE)

struct node {
	struct node *next;
	const char *name; /* in the archive, or the node's own */
	const u8 *data;   /* of the archive; NULL: a new file */
	u64 size;
	u8 ***pages;
	char own_name[64];
};

static struct node *nodes;
static struct mutex ramfs_lock;

/* "/bin/vmm", "./bin/vmm" and "bin/vmm" are the same. */
static const char *plain(const char *path)
{
	if (path[0] == '.' && path[1] == '/')
		path++;
	while (*path == '/')
		path++;
	return path;
}

static struct node *find_node(const char *path)
{
	struct node *n = nodes;

	while (n && strcmp(n->name, plain(path)))
		n = n->next;
	return n;
}

static struct node *add_node(void)
{
	struct node *n = kmalloc(sizeof(*n));

	if (n) {
		n->next = nodes;
		nodes = n;
	}
	return n;
}

void ramfs_init(const void *archive, u64 size)
{
	struct cpio_entry e;
	u64 offset = 0;
	int more = 0;

	while (size && (more = cpio_next(archive, size, &offset, &e)) > 0) {
		struct node *n;

		if ((e.mode & MODE_TYPE) != MODE_FILE)
			continue;
		n = add_node();
		if (!n)
			break;
		n->name = plain(e.name);
		n->data = e.data;
		n->size = e.size;
	}
	if (more < 0)
		printk("ramfs: the initrd is damaged at byte %lu of %lu\n",
		       offset, size);
}

const void *ramfs_data(const char *path, u64 *size)
{
	struct node *n;

	mutex_lock(&ramfs_lock);
	n = find_node(path);
	mutex_unlock(&ramfs_lock);
	if (!n || !n->data)
		return NULL;
	*size = n->size;
	return n->data;
}

/* --- pages of new files; with ramfs_lock ----------------------------------- */

static u8 *node_page(struct node *n, u64 i, bool make)
{
	u8 ***middle, **leaf;

	if (!n->pages && !(make && (n->pages = frames_alloc(0))))
		return NULL;
	middle = &n->pages[i / PER_PAGE];
	if (!*middle && !(make && (*middle = frames_alloc(0))))
		return NULL;
	leaf = &(*middle)[i % PER_PAGE];
	if (!*leaf && make)
		*leaf = frames_alloc(0);
	return *leaf;
}

static void node_truncate(struct node *n)
{
	for (u64 i = 0; n->pages && i < PER_PAGE; i++) {
		for (u64 k = 0; n->pages[i] && k < PER_PAGE; k++)
			if (n->pages[i][k])
				frames_free(n->pages[i][k], 0);
		if (n->pages[i])
			frames_free(n->pages[i], 0);
	}
	if (n->pages)
		frames_free(n->pages, 0);
	n->pages = NULL;
	n->size = 0;
}

void ramfs_forget(void)
{
	struct node *n, **at = &nodes;

	mutex_lock(&ramfs_lock);
	while ((n = *at)) {
		if (n->data || !n->own_name[0]) {
			at = &n->next;
			continue;
		}
		*at = n->next;
		node_truncate(n);
		kfree(n);
	}
	mutex_unlock(&ramfs_lock);
}

/* --- files ----------------------------------------------------------------- */

static s64 ramfs_read(struct file *f, u64 user, u64 size)
{
	static const u8 zeros[PAGE_SIZE];
	struct node *n = f->private;
	u64 done = 0;
	int err = 0;

	mutex_lock(&ramfs_lock);
	size = f->pos < n->size ? MIN(size, n->size - f->pos) : 0;
	while (done < size && !err) {
		u64 in_page = f->pos % PAGE_SIZE;
		u64 part = MIN(size - done, PAGE_SIZE - in_page);
		const u8 *from = n->data;

		if (from) {
			from += f->pos;
		} else {
			from = node_page(n, f->pos / PAGE_SIZE, false);
			from = from ? from + in_page : zeros;
		}
		err = copy_to_user(user + done, from, part);
		if (!err) {
			done += part;
			f->pos += part;
		}
	}
	mutex_unlock(&ramfs_lock);
	return done ? (s64)done : err;
}

static s64 ramfs_write(struct file *f, u64 user, u64 size)
{
	struct node *n = f->private;
	u64 done = 0;
	int err = 0;

	if (n->data || !(f->flags & O_ACCMODE))
		return -EBADF;
	mutex_lock(&ramfs_lock);
	if (f->flags & O_APPEND)
		f->pos = n->size;
	while (done < size && !err) {
		u64 in_page = f->pos % PAGE_SIZE;
		u64 part = MIN(size - done, PAGE_SIZE - in_page);
		u8 *page = f->pos < MAX_SIZE ?
		                   node_page(n, f->pos / PAGE_SIZE, true) :
		                   NULL;

		err = page ? copy_from_user(page + in_page, user + done,
		                            part) :
		             -ENOSPC;
		if (!err) {
			done += part;
			f->pos += part;
			n->size = MAX(n->size, f->pos);
		}
	}
	mutex_unlock(&ramfs_lock);
	return done ? (s64)done : err;
}

static u64 ramfs_size(struct file *f)
{
	return ((struct node *)f->private)->size;
}

static const struct file_ops ramfs_ops = {
	.read = ramfs_read,
	.write = ramfs_write,
	.size = ramfs_size,
};

static struct node *create_node(const char *path, int *err)
{
	struct node *n;

	if (strlen(plain(path)) >= sizeof(n->own_name)) {
		*err = -ENAMETOOLONG;
		return NULL;
	}
	n = add_node();
	if (!n) {
		*err = -ENOMEM;
		return NULL;
	}
	memcpy(n->own_name, plain(path), strlen(plain(path)) + 1);
	n->name = n->own_name;
	return n;
}

/* The node for open, with ramfs_lock; NULL and *err. */
static struct node *node_for_open(const char *path, u32 flags, int *err)
{
	struct node *n = find_node(path);

	*err = -ENOENT;
	if (!n && flags & O_CREAT)
		return create_node(path, err);
	if (n && flags & O_CREAT && flags & O_EXCL) {
		*err = -EEXIST;
		return NULL;
	}
	if (n && n->data && flags & O_ACCMODE) {
		*err = -EROFS;
		return NULL;
	}
	if (n && flags & O_TRUNC && !n->data)
		node_truncate(n);
	return n;
}

struct file *ramfs_open(const char *path, u32 flags, int *err)
{
	struct file *f = NULL;
	struct node *n;

	mutex_lock(&ramfs_lock);
	n = node_for_open(path, flags, err);
	if (n) {
		f = file_create(&ramfs_ops, n);
		*err = f ? 0 : -ENOMEM;
	}
	mutex_unlock(&ramfs_lock);
	return f;
}
