/*
 * where.c - where a machine is that does not end.
 *
 * Bochs: a SIGINT brings its debugger, which shows each CPU's next instruction
 * and ends, because its standard input is empty.  QEMU: its monitor knows.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "emu.h"

#define MAX_CPUS_SHOWN 8

static void tell(const struct run *r, int cpu, const char *address)
{
	char place[1024];

	symbols_lookup(&r->image, address, place, sizeof(place));
	if (place[0])
		say("  CPU %d was at %s  <- %s", cpu, address, place);
	else
		say("  CPU %d was at %s, which is not the stage's own code",
		    cpu, address);
}

/* "(0) [0x0000001021d4] 0008:00000000001021d4 (unk. ctxt): shl rdx, 0x20" */
static void bochs_where(struct run *r)
{
	double deadline = now() + 3;
	unsigned long shown = 0; /* the CPUs, by bits; each comes twice */
	char *line, *save;

	r->said_len = 0;
	r->said[0] = 0;
	kill(r->child, SIGINT);
	while (r->chatter >= 0 && now() < deadline && !signalled()) {
		struct pollfd p = { .fd = r->chatter, .events = POLLIN };

		if (poll_open(&p, 1, deadline) > 0)
			run_chatter(r);
	}
	for (line = strtok_r(r->said, "\r\n", &save); line;
	     line = strtok_r(NULL, "\r\n", &save)) {
		unsigned long long rip;
		char address[32], *colon;
		int cpu;

		if (sscanf(line, "(%d) [", &cpu) != 1 &&
		    sscanf(line, "(%d).[", &cpu) != 1)
			continue;
		colon = strstr(line, "] ");
		colon = colon ? strchr(colon, ':') : NULL;
		if (!colon || sscanf(colon + 1, "%llx", &rip) != 1)
			continue;
		snprintf(address, sizeof(address), "0x%llx", rip);
		if (cpu < MAX_CPUS_SHOWN && !(shown & 1ul << cpu))
			tell(r, cpu, address);
		shown |= 1ul << (cpu & 63);
	}
}

static int monitor_connect(void)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX };
	char dir[4096];
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0), dirfd;

	/* A socket's path may have 107 characters; this way it is short. */
	rundir_path(dir, sizeof(dir), ".");
	dirfd = open(dir, O_PATH | O_CLOEXEC);
	snprintf(a.sun_path, sizeof(a.sun_path), "/proc/self/fd/%d/monitor",
	         dirfd);
	if (connect(fd, (struct sockaddr *)&a, sizeof(a))) {
		close(fd);
		fd = -1;
	}
	close(dirfd);
	return fd;
}

/* Asks QEMU's monitor for all registers; the answer ends when it is quiet. */
static void ask_monitor(char *text, size_t size)
{
	static const char ask[] = "info registers -a\n";
	int fd = monitor_connect();
	size_t len = 0;
	ssize_t n = 1;

	if (fd >= 0 && write(fd, ask, sizeof(ask) - 1) < 0)
		n = 0;
	while (fd >= 0 && n > 0 && len + 1 < size && !signalled()) {
		struct pollfd p = { .fd = fd, .events = POLLIN };

		if (poll_open(&p, 1, now() + 1) <= 0)
			break;
		n = read(fd, text + len, size - 1 - len);
		if (n > 0)
			len += (size_t)n;
	}
	text[len] = 0;
	if (fd >= 0)
		close(fd);
}

static void qemu_where(struct run *r)
{
	static char text[65536];
	const char *key = r->image.machine == ARM64 ? " PC=" : "RIP=";
	int cpu = 0;

	ask_monitor(text, sizeof(text));
	for (char *p = text; (p = strstr(p, key)) && cpu < MAX_CPUS_SHOWN;
	     cpu++) {
		char address[32];

		p += 4;
		snprintf(address, sizeof(address), "0x%llx",
		         strtoull(p, NULL, 16));
		tell(r, cpu, address);
	}
}

void where_is_it(struct run *r)
{
	if (r->child <= 0)
		return;
	if (r->backend == BOCHS)
		bochs_where(r);
	else
		qemu_where(r);
}
