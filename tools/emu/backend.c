/*
 * backend.c - which machine runs an image, and its command line.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "emu.h"

static const char bochs_bios[] = "/usr/share/bochs/BIOS-bochs-latest";
static const char bochs_vga[] = "/usr/share/vgabios/vgabios.bin";
static const char bochs_sdl[] =
	"/usr/lib/*/bochs/plugins/libbx_sdl2_gui.so"; /* a pattern */

enum backend backend_choose(enum backend asked, enum machine m, bool tell)
{
	const char *why;

	if (m == ARM64) {
		if (tell)
			say("running on QEMU's emulation of an Arm machine "
			    "with EL2");
		return QEMU_ARM;
	}
	why = asked == BOCHS ? NULL : kvm_unusable();
	if (asked == KVM && why)
		die(ST_USAGE,
		    "BACKEND=kvm needs an Intel machine whose KVM nests, and "
		    "%s. BACKEND=bochs runs anywhere.",
		    why);
	if (asked == BOCHS || why) {
		if (tell && asked == BOCHS)
			say("running on Bochs, as asked");
		else if (tell)
			say("running on Bochs, which emulates VMX: %s", why);
		return BOCHS;
	}
	if (tell)
		say("running on QEMU with KVM: this processor has VMX and KVM "
		    "nests");
	return KVM;
}

void backend_check_programs(enum backend b)
{
	if (b == BOCHS) {
		need_program("bochs-bin");
		need_file(bochs_bios, "bochsbios");
		need_file(bochs_vga, "vgabios");
		need_file(bochs_sdl, "bochs-sdl");
	} else {
		need_program(b == KVM ? "qemu-system-x86_64" :
		                        "qemu-system-aarch64");
	}
}

/* What each line is for: the book's appendix on Bochs. */
static void bochs_config(const struct run *r, int port)
{
	const struct options *o = r->opt;
	int mem = o->mem ? o->mem : 512;

	rundir_write("bochsrc",
	             "cpu: model=%s, count=%d, ips=50000000, "
	             "reset_on_triple_fault=0, ignore_bad_msrs=0\n"
	             "memory: guest=%d, host=%d\n"
	             "romimage: file=%s, options=fastboot\n"
	             "vgaromimage: file=%s\n"
	             "ata0-master: type=cdrom, path=stage.iso, "
	             "status=inserted\n"
	             "boot: cdrom\n"
	             "clock: sync=none\n"
	             "com1: enabled=1, mode=socket-client, dev=127.0.0.1:%d\n"
	             "display_library: sdl2\n"
	             "sound: waveoutdrv=dummy, waveindrv=dummy, "
	             "midioutdrv=dummy\n"
	             "plugin_ctrl: speaker=0, es1370=0, sb16=0, ne2k=0, "
	             "usb_uhci=0\n"
	             "panic: action=fatal\n"
	             "log: bochs.log\n",
	             o->model ? o->model : "corei7_skylake_x", o->cpus, mem,
	             mem < 2048 ? mem : 2048, bochs_bios, bochs_vga, port);
	/* Debian's Bochs has its debugger built in; tell that one to go. */
	rundir_write("go", "c\n");
}

static void bochs_command(struct run *r, int port)
{
	bochs_config(r, port);
	add_arg(&r->cmd, "env");
	add_arg(&r->cmd, "SDL_VIDEODRIVER=dummy");
	add_arg(&r->cmd, "SDL_AUDIODRIVER=dummy");
	add_arg(&r->cmd, "TERM=dumb");
	add_arg(&r->cmd, "bochs-bin");
	add_arg(&r->cmd, "-q");
	add_arg(&r->cmd, "-f");
	add_arg(&r->cmd, "bochsrc");
	add_arg(&r->cmd, "-rc");
	add_arg(&r->cmd, "go");
}

static void qemu_common(struct run *r, int mem)
{
	struct args *a = &r->cmd;

	add_arg(a, "-smp");
	add_arg(a, "%d", r->opt->cpus);
	add_arg(a, "-m");
	add_arg(a, "%d", r->opt->mem ? r->opt->mem : mem);
	add_arg(a, "-nodefaults");
	add_arg(a, "-no-user-config");
	add_arg(a, "-no-reboot");
	add_arg(a, "-display");
	add_arg(a, "none");
	add_arg(a, "-serial");
	add_arg(a, "stdio");
	add_arg(a, "-monitor");
	add_arg(a, "unix:monitor,server=on,wait=off");
}

static void kvm_command(struct run *r)
{
	struct args *a = &r->cmd;

	add_arg(a, "qemu-system-x86_64");
	add_arg(a, "-accel");
	add_arg(a, "kvm");
	add_arg(a, "-cpu");
	add_arg(a, "%s", r->opt->model ? r->opt->model : "host");
	qemu_common(r, 512);
	add_arg(a, "-cdrom");
	add_arg(a, "stage.iso");
	add_arg(a, "-device");
	add_arg(a, "isa-debug-exit,iobase=0xf4,iosize=0x4");
}

/* The arm64 Linux image lies beside the ELF file: stage-04.img. */
static void arm_command(struct run *r)
{
	const struct options *o = r->opt;
	struct args *a = &r->cmd;
	size_t n = strlen(r->image.path);
	char words[1100] = "";
	char img[4096 + 8];

	if (n > 4 && !strcmp(r->image.path + n - 4, ".elf"))
		n -= 4;
	snprintf(img, sizeof(img), "%.*s.img", (int)n, r->image.path);
	if (access(img, R_OK))
		die(ST_USAGE, "%s: %s; it belongs beside the ELF image", img,
		    strerror(errno));
	for (int i = 0; i < o->nwords; i++) {
		size_t len = strlen(words);

		snprintf(words + len, sizeof(words) - len, "%s%s",
		         i ? " " : "", o->words[i]);
	}
	add_arg(a, "qemu-system-aarch64");
	add_arg(a, "-M");
	add_arg(a, "virt,virtualization=%s,gic-version=%d",
	        o->el1 ? "off" : "on", o->gic ? o->gic : 3);
	add_arg(a, "-cpu");
	add_arg(a, "%s", o->model ? o->model : "neoverse-n1");
	qemu_common(r, 256);
	add_arg(a, "-kernel");
	add_arg(a, "%s", img);
	if (words[0]) {
		add_arg(a, "-append");
		add_arg(a, "%s", words);
	}
	if (o->initrd) {
		add_arg(a, "-initrd");
		add_arg(a, "%s", o->initrd);
	}
	if (o->icount) {
		add_arg(a, "-icount");
		add_arg(a, "shift=0,sleep=off");
	}
}

void backend_command(struct run *r, int port)
{
	r->cmd.n = 0;
	if (r->backend == BOCHS)
		bochs_command(r, port);
	else if (r->backend == KVM)
		kvm_command(r);
	else
		arm_command(r);
	for (int i = 0; r->backend != BOCHS && i < r->opt->qemu.n; i++)
		add_arg(&r->cmd, "%s", r->opt->qemu.v[i]);
}
