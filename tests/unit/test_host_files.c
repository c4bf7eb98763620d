/*
 * test_host_files.c - what comes from outside: cpio archives, ELF programs.
 */
#include <criterion/criterion.h>
#include <elf.h>
#include <stdio.h>
#include <string.h>

#include "05-full/host/cpio.h"
#include "05-full/host/elf.h"

static char archive[1024];
static u64 archive_size;

static void add_entry(const char *name, unsigned mode, const char *data)
{
	char *p = archive + archive_size;
	unsigned n = (unsigned)strlen(name) + 1, size = (unsigned)strlen(data);
	unsigned at = 110 + n;

	sprintf(p,
	        "070701%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x",
	        1u, mode, 0u, 0u, 1u, 0u, size, 0u, 0u, 0u, 0u, n, 0u);
	memcpy(p + 110, name, n);
	at = (at + 3) & ~3u;
	memcpy(p + at, data, size);
	archive_size += (at + size + 3) & ~3u;
}

static void make_archive(void)
{
	add_entry("bin/vmm", 0100755, "12345");
	add_entry("bin", 040755, "");
	add_entry("TRAILER!!!", 0, "");
}

Test(host_cpio, reads_what_is_there, .init = make_archive)
{
	struct cpio_entry e;
	u64 offset = 0;

	cr_assert_eq(cpio_next(archive, archive_size, &offset, &e), 1);
	cr_assert_str_eq(e.name, "bin/vmm");
	cr_assert_eq(e.size, 5);
	cr_assert_eq(e.mode, 0100755);
	cr_assert_eq(memcmp(e.data, "12345", 5), 0);
	cr_assert_eq(cpio_next(archive, archive_size, &offset, &e), 1);
	cr_assert_str_eq(e.name, "bin");
	cr_assert_eq(cpio_next(archive, archive_size, &offset, &e), 0);
}

/* Cut off anywhere: an error or an end, never a read beyond. */
Test(host_cpio, cut_off_anywhere, .init = make_archive)
{
	for (u64 size = 0; size < archive_size; size++) {
		char *copy = malloc(size + 1);
		struct cpio_entry e;
		u64 offset = 0;
		int r;

		memcpy(copy, archive, size);
		while ((r = cpio_next(copy, size, &offset, &e)) > 0)
			cr_assert_leq(e.data + e.size, (u8 *)copy + size);
		if (size < archive_size - 4)
			cr_assert_eq(r, -1, "%lu bytes", (unsigned long)size);
		free(copy);
	}
}

/* Any one byte changed: no read beyond the end. */
Test(host_cpio, any_byte_changed, .init = make_archive)
{
	for (u64 i = 0; i < archive_size; i++) {
		static const u8 values[] = { 0, '0', 'f', 'z', 0xff };
		u8 old = (u8)archive[i];

		for (unsigned k = 0; k < sizeof(values); k++) {
			struct cpio_entry e;
			u64 offset = 0;

			archive[i] = (char)values[k];
			while (cpio_next(archive, archive_size, &offset, &e) >
			       0)
				cr_assert_leq(e.data + e.size,
				              (u8 *)archive + archive_size);
		}
		archive[i] = (char)old;
	}
}

/* --- ELF ----------------------------------------------------------------------- */

static struct {
	Elf64_Ehdr h;
	Elf64_Phdr ph[3];
	u8 code[100];
} program;

static void make_program(void)
{
	program.h = (Elf64_Ehdr){
		.e_ident = { 0x7f, 'E', 'L', 'F', 2, 1, 1 },
		.e_type = ET_EXEC,
		.e_machine = EM_AARCH64,
		.e_entry = 0x10000010,
		.e_phoff = sizeof(Elf64_Ehdr),
		.e_phentsize = sizeof(Elf64_Phdr),
		.e_phnum = 3,
	};
	program.ph[0] = (Elf64_Phdr){ .p_type = PT_LOAD,
		                      .p_flags = PF_R | PF_X,
		                      .p_vaddr = 0x10000000,
		                      .p_filesz = sizeof(program),
		                      .p_memsz = sizeof(program) };
	program.ph[1] = (Elf64_Phdr){ .p_type = PT_LOAD,
		                      .p_flags = PF_R | PF_W,
		                      .p_vaddr = 0x10001000,
		                      .p_memsz = 8192 };
	program.ph[2] = (Elf64_Phdr){ .p_type = PT_NOTE };
}

static int read_it(struct elf_program *p)
{
	return elf_read(&program, sizeof(program), EM_AARCH64, p);
}

Test(host_elf, segments, .init = make_program)
{
	struct elf_program p;

	cr_assert_eq(read_it(&p), 0);
	cr_assert_eq(p.entry, 0x10000010);
	cr_assert_eq(p.phdr, 0x10000000 + sizeof(Elf64_Ehdr));
	cr_assert_eq(p.nr_segments, 2);
	cr_assert_eq(p.segment[0].prot, 5);
	cr_assert_eq(p.segment[1].prot, 3);
	cr_assert_eq(p.segment[1].file_size, 0);
	cr_assert_eq(p.segment[1].mem_size, 8192);
}

Test(host_elf, refusals, .init = make_program)
{
	struct elf_program p;

	cr_assert_lt(elf_read(&program, 63, EM_AARCH64, &p), 0);
	cr_assert_lt(elf_read(&program, sizeof(program), EM_X86_64, &p), 0);
	program.h.e_type = ET_DYN;
	cr_assert_lt(read_it(&p), 0);
	make_program();
	program.h.e_phoff = ~0ul - 8;
	cr_assert_lt(read_it(&p), 0);
	make_program();
	program.h.e_phnum = 0xffff;
	cr_assert_lt(read_it(&p), 0);
	make_program();
	program.ph[0].p_filesz = program.ph[0].p_memsz = sizeof(program) + 1;
	cr_assert_lt(read_it(&p), 0);
	make_program();
	program.ph[0].p_offset = ~0ul;
	cr_assert_lt(read_it(&p), 0);
	make_program();
	program.ph[1].p_vaddr = ~0ul - 100;
	cr_assert_lt(read_it(&p), 0);
	make_program();
	program.ph[2].p_type = PT_INTERP;
	cr_assert_lt(read_it(&p), 0);
	make_program();
	program.ph[0].p_type = program.ph[1].p_type = PT_NOTE;
	cr_assert_lt(read_it(&p), 0);
}
