/*
 * sys_mm.c - system calls on memory.
 */
#include "05-full/host/process.h"
#include "05-full/host/syscall.h"

#define MAP_SHARED 1
#define MAP_PRIVATE 2
#define MAP_TYPE 15
#define MAP_FIXED 0x10
#define MAP_ANONYMOUS 0x20
#define PROT_ALL 7

#define MADV_DONTNEED 4

/* Anonymous memory with a file's contents: what MAP_PRIVATE shows. */
static s64 map_private(struct file *f, const u64 args[6])
{
	s64 at = mm_map(current_mm(), args[0], args[1], PROT_R | PROT_W, false,
	                NULL, 0, args[3] & MAP_FIXED);
	u64 pos = f->pos;
	s64 n;
	int err;

	if (at < 0)
		return at;
	f->pos = args[5];
	n = f->ops->read(f, (u64)at, args[1]);
	f->pos = pos;
	err = n < 0 ? (int)n :
	              mm_protect(current_mm(), (u64)at, args[1], (u32)args[2]);
	if (err)
		mm_unmap(current_mm(), (u64)at, args[1]);
	return err ? err : at;
}

static s64 map_file(struct file *f, const u64 args[6])
{
	if ((args[3] & MAP_TYPE) == MAP_PRIVATE && f->ops->size)
		return map_private(f, args);
	if (!f->ops->mmap_page)
		return -ENODEV;
	return mm_map(current_mm(), args[0], args[1], (u32)args[2], true, f,
	              args[5], args[3] & MAP_FIXED);
}

s64 sys_mmap(const u64 args[6])
{
	u64 type = args[3] & MAP_TYPE;
	struct file *f;
	s64 result;

	if (args[5] % PAGE_SIZE || args[2] & ~PROT_ALL ||
	    (type != MAP_SHARED && type != MAP_PRIVATE))
		return -EINVAL;
	if (args[3] & MAP_ANONYMOUS)
		return mm_map(current_mm(), args[0], args[1], (u32)args[2],
		              false, NULL, 0, args[3] & MAP_FIXED);
	f = fd_get((int)args[4]);
	if (!f)
		return -EBADF;
	result = args[1] ? map_file(f, args) : -EINVAL;
	file_put(f);
	return result;
}

s64 sys_munmap(const u64 args[6])
{
	return mm_unmap(current_mm(), args[0], args[1]);
}

s64 sys_mprotect(const u64 args[6])
{
	if (args[2] & ~PROT_ALL)
		return -EINVAL;
	return mm_protect(current_mm(), args[0], args[1], (u32)args[2]);
}

/* Advice: taken only where Linux changes what the program sees. */
s64 sys_madvise(const u64 args[6])
{
	if (args[0] % PAGE_SIZE)
		return -EINVAL;
	if (args[2] == MADV_DONTNEED)
		return mm_discard(current_mm(), args[0], args[1]);
	return 0;
}
