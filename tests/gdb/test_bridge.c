/*
 * test_bridge.c - bochs-gdb by the packet: what it answers, what it survives,
 * and that it never leaves a Bochs behind.
 */
#define _GNU_SOURCE
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

static double seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static void need_programs(void)
{
	if (system("command -v bochs-bin grub-mkrescue >/dev/null"))
		cr_skip_test("Bochs or GRUB is missing (make setup)");
}

static const char *disc(void)
{
	static char iso[4200], command[9000];

	snprintf(iso, sizeof(iso), "%s/stage-01.iso", test_dir());
	snprintf(command, sizeof(command),
	         "build/tools/emu --iso %s %s 2>/dev/null", iso,
	         boot_image("01"));
	cr_assert_eq(system(command), 0, "no disc: %s", command);
	return iso;
}

/* The bridge's only child. */
static pid_t child_of(pid_t parent)
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

static void connect_to(int port)
{
	struct sockaddr_in a = { .sin_family = AF_INET };
	int one = 1;

	a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	a.sin_port = htons((uint16_t)port);
	s->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	setsockopt(s->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	cr_assert_eq(connect(s->fd, (struct sockaddr *)&a, sizeof(a)), 0);
}

static void start(const char *option)
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

static int get_byte(int timeout)
{
	struct pollfd p = { .fd = s->fd, .events = POLLIN };
	unsigned char c;

	if (poll(&p, 1, timeout) <= 0 || read(s->fd, &c, 1) != 1)
		return -1;
	return c;
}

static void put(const char *data, size_t len)
{
	cr_assert_eq(write(s->fd, data, len), (ssize_t)len);
}

static void put_packet(const char *data)
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
static const char *get_packet(int timeout)
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

static const char *ask(const char *packet)
{
	put_packet(packet);
	return get_packet(SLOW);
}

#define EXPECT(packet, answer) cr_assert_str_eq(ask(packet), answer)

static bool gone(pid_t pid)
{
	for (int i = 0; i < 100; i++) {
		if (kill(pid, 0) && errno == ESRCH)
			return true;
		usleep(50000);
	}
	return false;
}

static void expect_end(void)
{
	int status;

	for (int i = 0; i < 200; i++) {
		if (waitpid(s->bridge, &status, WNOHANG) == s->bridge)
			break;
		cr_assert_lt(i, 199, "the bridge does not end");
		usleep(50000);
	}
	cr_assert(gone(s->bochs), "a Bochs is left behind");
}

static void finish(void)
{
	put_packet("k");
	expect_end();
}

static uint64_t symbol(const char *name)
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

static void break_at(char action, uint64_t addr)
{
	char packet[64];

	snprintf(packet, sizeof(packet), "%c0,%llx,1", action,
	         (unsigned long long)addr);
	EXPECT(packet, "OK");
}

static void run_to(uint64_t addr)
{
	break_at('Z', addr);
	cr_assert_not_null(strstr(ask("vCont;c"), "swbreak:"), "%s", reply);
	break_at('z', addr);
}

/* --- tests ------------------------------------------------------------------- */

Test(bridge, wrong_use_is_told)
{
	static const char *const uses[][2] = {
		{ "", "no disc given" },
		{ "--cpus 99 x.iso", "a number from 1 to 16 is wanted" },
		{ "--keep x.iso", "--keep needs --port" },
		{ "/no/such.iso", "No such file or directory" },
		{ "a.iso b.iso", "one disc only" },
	};

	need_programs();
	for (size_t i = 0; i < sizeof(uses) / sizeof(uses[0]); i++) {
		char command[256];

		snprintf(command, sizeof(command),
		         BRIDGE " %s 2>&1 </dev/null | grep -q -e '%s'",
		         uses[i][0], uses[i][1]);
		cr_expect_eq(system(command), 0, "%s", command);
	}
}

Test(bridge, a_wrong_checksum_is_asked_for_again)
{
	start("--cpus=1");
	put("$?#00", 5);
	cr_assert_eq(get_byte(SLOW), '-');
	put("$?#3f", 5);
	cr_assert_eq(get_byte(SLOW), '+');
	cr_assert_str_eq(get_packet(SLOW), "T05thread:1;");
	finish();
}

Test(bridge, malformed_packets_do_no_harm)
{
	static const char *const packets[] = {
		"m",          "mzz",
		"m0",         "m0,",
		"m0,zz",      "M0,4:00",
		"M0,1:zz",    "M0:00",
		"X0,5:ab",    "Z0",
		"Z0,",        "Z0,zz,1",
		"Z9,0,1",     "Z2,0,0",
		"Z2,ffe,8",   "z0",
		"Hgzz",       "Hg99",
		"H",          "T99",
		"T",          "vCont;s:99",
		"vCont;s:zz", "vCont;;",
		"p",          "pzz",
		"p999",       "P",
		"P999=00",    "P0",
		"P0=zz",      "P0=00",
		"G",          "G00",
		"qXfer:",     "qRcmd,zz",
		"qRcmd,0",    "qThreadExtraInfo,99",
		"vNoSuch",    "!",
		"\x7f\x01",   "",
		"Q",          "qXfer:features:read:target.xml:zz,zz",
		"bs",
	};

	start("--cpus=1");
	for (size_t i = 0; i < sizeof(packets) / sizeof(packets[0]); i++) {
		ask(packets[i]);
		cr_expect(!reply[0] || reply[0] == 'E' || !strcmp(reply, "OK"),
		          "%s -> %s", packets[i], reply);
	}
	put("noise that is no packet", 23);
	put("+++---", 6);
	put("\x03\x03", 2); /* a Ctrl-C while the machine stands still */
	EXPECT("?", "T05thread:1;");
	finish();
}

Test(bridge, a_packet_that_is_too_long_is_refused)
{
	char *big = malloc(200001);

	start("--cpus=1");
	memset(big, '0', 200000);
	big[200000] = 0;
	put_packet(big);
	cr_assert_eq(get_byte(SLOW), '-');
	EXPECT("?", "T05thread:1;");
	free(big);
	finish();
}

/* A packet cut off in the middle: the next one counts. */
Test(bridge, half_a_packet_is_given_up)
{
	start("--cpus=1");
	put("$m0,1", 5);
	put("$?#3f", 5);
	cr_assert_eq(get_byte(SLOW), '+');
	cr_assert_str_eq(get_packet(SLOW), "T05thread:1;");
	finish();
}

Test(bridge, registers_have_one_length_in_every_mode)
{
	size_t real, described = 0;

	start("--cpus=1");
	real = strlen(ask("g"));
	ask("qXfer:features:read:target.xml:0,ffff");
	cr_assert_eq(reply[0], 'l');
	for (char *p = reply; (p = strstr(p, "bitsize=\"")); p++)
		described += (size_t)atoi(p + 9) / 4;
	cr_assert_eq(real, described);
	run_to(symbol("stage_main"));
	cr_assert_eq(strlen(ask("g")), real);
	finish();
}

Test(bridge, registers_can_be_written)
{
	static const char *const writes[] = {
		"P0=1122334455667788",                  /* rax */
		"P7=00f0000000000000",                  /* rsp */
		"P11=93080000",                         /* eflags */
		"P2b=00112233445566778899aabbccddeeff", /* xmm3 */
		"P39=0070070000000000",                 /* fs_base */
		"P14=34120000",                         /* ds, in real mode */
	};

	start("--cpus=1");
	for (size_t i = 0; i < sizeof(writes) / sizeof(writes[0]); i++) {
		char question[16];
		const char *value = strchr(writes[i], '=') + 1;

		cr_assert_str_eq(ask(writes[i]), "OK", "%s -> %s", writes[i],
		                 reply);
		snprintf(question, sizeof(question), "p%.*s",
		         (int)strcspn(writes[i] + 1, "="), writes[i] + 1);
		EXPECT(question, value);
	}
	/* pc is flat: CS.base + IP.  f000:fff0 lies at fffffff0 here. */
	EXPECT("p10", "f0ffffff00000000");
	EXPECT("P10=00f0ffff00000000", "OK");
	EXPECT("p10", "00f0ffff00000000");
	finish();
}

Test(bridge, memory_can_be_read_and_written)
{
	start("--cpus=1");
	EXPECT("M5ff,7:01020304050607", "OK");
	EXPECT("m5ff,7", "01020304050607");
	EXPECT("X600,5:ab", "E01");
	EXPECT("X600,2:}\x03z", "OK"); /* "}" escapes: 23 7a */
	EXPECT("m600,2", "237a");
	cr_assert_eq(strlen(ask("m1000,8000")), 0x10000);
	cr_assert_eq(ask("Mfffffff0,1:00")[0], 'E'); /* the BIOS's ROM */
	run_to(symbol("stage_main"));
	cr_assert_eq(ask("m7fffffff0000,8")[0], 'E');
	finish();
}

Test(bridge, ten_thousand_steps_lose_no_reply, .timeout = 600)
{
	double t;

	start("--cpus=1");
	run_to(symbol("stage_main"));
	EXPECT("QStartNoAckMode", "OK");
	t = seconds();
	for (int i = 0; i < 10000; i++)
		cr_assert_eq(strncmp(ask("vCont;s:1"), "T05", 3), 0, "%d: %s",
		             i, reply);
	cr_log_info("10,000 steps: %.1f s", seconds() - t);
	finish();
}

Test(bridge, a_thousand_breakpoint_hits, .timeout = 600)
{
	uint64_t putc_at;
	char pc[32];
	double t;

	start("--cpus=1");
	run_to(symbol("stage_main"));
	putc_at = symbol("console_putc");
	snprintf(pc, sizeof(pc), "%02x%02x%02x%02x00000000",
	         (unsigned)putc_at & 255, (unsigned)(putc_at >> 8) & 255,
	         (unsigned)(putc_at >> 16) & 255, (unsigned)(putc_at >> 24));
	t = seconds();
	for (int i = 0; i < 1000; i++) {
		break_at('Z', putc_at);
		ask("vCont;c");
		cr_assert_not_null(strstr(reply, "swbreak:"), "%d: %s", i,
		                   reply);
		break_at('z', putc_at);
		EXPECT("p10", pc);
	}
	cr_log_info("1,000 hits: %.1f s", seconds() - t);
	finish();
}

Test(bridge, more_breakpoints_than_bochs_holds)
{
	start("--cpus=1");
	for (uint64_t i = 0; i < 40; i++)
		break_at('Z', 0x900000 + i);
	break_at('Z', 0xfe05b); /* where the first jump goes */
	cr_assert_not_null(strstr(ask("vCont;c"), "swbreak:"), "%s", reply);
	EXPECT("p10", "5be00f0000000000");
	finish();
}

Test(bridge, a_watchpoint_stops_behind_the_write)
{
	start("--cpus=1");
	EXPECT("Z2,46c,4", "OK"); /* the BIOS's count of timer ticks */
	cr_assert_not_null(strstr(ask("vCont;c"), "watch:46c;"), "%s", reply);
	EXPECT("z2,46c,4", "OK");
	finish();
}

Test(bridge, ctrl_c_stops_a_busy_machine_within_a_second)
{
	double t;

	start("--cpus=1");
	put_packet("vCont;c");
	usleep(300000);
	t = seconds();
	put("\x03", 1);
	cr_assert_eq(strncmp(get_packet(SLOW), "T02", 3), 0, "%s", reply);
	t = seconds() - t;
	cr_log_info("Ctrl-C: %.3f s", t);
	cr_assert_lt(t, getenv("WS_TIMEOUT_SCALE") ? 10 : 1);
	finish();
}

Test(bridge, every_cpu_is_a_thread)
{
	start("--cpus=2");
	EXPECT("qfThreadInfo", "m1,2");
	EXPECT("T2", "OK");
	cr_assert_eq(ask("T3")[0], 'E');
	EXPECT("Hg2", "OK");
	EXPECT("QStartNoAckMode", "OK");
	cr_assert_eq(strncmp(ask("vCont;s:2;c"), "T05thread:2", 11), 0, "%s",
	             reply);
	finish();
}

/* --- ends ---------------------------------------------------------------------- */

Test(bridge, a_client_that_vanishes_ends_all)
{
	start("--cpus=1");
	close(s->fd);
	expect_end();
}

Test(bridge, a_client_that_vanishes_while_it_runs_ends_all)
{
	start("--cpus=1");
	put_packet("vCont;c");
	usleep(200000);
	close(s->fd);
	expect_end();
}

Test(bridge, with_keep_another_client_may_come)
{
	struct sockaddr_in a;
	socklen_t len = sizeof(a);

	start("--keep");
	getpeername(s->fd, (struct sockaddr *)&a, &len);
	EXPECT("P0=1122334455667788", "OK");
	close(s->fd);
	connect_to(ntohs(a.sin_port));
	EXPECT("p0", "1122334455667788");
	finish();
}

Test(bridge, detach_ends_all)
{
	start("--cpus=1");
	EXPECT("D", "OK");
	expect_end();
}

Test(bridge, a_signal_ends_all)
{
	start("--cpus=1");
	put_packet("vCont;c");
	kill(s->bridge, SIGTERM);
	expect_end();
}

/* Then it cannot end Bochs itself; the kernel does it. */
Test(bridge, a_killed_bridge_leaves_no_bochs)
{
	start("--cpus=1");
	kill(s->bridge, SIGKILL);
	expect_end();
}

Test(bridge, the_machine_that_powers_off_is_an_exit)
{
	start("--cpus=1");
	EXPECT("QStartNoAckMode", "OK");
	cr_assert_str_eq(ask("vCont;c"), "W00");
	expect_end();
}

Test(bridge, bochs_that_dies_is_told)
{
	start("--cpus=1");
	put_packet("vCont;c");
	usleep(200000);
	kill(s->bochs, SIGKILL);
	cr_assert_str_eq(get_packet(SLOW), "X09");
	expect_end();
}
