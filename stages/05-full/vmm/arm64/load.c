/*
 * load.c - arm64: putting a kernel or a small guest into memory.
 */
#include "05-full/vmm/arch.h"
#include "05-full/vmm/arm64/arm64.h"
#include "05-full/vmm/elf.h"

/* The Image's header (the kernel's Documentation/arm64/booting.rst). */
struct image_header {
	u32 code[2];
	u64 text_offset, image_size, flags, reserved[3];
	u32 magic, pe;
};
#define IMAGE_MAGIC 0x644d5241 /* "ARM\x64" */

const char *vmm_arch_command_line(void)
{
	return "console=ttyS0 earlycon panic=-1";
}

enum image_kind vmm_arch_identify(const struct image *im, const char **why)
{
	const struct image_header *h = (const void *)im->data;
	struct elf_file e;
	const char *no_elf = elf_open(&e, im->data, im->size);

	if (im->size >= sizeof(*h) && h->magic == IMAGE_MAGIC)
		return IMAGE_LINUX;
	*why = "neither an arm64 Image nor an ELF file";
	if (no_elf) {
		if (im->size > 4 && !memcmp(im->data, "\177ELF", 4))
			*why = no_elf;
		return IMAGE_UNKNOWN;
	}
	*why = "an ELF file, but not for arm64";
	if (!e.is64 || e.machine != ELF_AARCH64)
		return IMAGE_UNKNOWN;
	return elf_has_note(&e, "World Switch") ? IMAGE_GUEST : IMAGE_ELF;
}

static u64 load_arm64_image(struct vmm *vm, const struct image *im, u64 *top)
{
	const struct image_header *h = (const void *)im->data;
	u64 at = ARM64_RAM + h->text_offset;

	*top = at + MAX(h->image_size, (u64)im->size);
	if (!vmm_ram(vm, at, *top - at))
		vmm_die("%s: needs memory up to 0x%lx; --mem (MEM=) gives more",
		        im->path, *top);
	image_put(vm, at, im, 0, im->size);
	return at;
}

static u64 load_arm64_elf(struct vmm *vm, const struct image *im, u64 *top)
{
	struct elf_segment s;
	struct elf_file e;

	elf_open(&e, im->data, im->size);
	for (u32 i = 0; i < e.phnum; i++) {
		int is = elf_segment(&e, i, &s);

		if (is < 0 || (is && !vmm_ram(vm, s.paddr, s.memsz)))
			vmm_die("%s: its program header %u is broken, or lies "
			        "outside the guest's memory",
			        im->path, i);
		if (!is)
			continue;
		image_put(vm, s.paddr, im, s.offset, s.filesz);
		*top = MAX(*top, s.paddr + s.memsz);
	}
	return elf_to_physical(&e, e.entry);
}

void vmm_arch_load(struct vmm *vm, const struct image *im,
                   const struct image *initrd)
{
	u64 top = 0, fdt, ramdisk;
	u64 entry = im->kind == IMAGE_LINUX ? load_arm64_image(vm, im, &top) :
	                                      load_arm64_elf(vm, im, &top);

	fdt = ALIGN_DOWN(ARM64_RAM + vm->ram_size - ARM64_FDT_SIZE,
	                 ARM64_FDT_SIZE);
	ramdisk = ALIGN_DOWN(fdt - initrd->size, PAGE_SIZE);
	if (ramdisk < top || initrd->size > vm->ram_size)
		vmm_die("%s: its %lu bytes do not fit beside the kernel; "
		        "--mem (MEM=) gives more",
		        initrd->size ? initrd->path : im->path, initrd->size);
	if (initrd->size)
		image_put(vm, ramdisk, initrd, 0, initrd->size);
	arm64_make_fdt(vm, vmm_ram(vm, fdt, ARM64_FDT_SIZE), ARM64_FDT_SIZE,
	               ramdisk, ramdisk + initrd->size);
	/* MMU off, interrupts masked, EL1: what KVM's reset leaves. */
	arm64_set_reg(&vm->vcpu[0], ARM64_CORE(regs.regs[0]), fdt);
	arm64_set_reg(&vm->vcpu[0], ARM64_CORE(regs.pc), entry);
}
