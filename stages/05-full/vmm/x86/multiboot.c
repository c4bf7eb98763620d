/*
 * multiboot.c - x86: kernels after the multiboot specification, version 1
 * (0.6.96): ELF32, ELF64, or with addresses in the header.
 */
#include "05-full/vmm/elf.h"
#include "05-full/vmm/x86/x86.h"

#define HEADER_MAGIC 0x1badb002
#define LOADER_MAGIC 0x2badb002
#define HEADER_SPACE 8192
#define FLAG_ADDRESSES BIT(16)
#define FLAGS_UNKNOWN (MASK(15, 3) | BIT(2)) /* must be understood; no video */

#define INFO_MEMORY BIT(0)
#define INFO_COMMAND_LINE BIT(2)
#define INFO_MODULES BIT(3)
#define INFO_MEMORY_MAP BIT(6)

struct header {
	u32 magic, flags, checksum;
	u32 header_addr, load_addr, load_end_addr, bss_end_addr, entry_addr;
};

struct info {
	u32 flags, mem_lower, mem_upper, boot_device, cmdline;
	u32 mods_count, mods_addr, syms[4], mmap_length, mmap_addr;
	u32 rest[16];
};

struct module {
	u32 start, end, string, reserved;
};

struct map_entry {
	u32 size;
	u64 base, length;
	u32 type;
} __attribute__((packed));

long x86_find_multiboot(const struct image *im)
{
	struct header h;

	for (size_t at = 0; at + 12 <= MIN(im->size, (size_t)HEADER_SPACE);
	     at += 4) {
		memcpy(&h, im->data + at, 12);
		if (h.magic == HEADER_MAGIC &&
		    h.magic + h.flags + h.checksum == 0)
			return (long)at;
	}
	return -1;
}

/* The header says where the file goes (the specification's "a.out kludge"). */
static u64 load_by_header(struct vmm *vm, const struct image *im, long at,
                          u64 *top)
{
	struct header h;
	u64 skip, n;

	if (im->size < (size_t)at + sizeof(h))
		vmm_die("%s: ends in its multiboot header", im->path);
	memcpy(&h, im->data + at, sizeof(h));
	skip = (u64)at - (h.header_addr - h.load_addr);
	if (h.header_addr < h.load_addr || skip > im->size)
		vmm_die("%s: its multiboot header has addresses outside the "
		        "file",
		        im->path);
	n = im->size - skip;
	if (h.load_end_addr)
		n = MIN(n, (u64)h.load_end_addr - h.load_addr);
	image_put(vm, h.load_addr, im, skip, n);
	*top = MAX(h.load_addr + n, (u64)h.bss_end_addr);
	return h.entry_addr;
}

static void fill_map(struct vmm *vm, struct info *info, u64 at)
{
	struct map_entry map[2] = {
		{ 20, 0, X86_LOW_TOP, 1 },
		{ 20, X86_HIGH_BASE, vm->ram_size - X86_HIGH_BASE, 1 },
	};

	vmm_put(vm, at, map, sizeof(map), "the memory map");
	info->flags |= INFO_MEMORY | INFO_MEMORY_MAP;
	info->mem_lower = X86_LOW_TOP / KiB;
	info->mem_upper = (u32)((vm->ram_size - X86_HIGH_BASE) / KiB);
	info->mmap_addr = (u32)at;
	info->mmap_length = sizeof(map);
}

void x86_load_multiboot(struct vmm *vm, const struct image *im,
                        const struct image *initrd)
{
	struct info info = { .flags = INFO_COMMAND_LINE,
		             .cmdline = X86_COMMAND_LINE };
	long at = x86_find_multiboot(im);
	struct elf_file e;
	u64 top, entry;
	u32 flags;

	memcpy(&flags, im->data + at + 4, 4);
	if (flags & FLAGS_UNKNOWN & 0xffff)
		vmm_die("%s: its multiboot header asks for what this VMM has "
		        "not (flags 0x%x)",
		        im->path, flags);
	if (flags & FLAG_ADDRESSES) {
		entry = load_by_header(vm, im, at, &top);
	} else {
		if (elf_open(&e, im->data, im->size))
			vmm_die("%s: a multiboot header without addresses, "
			        "and no ELF file",
			        im->path);
		top = x86_load_elf(vm, im);
		entry = elf_to_physical(&e, e.entry);
	}
	if (initrd->size) {
		struct module m = { .string = X86_COMMAND_LINE };

		m.start = (u32)x86_put_initrd(vm, initrd, top);
		m.end = m.start + (u32)initrd->size;
		info.flags |= INFO_MODULES;
		info.mods_count = 1;
		info.mods_addr = X86_BOOT_INFO + 0x200;
		vmm_put(vm, info.mods_addr, &m, sizeof(m), "the module list");
	}
	fill_map(vm, &info, X86_BOOT_INFO + 0x100);
	x86_put_command_line(vm);
	vmm_put(vm, X86_BOOT_INFO, &info, sizeof(info), "multiboot's info");
	x86_enter_32(&vm->vcpu[0], entry, LOADER_MAGIC, X86_BOOT_INFO);
}
