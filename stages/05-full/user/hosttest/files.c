/*
 * files.c - descriptors, new files, errors.
 */
#include "05-full/user/hosttest/hosttest.h"

#define NEW "/tmp/hosttest"

static void new_file(void)
{
	char text[64] = { 0 };
	long fd = os_open(NEW, OS_O_RDWR | OS_O_CREAT | OS_O_TRUNC);

	expect_eq(fd >= 3, true);
	expect_eq(os_write((int)fd, "hello world", 11), 11);
	expect_eq(os_lseek((int)fd, 0, OS_SEEK_END), 11);
	expect_eq(os_lseek((int)fd, 6, OS_SEEK_SET), 6);
	expect_eq(os_read((int)fd, text, sizeof(text)), 5);
	expect_eq(strcmp(text, "world"), 0);
	expect_eq(os_read((int)fd, text, sizeof(text)), 0);
	/* A hole reads as zeros. */
	expect_eq(os_lseek((int)fd, 10000, OS_SEEK_SET), 10000);
	expect_eq(os_write((int)fd, "x", 1), 1);
	expect_eq(os_lseek((int)fd, 5000, OS_SEEK_SET), 5000);
	expect_eq(os_read((int)fd, text, 2), 2);
	expect_eq(text[0] | text[1], 0);
	expect_eq(os_close((int)fd), 0);
	expect_eq(os_close((int)fd), -EBADF);
	fd = os_open(NEW, OS_O_RDONLY);
	expect_eq(os_lseek((int)fd, 0, OS_SEEK_END), 10001);
	expect_eq(os_write((int)fd, "x", 1), -EBADF);
	os_close((int)fd);
}

static void map_a_file(void)
{
	int fd = os_open(NEW, OS_O_RDWR | OS_O_CREAT | OS_O_TRUNC);
	char *p;

	expect_eq(os_write(fd, "mapped", 7), 7);
	p = (char *)os_mmap(NULL, 4096, OS_PROT_READ | OS_PROT_WRITE,
	                    OS_MAP_PRIVATE, fd, 0);
	expect_eq((long)p > 0, true);
	if ((long)p <= 0)
		return;
	expect_eq(strcmp(p, "mapped"), 0);
	p[0] = 'M';
	expect_eq(os_munmap(p, 4096), 0);
	expect_eq(os_mmap(NULL, 4096, OS_PROT_READ, OS_MAP_PRIVATE, fd, 1),
	          -EINVAL);
	expect_eq(os_mmap(NULL, 0, OS_PROT_READ, OS_MAP_PRIVATE, fd, 0),
	          -EINVAL);
	os_close(fd);
	expect_eq(os_mmap(NULL, 4096, OS_PROT_READ, OS_MAP_PRIVATE, fd, 0),
	          -EBADF);
}

static void file_errors(void)
{
	char byte = 0;

	expect_eq(os_open("/no/such/file", OS_O_RDONLY), -ENOENT);
	expect_eq(os_open("", OS_O_RDONLY), -ENOENT);
	expect_eq(os_read(99, &byte, 1), -EBADF);
	expect_eq(os_read(-1, &byte, 1), -EBADF);
	expect_eq(os_write(1000000, &byte, 1), -EBADF);
	expect_eq(os_ioctl(50, 0, 0), -EBADF);
	expect_eq(user_syscall(9999, 0, 0, 0, 0, 0, 0), -ENOSYS);
	expect_eq(user_syscall(-1, 0, 0, 0, 0, 0, 0), -ENOSYS);
}

static void null_device(void)
{
	char bytes[10] = { 1 };
	int fd = os_open("/dev/null", OS_O_RDWR);

	expect_eq(fd >= 0, true);
	expect_eq(os_write(fd, bytes, 10), 10);
	expect_eq(os_read(fd, bytes, 10), 0);
	expect_eq(os_ioctl(fd, 0x1234, 0), -ENOTTY);
	os_close(fd);
}

static void vectors(void)
{
	int fd = os_open(NEW, OS_O_RDWR | OS_O_CREAT | OS_O_TRUNC);
	char a[3] = "abc", b[4] = "defg", all[8] = { 0 };
	struct {
		void *p;
		size_t n;
	} iov[2] = { { a, 3 }, { b, 4 } };

	expect_eq(user_syscall(__NR_writev, fd, (long)iov, 2, 0, 0, 0), 7);
	os_lseek(fd, 0, OS_SEEK_SET);
	expect_eq(os_read(fd, all, 8), 7);
	expect_eq(strcmp(all, "abcdefg"), 0);
	os_close(fd);
}

void test_files(void)
{
	new_file();
	map_a_file();
	file_errors();
	null_device();
	vectors();
}
