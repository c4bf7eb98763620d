/*
 * main.c - the emulator runner's options.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "emu.h"

static const char help[] =
	"usage: emu [OPTION]... IMAGE [WORD]...\n"
	"Boots IMAGE (build/ARCH/stage-NN.elf) in an emulator, shows its console,\n"
	"and ends with the stage's verdict. The WORDs are its command line.\n"
	"\n"
	"  --backend auto|bochs|kvm  the x86 machine (auto: kvm where it can nest)\n"
	"  --cpus N                  number of CPUs (default 1)\n"
	"  --mem MB                  memory (default 512; arm64: 256)\n"
	"  --initrd FILE             load FILE too: a multiboot module (x86), the initrd\n"
	"                            of the device tree (arm64)\n"
	"  --interactive             keyboard and screen are the machine's: bytes pass\n"
	"                            unchanged, Ctrl-C too; Ctrl-] and then q stops it;\n"
	"                            no time limit. So it is anyway with an --initrd\n"
	"                            where both are a terminal\n"
	"  --timeout SECONDS         time limit (default 60), scaled to this machine's\n"
	"                            speed; WS_TIMEOUT_SCALE in the environment is used\n"
	"                            as the factor instead\n"
	"  --model NAME              CPU model (defaults: Bochs corei7_skylake_x,\n"
	"                            KVM host, arm64 neoverse-n1)\n"
	"  --el1                     arm64: start in EL1, without EL2\n"
	"  --gic 2|3                 arm64: version of the interrupt controller\n"
	"  --icount                  one instruction is one nanosecond, on one thread, the\n"
	"                            same each time (arm64; Bochs always counts so)\n"
	"  --qemu-arg X              pass X to QEMU (may be repeated)\n"
	"  --clock TEXT              at the first line with TEXT, tell the seconds since the\n"
	"                            start (of `make run', if WS_STARTED has its time)\n"
	"  --log FILE                copy the console to FILE\n"
	"  --iso FILE                x86: only write the boot disc to FILE\n"
	"  --disc FILE               x86: boot FILE, which --iso wrote from IMAGE\n"
	"  --keep                    keep the directory of the run\n"
	"  --print-command           print the emulator's command, do not run it\n"
	"  --print-backend           say which x86 machine would be used, and why\n"
	"  --help                    this text\n"
	"\n"
	"Exit status: 0 ok, 1 the stage failed, 2 wrong use or a missing program,\n"
	"3 the machine stopped without a verdict, 124 time limit, 130 interrupted, or\n"
	"stopped by Ctrl-] q.\n";

void say(const char *fmt, ...)
{
	char text[8192];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	fprintf(stderr, "emu: %s%s\n", text, terminal_is_raw() ? "\r" : "");
}

void die(enum status st, const char *fmt, ...)
{
	char text[16384];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	fprintf(stderr, "emu: %s%s\n", text, terminal_is_raw() ? "\r" : "");
	exit(st);
}

static double number(const char *option, const char *text, double min,
                     double max)
{
	char *end;
	double v = strtod(text, &end);

	if (end == text || *end || !(v >= min && v <= max))
		die(ST_USAGE, "--%s %s: a number from %g to %g is wanted",
		    option, text, min, max);
	return v;
}

static enum backend backend_named(const char *name)
{
	if (!strcmp(name, "auto"))
		return AUTO;
	if (!strcmp(name, "bochs"))
		return BOCHS;
	if (!strcmp(name, "kvm"))
		return KVM;
	if (!strcmp(name, "tcg") || !strcmp(name, "qemu"))
		die(ST_USAGE,
		    "QEMU's own emulation (TCG) has no VMX, so it "
		    "cannot run these stages; use bochs, or kvm on an "
		    "Intel machine whose KVM nests");
	die(ST_USAGE, "there is no back end `%s'; there are auto, bochs, kvm",
	    name);
}

static const char *file_argument(const char *name)
{
	char *here = getcwd(NULL, 0), *path;

	if (name[0] == '/')
		return name;
	if (!here || asprintf(&path, "%s/%s", here, name) < 0)
		die(ST_USAGE, "%s: %s", name, strerror(errno));
	return path;
}

enum {
	BACKEND = 1,
	CPUS,
	MEM,
	TIMEOUT,
	MODEL,
	INITRD,
	GIC,
	QEMU_ARG,
	CLOCK,
	LOG,
	ISO,
	DISC,
	PRINT_BACKEND,
	HELP
};

static struct options o = { .cpus = 1, .timeout = 60 };

static const struct option longs[] = {
	{ "backend", required_argument, NULL, BACKEND },
	{ "cpus", required_argument, NULL, CPUS },
	{ "mem", required_argument, NULL, MEM },
	{ "timeout", required_argument, NULL, TIMEOUT },
	{ "model", required_argument, NULL, MODEL },
	{ "initrd", required_argument, NULL, INITRD },
	{ "interactive", no_argument, &o.interactive, 1 },
	{ "el1", no_argument, &o.el1, 1 },
	{ "gic", required_argument, NULL, GIC },
	{ "icount", no_argument, &o.icount, 1 },
	{ "qemu-arg", required_argument, NULL, QEMU_ARG },
	{ "clock", required_argument, NULL, CLOCK },
	{ "log", required_argument, NULL, LOG },
	{ "iso", required_argument, NULL, ISO },
	{ "disc", required_argument, NULL, DISC },
	{ "keep", no_argument, &o.keep, 1 },
	{ "print-command", no_argument, &o.print_command, 1 },
	{ "print-backend", no_argument, NULL, PRINT_BACKEND },
	{ "help", no_argument, NULL, HELP },
	{ 0 },
};

static void option(int c)
{
	switch (c) {
	case 0: /* yes or no: noted already */
		break;
	case BACKEND:
		o.backend = backend_named(optarg);
		break;
	case CPUS:
		o.cpus = (int)number("cpus", optarg, 1, 64);
		break;
	case MEM:
		o.mem = (int)number("mem", optarg, 1, 65536);
		break;
	case TIMEOUT:
		o.timeout = number("timeout", optarg, 0.1, 1e6);
		break;
	case MODEL:
		o.model = optarg;
		break;
	case GIC:
		o.gic = (int)number("gic", optarg, 2, 3);
		break;
	case INITRD:
		o.initrd = file_argument(optarg);
		if (access(o.initrd, R_OK))
			die(ST_USAGE, "%s: %s", optarg, strerror(errno));
		break;
	case QEMU_ARG:
		add_arg(&o.qemu, "%s", optarg);
		break;
	case CLOCK:
		o.clock = optarg;
		break;
	case LOG:
		o.log = file_argument(optarg);
		break;
	case ISO:
		o.iso = file_argument(optarg);
		break;
	case DISC:
		o.disc = file_argument(optarg);
		break;
	case PRINT_BACKEND:
		backend_choose(o.backend, X86_64, true);
		exit(ST_OK);
	case HELP:
		fputs(help, stdout);
		exit(ST_OK);
	default:
		die(ST_USAGE, "`emu --help' tells the options");
	}
}

