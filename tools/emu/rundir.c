/*
 * rundir.c - a private directory for each run, below build/run/.
 *
 * Removed at the end.  A runner that was killed outright leaves its directory
 * behind; the next run removes it.  A lock on the directory tells the living
 * from the dead.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "emu.h"

static char build[PATH_MAX - 64]; /* where emu itself was built into */
static char dir[PATH_MAX];
static bool keep;

static int remove_one(const char *path, const struct stat *st, int type,
                      struct FTW *ftw)
{
	(void)st, (void)type, (void)ftw;
	return remove(path);
}

static void remove_tree(const char *path)
{
	nftw(path, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

/* Removes what killed runners left: old, and nobody holds the lock. */
static void sweep(const char *base)
{
	DIR *d = opendir(base);
	struct dirent *e;

	while (d && (e = readdir(d))) {
		char path[PATH_MAX + 256];
		struct stat st;
		int fd;

		snprintf(path, sizeof(path), "%s/%s", base, e->d_name);
		if (strncmp(e->d_name, "emu-", 4) || stat(path, &st) ||
		    time(NULL) - st.st_mtime < 60)
			continue;
		fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		if (fd < 0)
			continue;
		if (flock(fd, LOCK_EX | LOCK_NB) == 0)
			remove_tree(path);
		close(fd);
	}
	if (d)
		closedir(d);
}

const char *build_dir(void)
{
	ssize_t n;

	if (build[0])
		return build;
	/* build/tools/emu -> build */
	n = readlink("/proc/self/exe", build, sizeof(build) - 1);
	if (n < 0)
		die(ST_DIED, "/proc/self/exe: %s", strerror(errno));
	build[n] = 0;
	for (int i = 0; i < 2 && strrchr(build, '/'); i++)
		*strrchr(build, '/') = 0;
	return build;
}

void rundir_create(void)
{
	char base[sizeof(build) + 8];
	int fd;

	snprintf(base, sizeof(base), "%s/run", build_dir());
	if (mkdir(base, 0777) && errno != EEXIST)
		die(ST_DIED, "%s: %s", base, strerror(errno));
	sweep(base);
	snprintf(dir, sizeof(dir), "%s/emu-XXXXXX", base);
	if (!mkdtemp(dir))
		die(ST_DIED, "%s: %s", dir, strerror(errno));
	atexit(rundir_remove);
	fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC); /* stays open */
	if (fd < 0 || flock(fd, LOCK_EX | LOCK_NB))
		die(ST_DIED, "%s: %s", dir, strerror(errno));
}

void rundir_keep(void)
{
	keep = true;
	say("kept %s", dir);
}

void rundir_remove(void)
{
	if (dir[0] && !keep)
		remove_tree(dir);
	dir[0] = 0;
}

void rundir_enter(void)
{
	if (dir[0] && chdir(dir))
		_exit(127);
}

void rundir_path(char *path, size_t size, const char *name)
{
	if (snprintf(path, size, "%s/%s", dir, name) >= (int)size)
		die(ST_DIED, "the path of the run directory is too long");
}

void rundir_write(const char *name, const char *fmt, ...)
{
	char path[PATH_MAX];
	va_list ap;
	FILE *f;

	rundir_path(path, sizeof(path), name);
	f = fopen(path, "we");
	va_start(ap, fmt);
	if (!f || vfprintf(f, fmt, ap) < 0 || fclose(f))
		die(ST_DIED, "%s: %s", path, strerror(errno));
	va_end(ap);
}

/* The end of a file, at most size - 1 bytes; empty if there is none. */
size_t rundir_read(const char *name, char *buf, size_t size)
{
	char path[PATH_MAX];
	size_t n = 0;
	FILE *f;

	rundir_path(path, sizeof(path), name);
	f = fopen(path, "re");
	if (f) {
		fseek(f, 0, SEEK_END);
		long len = ftell(f);

		fseek(f, len > (long)size - 1 ? len - (long)size + 1 : 0,
		      SEEK_SET);
		n = fread(buf, 1, size - 1, f);
		fclose(f);
	}
	buf[n] = 0;
	return n;
}
