/*
 * cpio.h - reading an archive of the "newc" kind (cpio -H newc), as Linux's
 * initramfs is.  It comes from outside: every length is checked.
 */
#pragma once

#include "lib/types.h"

struct cpio_entry {
	const char *name; /* ends with a NUL, inside of the archive */
	const u8 *data;
	u64 size;
	u32 mode; /* type and rights, as in struct stat */
};

/*
 * cpio_next - the entry at *offset, which moves on.  1; 0 at the end; -1 if
 * the archive is damaged there.
 */
int cpio_next(const void *archive, u64 size, u64 *offset,
              struct cpio_entry *entry);
