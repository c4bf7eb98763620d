/*
 * linux.c - x86: starting Linux by its 64-bit boot protocol (the kernel's
 * Documentation/x86/boot.rst, 1.15), from a bzImage or an unpacked vmlinux.
 */
#include <asm/bootparam.h>
#include <asm/e820.h>

#include "05-full/vmm/elf.h"
#include "05-full/vmm/x86/x86.h"

#define ENTRY_64 0x200 /* of the protected-mode part */
#define LOADER_UNDEFINED 0xff
#define E820_TYPE_RAM 1

static void linux_add_e820(struct boot_params *bp, u64 from, u64 to)
{
	bp->e820_table[bp->e820_entries++] = (struct boot_e820_entry){
		.addr = from, .size = to - from, .type = E820_TYPE_RAM
	};
}

/* What both forms need; top is the end of the memory that the kernel uses. */
static void linux_fill_params(struct vmm *vm, struct boot_params *bp,
                              const struct image *initrd, u64 top)
{
	u64 at = x86_put_initrd(vm, initrd, top);

	bp->hdr.type_of_loader = LOADER_UNDEFINED;
	bp->hdr.cmd_line_ptr = X86_COMMAND_LINE;
	bp->hdr.ramdisk_image = (u32)at;
	bp->hdr.ramdisk_size = (u32)initrd->size;
	bp->acpi_rsdp_addr = x86_put_acpi(vm);
	linux_add_e820(bp, 0, X86_LOW_TOP);
	linux_add_e820(bp, X86_HIGH_BASE, vm->ram_size);
	x86_put_command_line(vm);
	vmm_put(vm, X86_BOOT_INFO, bp, sizeof(*bp), "boot_params");
}

static u64 load_bzimage(struct vmm *vm, const struct image *im,
                        struct boot_params *bp, u64 *top)
{
	struct setup_header *h = &bp->hdr;
	u64 setup, at;

	memcpy(h, im->data + 0x1f1, sizeof(*h));
	setup = ((h->setup_sects ? h->setup_sects : 4) + 1) * 512ul;
	if (h->version < 0x20c || !(h->xloadflags & XLF_KERNEL_64))
		vmm_die("%s: boot protocol %u.%02u without a 64-bit entry",
		        im->path, h->version >> 8, h->version & 0xff);
	if (setup >= im->size)
		vmm_die("%s: the file ends in its set-up code", im->path);
	at = h->pref_address;
	*top = at + h->init_size;
	if (!vmm_ram(vm, at, h->init_size))
		vmm_die("%s: needs memory up to 0x%lx; --mem (MEM=) gives more",
		        im->path, *top);
	image_put(vm, at, im, setup, im->size - setup);
	return at + ENTRY_64;
}

/* The header of an unpacked kernel is in no file: what its code looks at. */
static u64 load_vmlinux(struct vmm *vm, const struct image *im,
                        struct boot_params *bp, u64 *top)
{
	struct elf_file e;

	*top = x86_load_elf(vm, im);
	elf_open(&e, im->data, im->size);
	bp->hdr.boot_flag = 0xaa55;
	bp->hdr.header = 0x53726448;
	bp->hdr.version = 0x20f;
	bp->hdr.loadflags = LOADED_HIGH;
	bp->hdr.kernel_alignment = 2 * MiB;
	return elf_to_physical(&e, e.entry);
}

void x86_load_linux(struct vmm *vm, const struct image *im,
                    const struct image *initrd)
{
	static struct boot_params bp;
	u64 top, entry;

	if (im->kind == IMAGE_LINUX)
		entry = load_bzimage(vm, im, &bp, &top);
	else
		entry = load_vmlinux(vm, im, &bp, &top);
	linux_fill_params(vm, &bp, initrd, top);
	x86_enter_64(&vm->vcpu[0], entry, X86_BOOT_INFO);
}
