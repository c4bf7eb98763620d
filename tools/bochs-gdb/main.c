/*
 * main.c - bochs-gdb: GDB on a stock Bochs.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <netinet/tcp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "bridge.h"

static const char help[] =
	"usage: bochs-gdb [OPTION]... DISC.iso\n"
	"Starts Bochs on a boot disc, stopped before its first instruction, and lets\n"
	"GDB control it:  (gdb) target remote | bochs-gdb DISC.iso\n"
	"\n"
	"  --port N          wait for GDB on 127.0.0.1:N (0: any free port, printed)\n"
	"                    instead of speaking on standard input and output\n"
	"  --keep            with --port: a client may go and another one come\n"
	"  --cpus N          number of CPUs (default 1)\n"
	"  --mem MB          memory (default 512)\n"
	"  --model NAME      CPU model (default corei7_skylake_x)\n"
	"  --disk FILE       boot this hard disk image instead of a disc\n"
	"  --config FILE     use this bochsrc instead of all the above\n"
	"  --console FILE    copy the first serial port to FILE\n"
	"  --log FILE        write all that is said to and by Bochs to FILE\n"
	"  --help            this text\n"
	"\n"
	"In GDB, `monitor help' lists what can be asked of Bochs.\n";

static struct {
	struct machine machine;
	const char *console, *log;
	int port;
	bool keep;
} o = { .machine = { .model = "corei7_skylake_x", .cpus = 1, .mem = 512 },
	.port = -1 };

void say(const char *fmt, ...)
{
	va_list ap;

	fprintf(stderr, "bochs-gdb: ");
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fprintf(stderr, "\n");
}

void die(const char *fmt, ...)
{
	va_list ap;

	fprintf(stderr, "bochs-gdb: ");
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fprintf(stderr, "\n");
	exit(2);
}

static int number(const char *option, int min, int max)
{
	char *end;
	long v = strtol(optarg, &end, 10);

	if (end == optarg || *end || v < min || v > max)
		die("--%s %s: a number from %d to %d is wanted", option,
		    optarg, min, max);
	return (int)v;
}

enum { PORT, KEEP, CPUS, MEM, MODEL, DISK, CONFIG, CONSOLE, LOG, HELP };

static const struct option longs[] = {
	{ "port", required_argument, NULL, PORT },
	{ "keep", no_argument, NULL, KEEP },
	{ "cpus", required_argument, NULL, CPUS },
	{ "mem", required_argument, NULL, MEM },
	{ "model", required_argument, NULL, MODEL },
	{ "disk", required_argument, NULL, DISK },
	{ "config", required_argument, NULL, CONFIG },
	{ "console", required_argument, NULL, CONSOLE },
	{ "log", required_argument, NULL, LOG },
	{ "help", no_argument, NULL, HELP },
	{ 0 },
};

static void option(int c)
{
	switch (c) {
	case PORT:
		o.port = number("port", 0, 65535);
		break;
	case KEEP:
		o.keep = true;
		break;
	case CPUS:
		o.machine.cpus = number("cpus", 1, MAX_CPUS);
		break;
	case MEM:
		o.machine.mem = number("mem", 1, 65536);
		break;
	case MODEL:
		o.machine.model = optarg;
		break;
	case DISK:
		o.machine.disk = optarg;
		break;
	case CONFIG:
		o.machine.config = optarg;
		break;
	case CONSOLE:
		o.console = optarg;
		break;
	case LOG:
		o.log = optarg;
		break;
	case HELP:
		fputs(help, stdout);
		exit(0);
	default:
		die("`bochs-gdb --help' tells the options");
	}
}

static void parse_options(int argc, char **argv)
{
	int c;

	while ((c = getopt_long(argc, argv, "", longs, NULL)) != -1)
		option(c);
	if (optind < argc)
		o.machine.iso = argv[optind++];
	if (optind < argc)
		die("one disc only; `bochs-gdb --help' tells the usage");
	if (!o.machine.iso && !o.machine.disk && !o.machine.config)
		die("no disc given; `bochs-gdb --help' tells the usage");
	if (o.keep && o.port < 0)
		die("--keep needs --port");
}

static int listen_on(int port)
{
	struct sockaddr_in a = { .sin_family = AF_INET };
	socklen_t len = sizeof(a);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), one = 1;

	a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	a.sin_port = htons((uint16_t)port);
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	if (fd < 0 || bind(fd, (struct sockaddr *)&a, len) || listen(fd, 1) ||
	    getsockname(fd, (struct sockaddr *)&a, &len))
		die("127.0.0.1:%d: %s", port, strerror(errno));
	printf("bochs-gdb: waiting for GDB on 127.0.0.1:%d\n",
	       ntohs(a.sin_port));
	fflush(stdout);
	return fd;
}

static void accept_client(int listener)
{
	int fd = -1, one = 1;

	/* io_wait watches the "client" for us: here, the listener. */
	link_open(listener, listener);
	while (fd < 0) {
		io_wait(IO_CLIENT, -1);
		fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
	}
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	link_open(fd, fd);
}

/* With --keep the machine stays as the client left it, for the next one. */
static void serve_port(void)
{
	int listener = listen_on(o.port);
	enum served s;

	do {
		accept_client(listener);
		s = serve();
		link_close();
		points_clear();
	} while (o.keep && (s == SERVED_GONE || s == SERVED_DETACHED) &&
	         bochs_alive());
}

int main(int argc, char **argv)
{
	static struct stop stops[MAX_CPUS];
	int fd;

	/* No file of ours may become a standard stream. */
	while ((fd = open("/dev/null", O_RDWR | O_CLOEXEC)) >= 0 && fd < 3)
		fcntl(fd, F_SETFD, 0);
	close(fd);
	parse_options(argc, argv);
	io_init();
	rundir_create();
	if (o.log)
		bochs_log_to(o.log);
	if (o.console)
		console_log_to(o.console);
	machine_start(&o.machine);
	bochs_set_cpus(stop_parse(bochs_answer(), stops));
	if (o.port >= 0) {
		serve_port();
	} else {
		link_open(0, 1);
		serve();
	}
	return 0;
}
