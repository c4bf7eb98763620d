/*
 * image.c - which machine an image is for, and which stage it is.
 */
#define _GNU_SOURCE
#include <elf.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "emu.h"

/* "build/x86_64/stage-03.elf" -> "03"; any other name: "". */
static void stage_of(struct image *img)
{
	const char *name = strrchr(img->path, '/') + 1;
	size_t n;

	img->stage[0] = 0;
	if (strncmp(name, "stage-", 6))
		return;
	name += 6;
	n = strspn(name, "0123456789");
	if (n && n < sizeof(img->stage))
		snprintf(img->stage, n + 1, "%s", name);
}

void image_open(struct image *img, const char *path)
{
	Elf64_Ehdr eh = { 0 };
	FILE *f;

	if (!realpath(path, img->path))
		die(ST_USAGE, "%s: %s", path, strerror(errno));
	f = fopen(img->path, "re");
	if (!f)
		die(ST_USAGE, "%s: %s", path, strerror(errno));
	if (fread(&eh, sizeof(eh), 1, f) != 1 ||
	    memcmp(eh.e_ident, ELFMAG, SELFMAG) != 0 ||
	    eh.e_ident[EI_CLASS] != ELFCLASS64)
		die(ST_USAGE, "%s: not a 64-bit ELF image", path);
	fclose(f);
	if (eh.e_machine == EM_X86_64)
		img->machine = X86_64;
	else if (eh.e_machine == EM_AARCH64)
		img->machine = ARM64;
	else
		die(ST_USAGE,
		    "%s: an ELF image for neither x86-64 nor arm64 "
		    "(e_machine %d)",
		    path, eh.e_machine);
	stage_of(img);
}
