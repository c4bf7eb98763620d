/*
 * image.c - reading the files that a machine starts from.
 */
#include "05-full/vmm/image.h"

#include "05-full/vmm/vmm.h"

static void image_read_at(const struct image *im, void *to, u64 offset, u64 n)
{
	long got = os_lseek(im->fd, (long)offset, OS_SEEK_SET);

	if (got >= 0)
		got = user_read_all(im->fd, to, n);
	if (got != (long)n)
		vmm_die("%s: cannot be read: %s", im->path,
		        got < 0 ? user_error_text(got) : "it became shorter");
}

void image_read(struct image *im, const char *path)
{
	long size;

	im->path = path;
	im->fd = os_open(path, OS_O_RDONLY | OS_O_CLOEXEC);
	if (im->fd < 0)
		vmm_die("%s: cannot be opened: %s", path,
		        user_error_text(im->fd));
	size = os_lseek(im->fd, 0, OS_SEEK_END);
	if (size < 0)
		vmm_die("%s: its size is not known: %s", path,
		        user_error_text(size));
	if (!size)
		vmm_die("%s: the file is empty", path);
	im->size = (size_t)size;
	im->data = user_alloc(im->size);
	if (!im->data)
		vmm_die("%s: no memory for its %ld bytes", path, size);
	image_read_at(im, im->data, 0, MIN(im->size, IMAGE_HEAD));
}

void image_put(const struct vmm *vm, u64 gpa, const struct image *im,
               u64 offset, u64 n)
{
	void *to = vmm_room(vm, gpa, n, im->path);

	if (offset > im->size || n > im->size - offset)
		vmm_die("%s: ends before byte %lu", im->path, offset + n);
	image_read_at(im, to, offset, n);
}
