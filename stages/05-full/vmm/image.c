/*
 * image.c - reading the files that a machine starts from.
 */
#include "05-full/vmm/image.h"

#include "05-full/vmm/vmm.h"

void image_read(struct image *im, const char *path)
{
	int fd = os_open(path, OS_O_RDONLY | OS_O_CLOEXEC);
	long size, got;

	if (fd < 0)
		vmm_die("%s: cannot be opened: %s", path, user_error_text(fd));
	size = os_lseek(fd, 0, OS_SEEK_END);
	if (size < 0 || os_lseek(fd, 0, OS_SEEK_SET))
		vmm_die("%s: its size is not known: %s", path,
		        user_error_text(size));
	if (!size)
		vmm_die("%s: the file is empty", path);
	im->path = path;
	im->size = (size_t)size;
	im->data = user_alloc(im->size);
	if (!im->data)
		vmm_die("%s: no memory for its %ld bytes", path, size);
	got = user_read_all(fd, im->data, im->size);
	if (got != size)
		vmm_die("%s: cannot be read: %s", path,
		        got < 0 ? user_error_text(got) : "it became shorter");
	os_close(fd);
}
