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
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bridge.h"

static char dir[64];

static void remove_tree(const char *path)
{
	DIR *d = opendir(path);
	struct dirent *e;
	char file[PATH_MAX];

	while (d && (e = readdir(d))) {
		snprintf(file, sizeof(file), "%s/%s", path, e->d_name);
		unlink(file);
	}
	if (d)
		closedir(d);
	rmdir(path);
}

static void remove_dir(void)
{
	remove_tree(dir);
}

/* Everybody may put names there; a link may lead anywhere. */
static bool is_own_directory(const char *path)
{
	struct stat st;

	return !lstat(path, &st) && S_ISDIR(st.st_mode) &&
	       st.st_uid == geteuid();
}

/* A bridge that was killed outright leaves its directory to the next one. */
static void sweep(const char *base)
{
	DIR *d = opendir(base);
	struct dirent *e;
	char path[PATH_MAX];
	int pid;

	while (d && (e = readdir(d))) {
		if (sscanf(e->d_name, "bochs-gdb-%d-", &pid) != 1 ||
		    pid <= 0 || kill(pid, 0) == 0 || errno != ESRCH)
			continue;
		snprintf(path, sizeof(path), "%s/%s", base, e->d_name);
		if (is_own_directory(path))
			remove_tree(path);
	}
	if (d)
		closedir(d);
}

void rundir_create(void)
{
	const char *base = access("/dev/shm", W_OK) ? "/tmp" : "/dev/shm";

	sweep(base);
	snprintf(dir, sizeof(dir), "%s/bochs-gdb-%d-XXXXXX", base,
	         (int)getpid());
	if (!mkdtemp(dir))
		die("%s: %s", dir, strerror(errno));
	atexit(remove_dir);
}

/* Two, so that one file's text may name the other. */
const char *rundir_file(const char *name)
{
	static char paths[2][PATH_MAX];
	static int turn;
	char *path = paths[turn ^= 1];

	snprintf(path, PATH_MAX, "%s/%s", dir, name);
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