/* As one word of a shell's command line. */
static void print_word(const char *text)
{
	putchar('\'');
	for (; *text; text++)
		if (*text == '\'')
			fputs("'\\''", stdout);
		else
			putchar(*text);
	putchar('\'');
}

static void print_command(struct run *r)
{
	char text[4096];

	rundir_read("bochsrc", text, sizeof(text));
	if (r->backend == BOCHS)
		printf("# bochsrc:\n%s", text);
	for (int i = 0; i < r->cmd.n; i++) {
		if (i)
			putchar(' ');
		print_word(r->cmd.v[i]);
	}
	putchar('\n');
}

static enum status run_image(struct run *r)
{
	enum status st;

	if (o.log) {
		r->console.log_fd = open(
			o.log, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
		if (r->console.log_fd < 0)
			die(ST_USAGE, "%s: %s", o.log, strerror(errno));
	}
	if (o.disc)
		iso_use(o.disc, "stage.iso");
	else if (r->backend != QEMU_ARM)
		iso_make(&r->image, &o, "stage.iso");
	r->interactive = o.interactive || (o.initrd && terminal_both());
	r->console.raw = r->interactive;
	if (r->interactive)
		say("the keyboard is the machine's; Ctrl-] and then q stops "
		    "it");
	terminal_init(r->interactive);
	run_start(r);
	run_until_end(r);
	terminal_restore();
	st = run_outcome(r);
	run_stop(r);
	return st;
}

int main(int argc, char **argv)
{
	static struct run r;
	int c, fd;

	/* No pipe of ours may become a standard stream. */
	while ((fd = open("/dev/null", O_RDWR | O_CLOEXEC)) < 3 && fd >= 0)
		fcntl(fd, F_SETFD, 0);
	close(fd);
	while ((c = getopt_long(argc, argv, "+", longs, NULL)) != -1)
		option(c);
	if (optind >= argc)
		die(ST_USAGE, "no image given; `emu --help' tells the usage");
	image_open(&r.image, argv[optind]);
	o.words = argv + optind + 1;
	o.nwords = argc - optind - 1;
	check_words(&o);
	r.opt = &o;
	r.console.image = &r.image;
	r.console.log_fd = -1;
	r.console.clock = o.clock;
	since_start(); /* from now on, if nobody has told */
	signals_init();
	if ((o.iso || o.disc) && r.image.machine != X86_64)
		die(ST_USAGE, "--iso and --disc are for x86 images");
	if (o.disc && (o.nwords || o.initrd))
		die(ST_USAGE,
		    "the words and the initrd of a ready disc are on it "
		    "already");
	rundir_create();
	if (o.keep)
		rundir_keep();
	if (o.iso) {
		iso_make(&r.image, &o, o.iso);
		say("wrote %s: boot it on a PC with a BIOS, from CD or USB; "
		    "the console is the first serial port, 115200 8N1",
		    o.iso);
		return ST_OK;
	}
	r.backend =
		backend_choose(o.backend, r.image.machine, !o.print_command);
	if (o.icount && r.backend == KVM)
		die(ST_USAGE, "--icount: a real processor cannot count so; "
		              "use --backend bochs");
	if (o.print_command) {
		backend_command(&r, 0);
		print_command(&r);
		return ST_OK;
	}
	backend_check_programs(r.backend);
	return run_image(&r);
}
