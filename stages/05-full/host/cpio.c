/*
 * cpio.c - see cpio.h.  A header is 6 characters of magic and 13 numbers of
 * 8 hexadecimal digits; name and data begin at multiples of four.
 */
#include "05-full/host/cpio.h"

#include "lib/string.h"

#define HEADER 110
#define MAGIC "070701"
#define FIELD_MODE 1
#define FIELD_SIZE 6
#define FIELD_NAME_SIZE 11

static int digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static bool read_field(const char *header, int n, u32 *value)
{
	const char *p = header + 6 + 8 * n;

	*value = 0;
	for (int i = 0; i < 8; i++) {
		if (digit(p[i]) < 0)
			return false;
		*value = *value << 4 | (u32)digit(p[i]);
	}
	return true;
}

int cpio_next(const void *archive, u64 size, u64 *offset,
              struct cpio_entry *entry)
{
	const char *h = (const char *)archive + *offset;
	u64 name = *offset + HEADER, data;
	u32 name_size, data_size;

	if (*offset > size || size - *offset < HEADER ||
	    strncmp(h, MAGIC, 6) || !read_field(h, FIELD_MODE, &entry->mode) ||
	    !read_field(h, FIELD_SIZE, &data_size) ||
	    !read_field(h, FIELD_NAME_SIZE, &name_size))
		return -1;
	data = ALIGN_UP(name + name_size, 4);
	if (!name_size || data > size || data_size > size - data ||
	    h[HEADER + name_size - 1])
		return -1;
	entry->name = h + HEADER;
	entry->data = (const u8 *)archive + data;
	entry->size = data_size;
	*offset = ALIGN_UP(data + data_size, 4);
	return strcmp(entry->name, "TRAILER!!!") != 0;
}
