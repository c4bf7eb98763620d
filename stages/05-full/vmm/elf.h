/*
 * elf.h - reading ELF programs: pure, every offset checked against the file.
 */
#pragma once

#include "lib/types.h"

#define ELF_386 3
#define ELF_X86_64 62
#define ELF_AARCH64 183

struct elf_segment {
	u64 offset, paddr, filesz, memsz;
};

struct elf_file {
	const u8 *data;
	size_t size;
	bool is64;
	u32 machine;
	u64 entry;
	u32 phnum;
	u64 phoff, phentsize;
};

/* elf_open - NULL, or what is wrong with it. */
const char *elf_open(struct elf_file *e, const void *data, size_t size);

/*
 * elf_segment - the index-th program header.  0 something else than PT_LOAD, 1
 * a PT_LOAD whose bytes lie within the file, -1 broken.
 */
int elf_segment(const struct elf_file *e, u32 index, struct elf_segment *seg);

/* elf_has_note - is there a PT_NOTE with a note of this name? */
bool elf_has_note(const struct elf_file *e, const char *name);

/*
 * elf_to_physical - a virtual address as its segment's physical one (kernels'
 * entry points are sometimes the one and sometimes the other).
 */
u64 elf_to_physical(const struct elf_file *e, u64 address);
