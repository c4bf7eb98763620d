/*
 * symbols.c - "[0x101234]" becomes "vmx_on stages/01-vmxon/vmx.c:42".
 *
 * addr2line of the image's architecture does the work.
 */
#define _GNU_SOURCE
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "emu.h"

static bool addr2line(enum machine m, char *path, size_t size)
{
	static const char *const names[2][2] = {
		[X86_64] = { "x86_64-linux-gnu-addr2line", "addr2line" },
		[ARM64] = { "aarch64-linux-gnu-addr2line", "addr2line" },
	};

	return find_program(names[m][0], path, size) ||
	       find_program("llvm-addr2line", path, size) ||
	       find_program(names[m][1], path, size);
}

/* A source path as seen from here, when it lies below. */
static const char *shorten(const char *file)
{
	static char here[4096];
	size_t n;

	if (!here[0] && !getcwd(here, sizeof(here)))
		return file;
	n = strlen(here);
	if (!strncmp(file, here, n) && file[n] == '/')
		return file + n + 1;
	return file;
}

/* out: "inner file:line, in outer file:line", or empty if unknown. */
void symbols_lookup(const struct image *img, const char *address, char *out,
                    size_t size)
{
	char program[4096], text[4096];
	struct args a = { .n = 0 };
	size_t len = 0;
	char *function, *place, *save;

	out[0] = 0;
	if (!addr2line(img->machine, program, sizeof(program)))
		return;
	add_arg(&a, "%s", program);
	add_arg(&a, "-f");
	add_arg(&a, "-i");
	add_arg(&a, "-e");
	add_arg(&a, "%s", img->path);
	add_arg(&a, "%s", address);
	if (run_program(a.v, text, sizeof(text)))
		return;
	function = strtok_r(text, "\n", &save);
	for (; function; function = strtok_r(NULL, "\n", &save)) {
		place = strtok_r(NULL, "\n", &save);
		if (!place || function[0] == '?' || len >= size)
			break;
		place[strcspn(place, " ")] = 0; /* " (discriminator 1)" */
		len += (size_t)snprintf(out + len, size - len, "%s%s %s",
		                        len ? ", in " : "", function,
		                        shorten(place));
	}
}

/* The next "[0x...]" of a line, its text in address; NULL if there is none. */
static const char *next_address(const char *p, char *address, size_t size)
{
	for (; (p = strstr(p, "[0x")); p++) {
		size_t n = 3;

		while (isxdigit((unsigned char)p[n]))
			n++;
		if (n > 3 && p[n] == ']' && n < size) {
			snprintf(address, n, "%s", p + 1);
			return p + n;
		}
	}
	return NULL;
}

void symbols_annotate(const struct image *img, const char *line, char *out,
                      size_t size)
{
	char address[24], one[1024];
	size_t len = 0;

	out[0] = 0;
	while ((line = next_address(line, address, sizeof(address)))) {
		symbols_lookup(img, address, one, sizeof(one));
		if (one[0] && len < size)
			len += (size_t)snprintf(out + len, size - len, "%s%s",
			                        len ? "; " : "", one);
	}
}
