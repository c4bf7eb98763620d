/*
 * elf.h - what is in a static ELF program.  It comes from outside: everything
 * is checked.
 */
#pragma once

#include "lib/types.h"

#define ELF_SEGMENTS 8

struct elf_segment {
	u64 vaddr, mem_size;
	u64 offset, file_size; /* in the image */
	u32 prot;              /* PROT_ bits */
};

struct elf_program {
	u64 entry;
	u64 phdr; /* user address of the program headers, or 0 */
	u16 phnum;
	unsigned nr_segments;
	struct elf_segment segment[ELF_SEGMENTS];
};

/* elf_read - 0, or -ENOEXEC: damaged, or no static program for `machine`. */
int elf_read(const void *image, u64 size, u16 machine,
             struct elf_program *program);
