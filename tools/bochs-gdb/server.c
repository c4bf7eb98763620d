/*
 * server.c - what GDB may ask for.
 *
 * An unknown packet gets an empty reply, which means "not supported".
 */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bridge.h"

static char packet[MAX_PACKET + 1];
static char reply[2 * MAX_PACKET + 1];
static uint8_t data[MAX_PACKET];
static int cpu; /* the thread that g, m and so on are about (Hg) */

static void ok(void)
{
	strcpy(reply, "OK");
}

static void error(int number)
{
	snprintf(reply, sizeof(reply), "E%02x", number);
}

/* A thread id is a CPU's number plus one: 0 and -1 mean "any" and "all". */
static bool thread(const char **p, int *number)
{
	uint64_t id;

	if (!strncmp(*p, "-1", 2)) {
		*p += 2;
		*number = -1;
		return true;
	}
	if (!text_number(p, &id) || id > (uint64_t)bochs_cpus())
		return false;
	*number = (int)id - 1;
	return true;
}

/* --- registers and memory -------------------------------------------------- */

static void get_registers(void)
{
	const uint8_t *bytes = regs_get(cpu);

	if (bytes)
		hex_encode(reply, bytes, regs_size());
	else
		error(1);
}

static void set_registers(const char *hex)
{
	if (hex_decode(data, sizeof(data), hex) != (int)regs_size()) {
		error(1);
		return;
	}
	for (int i = 0; i < reg_count; i++)
		if (!regs_set(cpu, i, data + reg_offset(i))) {
			error(1);
			return;
		}
	ok();
}

static void get_register(const char *p)
{
	const uint8_t *bytes = regs_get(cpu);
	uint64_t n;

	if (!bytes || !text_number(&p, &n) || n >= (uint64_t)reg_count)
		error(1);
	else
		hex_encode(reply, bytes + reg_offset((int)n),
		           (size_t)reg_table[n].bits / 8);
}

static void set_register(const char *p)
{
	uint64_t n;

	if (text_number(&p, &n) && *p == '=' && n < (uint64_t)reg_count &&
	    hex_decode(data, sizeof(data), p + 1) == reg_table[n].bits / 8 &&
	    regs_set(cpu, (int)n, data))
		ok();
	else
		error(1);
}

/* "addr,len" and what follows */
static bool range(const char **p, uint64_t *addr, uint64_t *len)
{
	if (!text_number(p, addr) || *(*p)++ != ',')
		return false;
	return text_number(p, len);
}

static void get_memory(const char *p)
{
	uint64_t addr, len;
	size_t n;

	if (!range(&p, &addr, &len)) {
		error(1);
		return;
	}
	if (len > MAX_PACKET / 2 - 64)
		len = MAX_PACKET / 2 - 64;
	n = memory_read(cpu, addr, data, (size_t)len);
	if (n || !len)
		hex_encode(reply, data, n);
	else
		error(14);
}

static void set_memory(const char *p, bool binary, int left)
{
	const char *start = p;
	uint64_t addr, len;
	int got;

	if (!range(&p, &addr, &len) || *p++ != ':' || len > sizeof(data)) {
		error(1);
		return;
	}
	left -= (int)(p - start);
	if (binary) {
		got = left;
		memcpy(data, p, (size_t)(left > 0 ? left : 0));
	} else {
		got = hex_decode(data, sizeof(data), p);
	}
	if (got < 0 || (uint64_t)got != len)
		error(1);
	else if (memory_write(cpu, addr, data, (size_t)len))
		ok();
	else
		error(14);
}

/* "type,addr,kind" */
static void point(const char *p, bool insert)
{
	char type = *p++;
	uint64_t addr, kind;

	if (type < '0' || type > '4')
		return; /* not supported */
	if (*p++ != ',' || !range(&p, &addr, &kind)) {
		error(1);
		return;
	}
	ok();
	if (type <= '1' && !insert)
		break_remove(addr, type);
	else if (type <= '1' && !break_add(addr, type))
		error(28);
	else if (type > '1' && !insert)
		watch_remove(addr, kind, type);
	else if (type > '1' && !watch_add(cpu, addr, kind, type))
		error(28);
}

/* --- going on -------------------------------------------------------------- */

static enum run_end resume(const struct resume *r)
{
	enum run_end end = run(r);

	run_reply(reply, sizeof(reply));
	cpu = run_cpu();
	return end;
}

/*
 * vCont;s:1;c: thread 1 steps, the others run.  A CPU that runs beside one
 * that steps executes one instruction, too: that is what Bochs can do.
 */
static bool vcont(const char *p, struct resume *r)
{
	*r = (struct resume){ .cpu = cpu };
	if (*p != ';')
		return false;
	while (*p == ';') {
		char action = *++p;
		int who = -1;

		if (!action || !strchr("cCsS", action))
			return false;
		p++;
		if (strchr("CS", action)) /* a signal means nothing */
			p += strcspn(p, ":;");
		if (*p == ':') {
			p++;
			if (!thread(&p, &who))
				return false;
		}
		if ((action | 0x20) == 's' && !r->step) {
			r->step = true;
			r->cpu = who >= 0 ? who : cpu;
		} else if ((action | 0x20) == 'c') {
			r->others = true;
		}
	}
	return *p == 0;
}

/* --- queries --------------------------------------------------------------- */

