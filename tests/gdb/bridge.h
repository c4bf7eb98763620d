/*
 * bridge.h - a GDB made of a socket, for the tests of bochs-gdb.
 */
#pragma once

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "tests/boot/boot.h"

#define BRIDGE "build/tools/bochs-gdb"
#define SLOW 60000 /* ms; a busy machine may be very slow */

struct session {
	pid_t bridge, bochs;
	int fd;
};

static struct session *s;
static char reply[300000];

static inline double seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static inline void need_programs(void)
{
	if (system("command -v bochs-bin grub-mkrescue >/dev/null"))
		cr_skip_test("Bochs or GRUB is missing (make setup)");
}

static const char *disc_name = "stage-01.iso";

static inline const char *disc(void)
{
	static char iso[4200], command[9000];

	snprintf(iso, sizeof(iso), "%s/%s", test_dir(), disc_name);
	snprintf(command, sizeof(command),
	         "build/tools/emu --iso '%s' %s 2>/dev/null", iso,
	         boot_image("01"));
	cr_assert_eq(system(command), 0, "no disc: %s", command);
	return iso;
}

/* The bridge's only child. */
static inline pid_t child_of(pid_t parent)
{
	char path[64];
	int child = 0;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/task/%d/children", parent,
	         parent);
	f = fopen(path, "re");
	if (f && fscanf(f, "%d", &child) != 1)
		child = 0;
	if (f)
		fclose(f);
	return child;
}

static inline void connect_to(int port)
{
	struct sockaddr_in a = { .sin_family = AF_INET };
	int one = 1;

	a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	a.sin_port = htons((uint16_t)port);
	s->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	setsockopt(s->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	cr_assert_eq(connect(s->fd, (struct sockaddr *)&a, sizeof(a)), 0);
}

static inline void start(const char *option)
{
	static struct session session;
	const char *iso;
	int out[2], port = 0;
	FILE *f;

	need_programs();
	signal(SIGPIPE, SIG_IGN);
	iso = disc();
	s = &session;
	cr_assert_eq(pipe(out), 0);
	s->bridge = fork();
	if (s->bridge == 0) {
		/* A test that fails takes it along. */
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		dup2(out[1], 1);
		close(out[0]);
		execl(BRIDGE, BRIDGE, "--port", "0", option, iso, NULL);
		_exit(127);
	}
	close(out[1]);
	f = fdopen(out[0], "re");
	cr_assert(f && fscanf(f, "bochs-gdb: waiting for GDB on 127.0.0.1:%d",
	                      &port) == 1,
	          "the bridge did not start");
	connect_to(port);
	s->bochs = child_of(s->bridge);
	cr_assert_gt(s->bochs, 0);
}

static inline int get_byte(int timeout)
{
	struct pollfd p = { .fd = s->fd, .events = POLLIN };
	unsigned char c;

	if (poll(&p, 1, timeout) <= 0 || read(s->fd, &c, 1) != 1)
		return -1;
	return c;
}

static inline void put(const char *data, size_t len)
{
	cr_assert_eq(write(s->fd, data, len), (ssize_t)len);
}

static inline void put_packet(const char *data)
{
	size_t len = strlen(data);
	char *frame = malloc(len + 8);
	unsigned sum = 0;

	for (size_t i = 0; i < len; i++)
		sum += (unsigned char)data[i];
	sprintf(frame, "$%s#%02x", data, sum & 255);
	put(frame, len + 4);
	free(frame);
}

/* The next packet that is no console output, acknowledged. */
static inline const char *get_packet(int timeout)
{
	do {
		size_t n = 0;
		int c;

		do
			c = get_byte(timeout);
		while (c != '$' && c >= 0);
		cr_assert_geq(c, 0, "no reply");
		while ((c = get_byte(timeout)) != '#' && c >= 0)
			reply[n++] = (char)c;
		reply[n] = 0;
		get_byte(timeout);
		get_byte(timeout);
		/* Behind its last word the bridge may be gone already. */
		if (write(s->fd, "+", 1) != 1)
			break;
	} while (reply[0] == 'O' && strcmp(reply, "OK") != 0);
	return reply;
}

static inline const char *ask(const char *packet)
{
	put_packet(packet);
	return get_packet(SLOW);
}

#define EXPECT(packet, answer) cr_assert_str_eq(ask(packet), answer)

/* A stop reply goes on with registers that GDB would ask for next. */
static inline void expect_stop(const char *got, const char *start)
{
	cr_assert_eq(strncmp(got, start, strlen(start)), 0, "%s", got);
}

static inline void expect_end(void)
{
	int status;

	for (int i = 0; i < 200; i++) {
		if (waitpid(s->bridge, &status, WNOHANG) == s->bridge)
			break;
		cr_assert_lt(i, 199, "the bridge does not end");
		usleep(50000);
	}
	cr_assert(process_ends(s->bochs), "a Bochs is left behind");
}

static inline void finish(void)
{
	put_packet("k");
	expect_end();
}

static inline uint64_t symbol(const char *name)
{
	char command[9000];
	unsigned long long addr = 0;
	FILE *f;

	snprintf(command, sizeof(command),
	         "nm %s | awk '$3 == \"%s\" { print $1 }'", boot_image("01"),
	         name);
	f = popen(command, "re");
	cr_assert(f && fscanf(f, "%llx", &addr) == 1, "no symbol %s", name);
	pclose(f);
	return addr;
}

static inline void break_at(char action, uint64_t addr)
{
	char packet[64];

	snprintf(packet, sizeof(packet), "%c0,%llx,1", action,
	         (unsigned long long)addr);
	EXPECT(packet, "OK");
}

static inline void run_to(uint64_t addr)
{
	break_at('Z', addr);
	cr_assert_not_null(strstr(ask("vCont;c"), "swbreak:"), "%s", reply);
	break_at('z', addr);
}
