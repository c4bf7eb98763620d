/*
 * rundir.c - a private directory for the files that Bochs and we exchange.
 *
 * In memory where there is /dev/shm: each memory read of GDB goes through a
 * file here.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bridge.h"

static char dir[64];

static void remove_dir(void)
{
	DIR *d = opendir(dir);
	struct dirent *e;

	while (d && (e = readdir(d)))
		unlink(rundir_file(e->d_name));
	if (d)
		closedir(d);
	rmdir(dir);
}

void rundir_create(void)
{
	const char *base = access("/dev/shm", W_OK) ? "/tmp" : "/dev/shm";

	snprintf(dir, sizeof(dir), "%s/bochs-gdb-XXXXXX", base);
	if (!mkdtemp(dir))
		die("%s: %s", dir, strerror(errno));
	atexit(remove_dir);
}

const char *rundir_file(const char *name)
{
	static char path[PATH_MAX];

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	return path;
}

void rundir_write(const char *name, const char *fmt, ...)
{
	FILE *f = fopen(rundir_file(name), "we");
	va_list ap;

	va_start(ap, fmt);
	if (!f || vfprintf(f, fmt, ap) < 0 || fclose(f))
		die("%s: %s", rundir_file(name), strerror(errno));
	va_end(ap);
}
