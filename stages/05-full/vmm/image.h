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

struct image {
	const char *path;
	u8 *data;
	size_t size;
	enum image_kind kind;
};

/* image_read - read a whole file; ends the program if it cannot be read. */
void image_read(struct image *im, const char *path);
