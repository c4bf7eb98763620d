/*
 * elf-squeeze - an ELF program without what a loader does not need.
 *
 * usage: elf-squeeze FROM TO
 *
 * Of an unpacked Linux two fifths are zeros: room between segments, so that
 * each begins at a large page, and .bss as bytes in the file.  Here segments
 * follow one another, without the zeros at their end (p_memsz has them).  What
 * is copied by GRUB in an emulator, byte by byte, is waited for.
 */
#define _GNU_SOURCE
#include <elf.h>
#include <err.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>

static const unsigned char *in;
static size_t size;

static const void *part(size_t offset, size_t n)
{
	if (offset > size || n > size - offset)
		errx(1, "the file ends too early");
	return in + offset;
}

static void map(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct stat st;

	if (fd < 0 || fstat(fd, &st))
		err(1, "%s", path);
	size = (size_t)st.st_size;
	in = mmap(NULL, size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (in == MAP_FAILED)
		err(1, "%s", path);
}

static size_t without_zeros(const unsigned char *p, size_t n)
{
	while (n && !p[n - 1])
		n--;
	return n;
}

/* Segments that are loaded move; the others (notes) lie within one of them. */
static void place(const Elf64_Phdr *from, Elf64_Phdr *to, int n, size_t at)
{
	for (int i = 0; i < n; i++) {
		if (from[i].p_type != PT_LOAD)
			continue;
		to[i].p_offset = at;
		to[i].p_filesz =
			without_zeros(part(from[i].p_offset, from[i].p_filesz),
		                      from[i].p_filesz);
		to[i].p_align = 1;
		at = (at + to[i].p_filesz + 15) & ~(size_t)15;
	}
	for (int i = 0; i < n; i++)
		for (int k = 0; k < n && from[i].p_type != PT_LOAD; k++)
			if (from[k].p_type == PT_LOAD &&
			    from[i].p_offset - from[k].p_offset <
			            to[k].p_filesz)
				to[i].p_offset = from[i].p_offset -
				                 from[k].p_offset +
				                 to[k].p_offset;
}

static void put(FILE *f, size_t at, const void *from, size_t n)
{
	if (fseek(f, (long)at, SEEK_SET) || fwrite(from, 1, n, f) != n)
		err(1, "cannot write");
}

int main(int argc, char **argv)
{
	const Elf64_Phdr *from;
	Elf64_Phdr to[16];
	Elf64_Ehdr head;
	FILE *f;

	if (argc != 3)
		errx(2, "usage: elf-squeeze FROM TO");
	map(argv[1]);
	memcpy(&head, part(0, sizeof(head)), sizeof(head));
	if (memcmp(head.e_ident, ELFMAG, SELFMAG) != 0 ||
	    head.e_ident[EI_CLASS] != ELFCLASS64 || head.e_phnum > 16 ||
	    head.e_phentsize != sizeof(to[0]))
		errx(1, "%s: not a 64-bit ELF program", argv[1]);
	from = part(head.e_phoff, head.e_phnum * sizeof(to[0]));
	memcpy(to, from, head.e_phnum * sizeof(to[0]));
	head.e_phoff = sizeof(head);
	head.e_shoff = head.e_shnum = head.e_shstrndx = 0;
	place(from, to, head.e_phnum, sizeof(head) + sizeof(to));
	f = fopen(argv[2], "we");
	if (!f) {
		warn("%s", argv[2]);
		return 1;
	}
	put(f, 0, &head, sizeof(head));
	put(f, sizeof(head), to, head.e_phnum * sizeof(to[0]));
	for (int i = 0; i < head.e_phnum; i++)
		if (to[i].p_type == PT_LOAD)
			put(f, to[i].p_offset, in + from[i].p_offset,
			    to[i].p_filesz);
	if (fclose(f))
		err(1, "%s", argv[2]);
	return 0;
}
