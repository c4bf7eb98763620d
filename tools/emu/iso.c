/*
 * iso.c - the disc that boots an x86 stage: GRUB, the image, its words.
 *
 * The same disc boots Bochs, QEMU and a real PC with a BIOS.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

#include "emu.h"

/* A word goes through GRUB's shell; what that shell would change is refused. */
void check_words(const struct options *opt)
{
	size_t total = 0;

	for (int i = 0; i < opt->nwords; i++) {
		const char *w = opt->words[i];

		total += strlen(w) + 1;
		for (; *w; w++)
			if (*w <= ' ' || *w > '~' || strchr("'\"\\", *w))
				die(ST_USAGE,
				    "the word `%s' for the stage's command line "
				    "holds a blank, a quote, a backslash or a "
				    "character that is not ASCII",
				    opt->words[i]);
	}
	if (total > 1000)
		die(ST_USAGE,
		    "the stage's command line is too long "
		    "(%zu characters, 1000 at most)",
		    total);
}

static void copy_file(const char *from, const char *to)
{
	int in = open(from, O_RDONLY | O_CLOEXEC);
	int out = open(to, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
	ssize_t n = 1;

	if (in < 0)
		die(ST_USAGE, "%s: %s", from, strerror(errno));
	if (out < 0)
		die(ST_DIED, "%s: %s", to, strerror(errno));
	while (n > 0)
		n = sendfile(out, in, NULL, 1 << 20);
	if (n < 0)
		die(ST_DIED, "%s: %s", to, strerror(errno));
	close(in);
	close(out);
}

static void write_tree(const struct image *img, const struct options *opt)
{
	static const char *const dirs[] = { "disc", "disc/boot",
		                            "disc/boot/grub" };
	char path[PATH_MAX], line[4096] = "";
	const char *module = "";
	size_t len = 0;

	for (size_t i = 0; i < sizeof(dirs) / sizeof(dirs[0]); i++) {
		rundir_path(path, sizeof(path), dirs[i]);
		if (mkdir(path, 0777))
			die(ST_DIED, "%s: %s", path, strerror(errno));
	}
	rundir_path(path, sizeof(path), "disc/boot/stage.elf");
	copy_file(img->path, path);
	for (int i = 0; i < opt->nwords; i++)
		len += (size_t)snprintf(line + len, sizeof(line) - len,
		                        " '%s'", opt->words[i]);
	if (opt->initrd) {
		rundir_path(path, sizeof(path), "disc/boot/initrd");
		copy_file(opt->initrd, path);
		/* Left to itself, GRUB would unpack what gzip has packed. */
		module = "module --nounzip /boot/initrd initrd\n";
	}
	rundir_write("disc/boot/grub/grub.cfg",
	             "multiboot /boot/stage.elf%s\n%sboot\n", line, module);
}

/*
 * GRUB's modules for PCs.  On a machine of another kind, tools/setup unpacks
 * that package below build/.
 */
static void grub_modules(char *path, size_t size)
{
	static const char system[] = "/usr/lib/grub/i386-pc";
	char module[PATH_MAX];

	snprintf(path, size, "%s/debs/grub%s", build_dir(), system);
	if (access(path, R_OK))
		snprintf(path, size, "%s", system);
	snprintf(module, sizeof(module), "%s/multiboot.mod", path);
	need_file(module, "grub-pc-bin");
}

void iso_make(const struct image *img, const struct options *opt,
              const char *iso)
{
	struct args a = { .n = 0 };
	char out[8192], modules[PATH_MAX - 32];
	int st;

	need_program("grub-mkrescue");
	need_program("xorriso");
	grub_modules(modules, sizeof(modules));
	write_tree(img, opt);
	add_arg(&a, "grub-mkrescue");
	add_arg(&a, "--directory=%s", modules);
	add_arg(&a, "--locales=");
	add_arg(&a, "--fonts=");
	add_arg(&a, "--themes=");
	add_arg(&a, "--install-modules=multiboot normal part_msdos iso9660 "
	            "biosdisk");
	add_arg(&a, "--output=%s", iso);
	add_arg(&a, "disc");
	st = run_program(a.v, out, sizeof(out));
	if (signalled())
		die(ST_INTERRUPTED, "interrupted");
	if (st)
		die(ST_DIED, "grub-mkrescue failed (status %d); it said:\n%s",
		    st, out);
}

/* A disc that is ready: the run directory gets a link to it. */
void iso_use(const char *disc, const char *iso)
{
	char path[PATH_MAX];

	if (access(disc, R_OK))
		die(ST_USAGE, "%s: %s", disc, strerror(errno));
	rundir_path(path, sizeof(path), iso);
	if (symlink(disc, path))
		die(ST_DIED, "%s: %s", path, strerror(errno));
}