static void features(const char *p)
{
	const char *xml = target_xml();
	size_t size = strlen(xml);
	uint64_t at, len;

	if (!range(&p, &at, &len)) {
		error(0);
		return;
	}
	if (at > size)
		at = size;
	if (len > MAX_PACKET / 2)
		len = MAX_PACKET / 2;
	snprintf(reply, sizeof(reply), "%c%.*s", at + len < size ? 'm' : 'l',
	         (int)len, xml + at);
}

static void threads(void)
{
	int n = snprintf(reply, sizeof(reply), "m1");

	for (int i = 1; i < bochs_cpus(); i++)
		n += snprintf(reply + n, 8, ",%x", i + 1);
}

static void thread_info(const char *p)
{
	char text[80];
	int who;

	if (!thread(&p, &who) || who < 0) {
		error(1);
		return;
	}
	snprintf(text, sizeof(text), "CPU %d, %s, %s", who,
	         run_world(who) == WORLD_GUEST ? "guest" :
	         regs_value(who, "vmx")        ? "host (VMX root)" :
	                                         "host",
	         regs_value(who, "efer") & 1 << 10 ? "long mode" :
	         regs_value(who, "cr0") & 1        ? "protected mode" :
	                                             "real mode");
	hex_encode(reply, text, strlen(text));
}

static void command(const char *hex)
{
	static char text[MAX_PACKET];
	int n = hex_decode(text, sizeof(text) - 1, hex);

	if (n < 0) {
		error(1);
		return;
	}
	text[n] = 0;
	monitor(cpu, text);
	ok();
}

static bool starts(const char *prefix)
{
	return !strncmp(packet, prefix, strlen(prefix));
}

static void query(void)
{
	static const char xfer[] = "qXfer:features:read:target.xml:";

	if (starts("qSupported"))
		snprintf(reply, sizeof(reply),
		         "PacketSize=%x;qXfer:features:read+;QStartNoAckMode+;"
		         "swbreak+;hwbreak+;vContSupported+",
		         MAX_PACKET);
	else if (starts(xfer))
		features(packet + sizeof(xfer) - 1);
	else if (starts("qfThreadInfo"))
		threads();
	else if (starts("qsThreadInfo"))
		strcpy(reply, "l");
	else if (starts("qThreadExtraInfo,"))
		thread_info(packet + 17);
	else if (starts("qAttached"))
		strcpy(reply, "0"); /* we started it: `quit' ends it */
	else if (packet[0] == 'q' && packet[1] == 'C' && !packet[2])
		snprintf(reply, sizeof(reply), "QC%x", cpu + 1);
	else if (starts("qRcmd,"))
		command(packet + 6);
	else if (starts("qSymbol:"))
		ok();
	else if (starts("QStartNoAckMode"))
		ok();
}

/* --- the loop ---------------------------------------------------------- */

static void select_thread(void)
{
	const char *p = packet + 2;
	int who;

	if (!thread(&p, &who)) {
		error(1);
		return;
	}
	if (packet[1] == 'g' && who >= 0)
		cpu = who;
	ok();
}

/* The packets that let the machine run; false if this is none of them. */
static bool going(enum run_end *end)
{
	struct resume r = { .cpu = cpu };

	if (starts("vCont?")) {
		strcpy(reply, "vCont;c;C;s;S");
		return true;
	}
	if (starts("vCont")) {
		if (!vcont(packet + 5, &r)) {
			error(1);
			return true;
		}
	} else if (packet[0] == 's' || packet[0] == 'S') {
		r.step = true;
	} else if (packet[0] != 'c' && packet[0] != 'C') {
		return false;
	}
	*end = resume(&r);
	return true;
}

static void simple(int len)
{
	const char *p = packet + 1;
	int who;

	switch (packet[0]) {
	case '?':
		run_reply(reply, sizeof(reply));
		break;
	case 'g':
		get_registers();
		break;
	case 'G':
		set_registers(p);
		break;
	case 'p':
		get_register(p);
		break;
	case 'P':
		set_register(p);
		break;
	case 'm':
		get_memory(p);
		break;
	case 'M':
		set_memory(p, false, len - 1);
		break;
	case 'X':
		set_memory(p, true, len - 1);
		break;
	case 'Z':
		point(p, true);
		break;
	case 'z':
		point(p, false);
		break;
	case 'H':
		select_thread();
		break;
	case 'T':
		if (thread(&p, &who) && who >= 0)
			ok();
		else
			error(1);
		break;
	case 'q':
	case 'Q':
		query();
		break;
	default:
		break;
	}
}

enum served serve(void)
{
	enum run_end end = RUN_STOPPED;
	int len;

	while ((len = link_receive(packet, sizeof(packet))) >= 0) {
		reply[0] = 0;
		if (packet[0] == 'k' || starts("vKill")) {
			if (packet[0] == 'v')
				link_send_text("OK");
			return SERVED_KILLED;
		}
		if (packet[0] == 'D') {
			link_send_text("OK");
			return SERVED_DETACHED;
		}
		if (!going(&end))
			simple(len);
		if (end == RUN_CLIENT_GONE)
			return SERVED_GONE;
		link_send_text(reply);
		if (starts("QStartNoAckMode"))
			link_no_ack();
		if (end == RUN_ENDED)
			return SERVED_ENDED;
	}
	return SERVED_GONE;
}
