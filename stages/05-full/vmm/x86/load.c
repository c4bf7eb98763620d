/*
 * load.c - x86: which image is it, and what all kinds have in common.
 */
#include <asm/bootparam.h>

#include "05-full/vmm/arch.h"
#include "05-full/vmm/elf.h"
#include "05-full/vmm/x86/x86.h"

#define MAX_COMMAND_LINE 2048

const char *vmm_arch_command_line(void)
{
	return "console=ttyS0 panic=-1";
}

static bool is_bzimage(const struct image *im)
{
	const struct setup_header *h = (const void *)(im->data + 0x1f1);

	return im->size >= 0x1000 && h->boot_flag == 0xaa55 &&
	       h->header == 0x53726448 /* "HdrS" */;
}

enum image_kind vmm_arch_identify(const struct image *im, const char **why)
{
	struct elf_file e;
	const char *no_elf = elf_open(&e, im->data, im->size);

	if (is_bzimage(im))
		return IMAGE_LINUX;
	if (x86_find_multiboot(im) >= 0)
		return IMAGE_MULTIBOOT;
	*why = "neither a bzImage nor an ELF file nor a multiboot kernel";
	if (no_elf) {
		if (im->size > 4 && !memcmp(im->data, "\177ELF", 4))
			*why = no_elf;
		return IMAGE_UNKNOWN;
	}
	*why = "an ELF file, but not for x86-64";
	if (!e.is64 || e.machine != ELF_X86_64)
		return IMAGE_UNKNOWN;
	return elf_has_note(&e, "World Switch") ? IMAGE_GUEST : IMAGE_VMLINUX;
}

u64 x86_load_elf(struct vmm *vm, const struct image *im)
{
	struct elf_segment s;
	struct elf_file e;
	u64 top = 0;

	elf_open(&e, im->data, im->size);
	for (u32 i = 0; i < e.phnum; i++) {
		int is = elf_segment(&e, i, &s);

		if (is < 0)
			vmm_die("%s: its program header %u is broken",
			        im->path, i);
		if (!is || !s.memsz)
			continue;
		if (!vmm_ram(vm, s.paddr, s.memsz))
			vmm_die("%s: a segment at 0x%lx, %lu bytes, lies "
			        "outside the guest's memory; --mem (MEM=) gives more",
			        im->path, s.paddr, s.memsz);
		image_put(vm, s.paddr, im, s.offset, s.filesz);
		top = MAX(top, s.paddr + s.memsz);
	}
	return top;
}

void x86_put_command_line(struct vmm *vm)
{
	const char *text =
		vm->opt->append ? vm->opt->append : vmm_arch_command_line();

	if (strlen(text) >= MAX_COMMAND_LINE)
		vmm_die("--append: at most %d characters",
		        MAX_COMMAND_LINE - 1);
	vmm_put(vm, X86_COMMAND_LINE, text, strlen(text) + 1, "--append");
}

u64 x86_put_initrd(struct vmm *vm, const struct image *initrd, u64 above)
{
	u64 at;

	if (!initrd->size)
		return 0;
	if (initrd->size > vm->ram_size ||
	    ALIGN_DOWN(vm->ram_size - initrd->size, PAGE_SIZE) < above)
		vmm_die("%s: its %lu bytes do not fit beside the kernel; "
		        "--mem (MEM=) gives more",
		        initrd->path, initrd->size);
	at = ALIGN_DOWN(vm->ram_size - initrd->size, PAGE_SIZE);
	image_put(vm, at, initrd, 0, initrd->size);
	return at;
}

void vmm_arch_load(struct vmm *vm, const struct image *im,
                   const struct image *initrd)
{
	struct elf_file e;

	switch (im->kind) {
	case IMAGE_GUEST:
		x86_load_elf(vm, im);
		elf_open(&e, im->data, im->size);
		x86_enter_64(&vm->vcpu[0], elf_to_physical(&e, e.entry), 0);
		break;
	case IMAGE_MULTIBOOT:
		x86_load_multiboot(vm, im, initrd);
		break;
	default:
		x86_load_linux(vm, im, initrd);
	}
}
