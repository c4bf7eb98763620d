/*
 * elf.c - reading ELF programs (System V ABI, chapters 4 and 5).
 */
#include "05-full/vmm/elf.h"

#include <linux/elf.h>

#include "lib/string.h"

_Static_assert(ELF_AARCH64 == EM_AARCH64 && ELF_X86_64 == EM_X86_64 &&
                       ELF_386 == EM_386,
               "as in <linux/elf-em.h>");

static bool within_file(const struct elf_file *e, u64 offset, u64 n)
{
	return offset <= e->size && n <= e->size - offset;
}

const char *elf_open(struct elf_file *e, const void *data, size_t size)
{
	const Elf64_Ehdr *h64 = data;
	const Elf32_Ehdr *h32 = data;

	*e = (struct elf_file){ .data = data, .size = size };
	if (size < sizeof(*h32) || memcmp(data, ELFMAG, SELFMAG))
		return "not an ELF file";
	e->is64 = h32->e_ident[EI_CLASS] == ELFCLASS64;
	if (h32->e_ident[EI_DATA] != ELFDATA2LSB)
		return "an ELF file of the wrong byte order";
	if (e->is64 && size < sizeof(*h64))
		return "an ELF file that ends in its header";
	e->machine = h32->e_machine;
	e->entry = e->is64 ? h64->e_entry : h32->e_entry;
	e->phoff = e->is64 ? h64->e_phoff : h32->e_phoff;
	e->phnum = e->is64 ? h64->e_phnum : h32->e_phnum;
	e->phentsize = e->is64 ? sizeof(Elf64_Phdr) : sizeof(Elf32_Phdr);
	if ((e->is64 ? h64->e_phentsize : h32->e_phentsize) != e->phentsize ||
	    !e->phnum)
		return "an ELF file without program headers";
	if (!within_file(e, e->phoff, e->phnum * e->phentsize))
		return "an ELF file that ends in its program headers";
	return NULL;
}

/* Files are aligned as they like: copy the header out. */
static void phdr_at(const struct elf_file *e, u32 index, Elf64_Phdr *p)
{
	const u8 *at = e->data + e->phoff + index * e->phentsize;
	Elf32_Phdr p32;

	if (e->is64) {
		memcpy(p, at, sizeof(*p));
		return;
	}
	memcpy(&p32, at, sizeof(p32));
	*p = (Elf64_Phdr){
		.p_type = p32.p_type,
		.p_offset = p32.p_offset,
		.p_vaddr = p32.p_vaddr,
		.p_paddr = p32.p_paddr,
		.p_filesz = p32.p_filesz,
		.p_memsz = p32.p_memsz,
	};
}

int elf_segment(const struct elf_file *e, u32 index, struct elf_segment *seg)
{
	Elf64_Phdr p;

	phdr_at(e, index, &p);
	if (p.p_type != PT_LOAD)
		return 0;
	if (!within_file(e, p.p_offset, p.p_filesz) ||
	    p.p_filesz > p.p_memsz || p.p_paddr + p.p_memsz < p.p_paddr)
		return -1;
	*seg = (struct elf_segment){ p.p_offset, p.p_paddr, p.p_filesz,
		                     p.p_memsz };
	return 1;
}

/* Does a note of this name begin at at?  Advances at to the next one. */
static bool note_named(const struct elf_file *e, u64 *at, u64 end,
                       const char *name)
{
	Elf64_Nhdr n;
	u64 text = *at + sizeof(n);

	memcpy(&n, e->data + *at, sizeof(n));
	*at = text + ALIGN_UP(n.n_namesz, 4) + ALIGN_UP(n.n_descsz, 4);
	return n.n_namesz == strlen(name) + 1 && n.n_namesz <= end - text &&
	       !memcmp(e->data + text, name, n.n_namesz);
}

bool elf_has_note(const struct elf_file *e, const char *name)
{
	Elf64_Phdr p;

	for (u32 i = 0; i < e->phnum; i++) {
		phdr_at(e, i, &p);
		if (p.p_type != PT_NOTE ||
		    !within_file(e, p.p_offset, p.p_filesz))
			continue;
		u64 at = p.p_offset, end = at + p.p_filesz;

		while (at < end && end - at >= sizeof(Elf64_Nhdr))
			if (note_named(e, &at, end, name))
				return true;
	}
	return false;
}

u64 elf_to_physical(const struct elf_file *e, u64 address)
{
	Elf64_Phdr p;

	for (u32 i = 0; i < e->phnum; i++) {
		phdr_at(e, i, &p);
		if (p.p_type == PT_LOAD && address >= p.p_vaddr &&
		    address - p.p_vaddr < p.p_memsz)
			return address - p.p_vaddr + p.p_paddr;
	}
	return address;
}
