/*
 * image.h - files that a machine starts from, and what they are.
 */
#pragma once

#include "lib/types.h"

enum image_kind {
	IMAGE_UNKNOWN,
	IMAGE_GUEST,     /* ELF64 with our note: a small guest */
	IMAGE_LINUX,     /* x86: bzImage; arm64: Image */
	IMAGE_VMLINUX,   /* x86: Linux, uncompressed ELF64 */
	IMAGE_MULTIBOOT, /* x86: multiboot-1, ELF32 or ELF64 */
	IMAGE_ELF,       /* arm64: any other ELF64 program */
};

/* So much of a file is looked at in our own memory. */
#define IMAGE_HEAD (1 * MiB)

struct image {
	const char *path;
	int fd;
	u8 *data; /* its first IMAGE_HEAD bytes; zeros behind them */
	size_t size;
	enum image_kind kind;
};

struct vmm;

/* image_read - read a file's head; ends the program if it cannot be read. */
void image_read(struct image *im, const char *path);

/*
 * image_put - n bytes of the file, from offset on, to the guest's memory at
 * gpa: read to where they belong, not copied.  Ends the program when they do
 * not fit.
 */
void image_put(const struct vmm *vm, u64 gpa, const struct image *im,
               u64 offset, u64 n);
