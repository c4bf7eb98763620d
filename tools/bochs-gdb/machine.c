/*
 * machine.c - the configuration that Bochs is started with.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bridge.h"

static const char bios[] = "/usr/share/bochs/BIOS-bochs-latest";
static const char vga[] = "/usr/share/vgabios/vgabios.bin";

static void need(const char *file, const char *package)
{
	if (access(file, R_OK))
		die("%s: %s (Debian package: %s)", file, strerror(errno),
		    package);
}

static const char *absolute(const char *file)
{
	static char path[PATH_MAX];

	if (!realpath(file, path))
		die("%s: %s", file, strerror(errno));
	return path;
}

/*
 * A name without a quote or a dollar, to which Bochs would give a meaning: a
 * link in our own directory.
 */
static const char *plain_name(const char *file)
{
	const char *name = rundir_file("disc");

	if (symlink(absolute(file), name))
		die("%s: %s", name, strerror(errno));
	return name;
}

/*
 * "panic: action=report": Bochs then stops at its prompt on a triple fault,
 * with the state intact; and `restore', which we write registers with, logs a
 * harmless panic of its own.
 */
static void write_config(const struct machine *m, int console_port)
{
	char drive[PATH_MAX + 64];

	if (m->iso)
		snprintf(drive, sizeof(drive),
		         "ata0-master: type=cdrom, path=\"%s\", "
		         "status=inserted\nboot: cdrom\n",
		         plain_name(m->iso));
	else
		snprintf(drive, sizeof(drive),
		         "ata0-master: type=disk, mode=flat, path=\"%s\"\n"
		         "boot: disk\n",
		         plain_name(m->disk));
	rundir_write("bochsrc",
	             "cpu: model=%s, count=%d, ips=50000000, "
	             "reset_on_triple_fault=0, ignore_bad_msrs=0\n"
	             "memory: guest=%d, host=%d\n"
	             "romimage: file=%s, options=fastboot\n"
	             "vgaromimage: file=%s\n"
	             "%s"
	             "clock: sync=none\n"
	             "com1: enabled=1, mode=socket-client, dev=127.0.0.1:%d\n"
	             "display_library: sdl2\n"
	             "sound: waveoutdrv=dummy, waveindrv=dummy, "
	             "midioutdrv=dummy\n"
	             "plugin_ctrl: speaker=0, es1370=0, sb16=0, ne2k=0, "
	             "usb_uhci=0\n"
	             "panic: action=report\n"
	             "log: %s/log\n",
	             m->model, m->cpus, m->mem, m->mem < 2048 ? m->mem : 2048,
	             bios, vga, drive, console_port, rundir_file("."));
}

void machine_start(const struct machine *m)
{
	static char config[PATH_MAX];
	char *argv[] = { "bochs-bin", "-q", "-f", config, NULL };
	int port;

	if (m->config) {
		snprintf(config, sizeof(config), "%s", absolute(m->config));
	} else {
		need(bios, "bochsbios");
		need(vga, "vgabios");
		console_listen(&port);
		write_config(m, port);
		snprintf(config, sizeof(config), "%s", rundir_file("bochsrc"));
	}
	setenv("SDL_VIDEODRIVER", "dummy", 0);
	setenv("SDL_AUDIODRIVER", "dummy", 0);
	setenv("TERM", "dumb", 1); /* no escape codes in the answers */
	bochs_start(argv);
}
