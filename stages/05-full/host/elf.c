/*
 * elf.c - see elf.h (System V ABI, Tool Interface Standard).
 */
#include "05-full/host/elf.h"

#include "lib/errno.h"
#include "lib/string.h"

struct elf_header {
	u8 ident[16];
	u16 type, machine;
	u32 version;
	u64 entry, phoff, shoff;
	u32 flags;
	u16 ehsize, phentsize, phnum, shentsize, shnum, shstrndx;
};

struct elf_phdr {
	u32 type, flags;
	u64 offset, vaddr, paddr, filesz, memsz, align;
};

#define ET_EXEC 2
#define PT_LOAD 1
#define PT_INTERP 3
#define PF_X 1
#define PF_W 2
#define PF_R 4

_Static_assert(sizeof(struct elf_header) == 64, "");
_Static_assert(sizeof(struct elf_phdr) == 56, "");

static u32 prot_of(u32 flags)
{
	return (flags & PF_R ? 1 : 0) | (flags & PF_W ? 2 : 0) |
	       (flags & PF_X ? 4 : 0);
}

static int add_segment(const struct elf_phdr *ph, u64 size, u64 phoff,
                       struct elf_program *program)
{
	struct elf_segment *s = &program->segment[program->nr_segments];

	if (program->nr_segments == ELF_SEGMENTS || ph->filesz > ph->memsz ||
	    ph->offset > size || ph->filesz > size - ph->offset ||
	    ph->vaddr + ph->memsz < ph->vaddr)
		return -ENOEXEC;
	if (!ph->memsz)
		return 0;
	*s = (struct elf_segment){ .vaddr = ph->vaddr,
		                   .mem_size = ph->memsz,
		                   .offset = ph->offset,
		                   .file_size = ph->filesz,
		                   .prot = prot_of(ph->flags) };
	program->nr_segments++;
	if (phoff >= ph->offset && phoff - ph->offset < ph->filesz)
		program->phdr = ph->vaddr + phoff - ph->offset;
	return 0;
}

int elf_read(const void *image, u64 size, u16 machine,
             struct elf_program *program)
{
	static const u8 ident[] = { 0x7f, 'E', 'L', 'F', 2, 1, 1 };
	struct elf_header h;

	if (size < sizeof(h))
		return -ENOEXEC;
	memcpy(&h, image, sizeof(h));
	if (memcmp(h.ident, ident, sizeof(ident)) || h.type != ET_EXEC ||
	    h.machine != machine || h.phentsize != sizeof(struct elf_phdr) ||
	    h.phoff > size ||
	    (size - h.phoff) / sizeof(struct elf_phdr) < h.phnum)
		return -ENOEXEC;
	*program = (struct elf_program){ .entry = h.entry, .phnum = h.phnum };
	for (unsigned i = 0; i < h.phnum; i++) {
		struct elf_phdr ph;
		int err = 0;

		memcpy(&ph,
		       (const u8 *)image + h.phoff +
		               i * sizeof(struct elf_phdr),
		       sizeof(ph));
		if (ph.type == PT_INTERP)
			return -ENOEXEC;
		if (ph.type == PT_LOAD)
			err = add_segment(&ph, size, h.phoff, program);
		if (err)
			return err;
	}
	return program->nr_segments ? 0 : -ENOEXEC;
}
