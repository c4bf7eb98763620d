/*
 * regs.c - a CPU's registers, read from Bochs's answers and written back.
 */
#define _GNU_SOURCE
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bridge.h"

#define EFER_LMA (1 << 10)

#define REG(name, bits, type, feature, from, to) { from, to },
static const struct {
	const char *from, *to;
} access_table[] = {
#include "regs.def"
};
#undef REG

static uint8_t *cache[MAX_CPUS];
static bool valid[MAX_CPUS];

void regs_forget(void)
{
	memset(valid, 0, sizeof(valid));
	memory_forget();
}

static int number_of(const char *name)
{
	for (int i = 0; i < reg_count; i++)
		if (!strcmp(reg_table[i].name, name))
			return i;
	die("regs.def has no %s", name);
}

static void store(uint8_t *bytes, int n, uint64_t value)
{
	size_t size = (size_t)reg_table[n].bits / 8;

	memcpy(bytes + reg_offset(n), &value, size < 8 ? size : 8);
}

static void store_named(uint8_t *bytes, const char *name, uint64_t value)
{
	store(bytes, number_of(name), value);
}

/* "XMM[03]: 00000000_00000000_00000000_00001234", the high word first. */
static void store_xmm(uint8_t *bytes, int n, const char *p)
{
	for (int word = 3; word >= 0; word--) {
		uint32_t v = (uint32_t)strtoul(p, (char **)&p, 16);

		memcpy(bytes + reg_offset(n) + 4 * word, &v, 4);
		p += *p == '_';
	}
}

/* "st0 = {\n exp = 0x3fff\n fraction = 0x8000000000000000\n }" */
static void store_st(uint8_t *bytes, int n, const char *p)
{
	uint64_t exponent = 0, fraction = 0;

	if (text_hex(p, "    exp =", &exponent))
		text_hex(p, "    fraction =", &fraction);
	memcpy(bytes + reg_offset(n), &fraction, 8);
	memcpy(bytes + reg_offset(n) + 8, &exponent, 2);
}

/*
 * What each register is found by, in one answer.  The parameters "base" all
 * look alike, so they are asked for in a fixed order behind all the others.
 */
static const char *const bases[] = { "FS", "GS", "CS", "SS", "TR" };

static void store_bases(uint8_t *bytes, const char *answer)
{
	const char *p = answer;
	char name[16];

	for (size_t i = 0; i < sizeof(bases) / sizeof(bases[0]); i++) {
		uint64_t v = 0;

		p = text_line(p, "base =");
		if (!p)
			return;
		text_number(&p, &v);
		snprintf(name, sizeof(name), "%c%c_base", bases[i][0] | 0x20,
		         bases[i][1] | 0x20);
		store_named(bytes, name, v);
	}
}

/* gdtr:base=0x0000000000153080, limit=0x27 */
static void store_limit(uint8_t *bytes, const char *name, const char *answer)
{
	char key[8];
	const char *p;
	uint64_t v = 0;

	snprintf(key, sizeof(key), "%.4s:", name);
	p = text_line(answer, key);
	p = p ? strstr(p, "limit=") : NULL;
	if (!p)
		return;
	p += strlen("limit=");
	text_number(&p, &v);
	store_named(bytes, name, v);
}

static void parse(uint8_t *bytes, const char *answer)
{
	uint64_t v;

	for (int i = 0; i < reg_count; i++) {
		const char *at = text_line(answer, access_table[i].from);

		if (!at)
			continue;
		if (reg_table[i].bits == 128)
			store_xmm(bytes, i, at);
		else if (reg_table[i].bits == 80)
			store_st(bytes, i, at);
		else if (text_number(&at, &v))
			store(bytes, i, v);
	}
	store_bases(bytes, answer);
	store_limit(bytes, "gdtr_limit", answer);
	store_limit(bytes, "idtr_limit", answer);
	v = !!text_line(answer, "in_vmx = true");
	v |= text_line(answer, "in_vmx_guest = true") ? 2 : 0;
	store_named(bytes, "vmx", v);
	/* GDB knows flat addresses only: pc is CS.base + RIP. */
	memcpy(&v, bytes + reg_offset(number_of("cs_base")), 8);
	if (v) {
		uint64_t ip;

		memcpy(&ip, bytes + reg_offset(number_of("rip")), 8);
		store_named(bytes, "rip", v + ip);
	}
}

const uint8_t *regs_get(int cpu)
{
	static char question[1024];
	const char *answer;
	int n = 0;

	if (valid[cpu])
		return cache[cpu];
	bochs_select(cpu);
	n = snprintf(question, sizeof(question),
	             "r;sreg;creg;dreg;sse;show \"cpu%d.FPU\";"
	             "show \"cpu%d.MSR\";show \"cpu%d.VMX.in_vmx\";"
	             "show \"cpu%d.VMX.in_vmx_guest\";"
	             "show \"cpu%d.VMX.vmcsptr\"",
	             cpu, cpu, cpu, cpu, cpu);
	for (size_t i = 0; i < sizeof(bases) / sizeof(bases[0]); i++)
		n += snprintf(question + n, sizeof(question) - (size_t)n,
		              ";show \"cpu%d.%s.base\"", cpu, bases[i]);
	answer = bochs_ask("%s", question);
	if (!answer)
		return NULL;
	if (!cache[cpu])
		cache[cpu] = calloc(1, regs_size());
	if (!cache[cpu])
		die("out of memory");
	parse(cache[cpu], answer);
	valid[cpu] = true;
	return cache[cpu];
}

/*
 * What GDB needs at each of many steps, so that it need not ask for all
 * registers: "06:BYTES;07:BYTES;10:BYTES;" are rbp, rsp and rip.
 */
void regs_expedite(int cpu, char *text, size_t size)
{
	static const char *const names[] = { "rbp", "rsp", "rip" };
	const char *answer;
	uint64_t base = 0, v;
	size_t used = 0;

	text[0] = 0;
	bochs_select(cpu);
	answer = bochs_ask("r;show \"cpu%d.CS.base\"", cpu);
	if (!answer || !text_hex(answer, "base =", &base))
		return;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		int n = number_of(names[i]);
		const char *at = text_line(answer, access_table[n].from);
		char hex[17];

		if (!at || !text_number(&at, &v))
			continue;
		if (!strcmp(names[i], "rip"))
			v += base;
		hex_encode(hex, &v, sizeof(v));
		used += (size_t)snprintf(text + used, size - used, "%02x:%s;",
		                         n, hex);
	}
}

uint64_t regs_value(int cpu, const char *name)
{
	const uint8_t *bytes = regs_get(cpu);
	int n = number_of(name);
	uint64_t v = 0;

	if (bytes)
		memcpy(&v, bytes + reg_offset(n),
		       (size_t)(reg_table[n].bits < 64 ? reg_table[n].bits :
		                                         64) /
		               8);
	return v;
}

/* --- writing ----------------------------------------------------------- */

/*
 * Bochs's `set' knows the general registers only.  `restore' reads a saved
 * state, which may hold just the parameters that we want to change:
 *     cpu0 = { SSE = { xmm03_0 = 0x1234 } }
 */
static bool restore(int cpu, const char *group, const char *assignments)
{
	char name[16];

	snprintf(name, sizeof(name), "cpu%d", cpu);
	if (group[0])
		rundir_write(name, "cpu%d = {\n %s = {\n%s }\n}\n", cpu, group,
		             assignments);
	else
		rundir_write(name, "cpu%d = {\n%s}\n", cpu, assignments);
	return bochs_ask("restore \"%s\" \"%s\"", name, rundir_file(".")) !=
	       NULL;
}

static bool real_mode(int cpu)
{
	return !(regs_value(cpu, "cr0") & 1);
}

static bool write_restored(int cpu, const char *to, const uint8_t *bytes,
                           uint64_t value)
{
	char group[16] = "", text[256];
	const char *dot = strchr(to, '.');

	if (dot)
		snprintf(group, sizeof(group), "%.*s", (int)(dot - to), to);
	to = dot ? dot + 1 : to;
	if (!strncmp(to, "xmm", 3)) {
		uint64_t high;

		memcpy(&high, bytes + 8, 8);
		snprintf(text, sizeof(text),
		         "  %s0 = 0x%llx\n  %s1 = 0x%llx\n", to,
		         (unsigned long long)value, to,
		         (unsigned long long)high);
	} else if (!strcmp(to, "selector")) {
		/* Elsewhere a selector means loading a descriptor. */
		if (!real_mode(cpu) || value > 0xffff)
			return false;
		snprintf(text, sizeof(text),
		         "  selector = 0x%llx\n  base = 0x%llx\n",
		         (unsigned long long)value,
		         (unsigned long long)value << 4);
	} else {
		snprintf(text, sizeof(text), "  %s = 0x%llx\n", to,
		         (unsigned long long)value);
	}
	return restore(cpu, group, text);
}

/* Outside of long mode Bochs's `set' refuses all of these but rip. */
static bool write_general(int cpu, const char *name, uint64_t value)
{
	bool pc = !strcmp(name, "rip");
	char upper[8];
	size_t i;

	if (pc)
		value -= regs_value(cpu, "cs_base");
	if (pc || (regs_value(cpu, "efer") & EFER_LMA)) {
		bochs_select(cpu);
		return bochs_ask("set %s=0x%llx", name,
		                 (unsigned long long)value) != NULL;
	}
	for (i = 0; name[i]; i++)
		upper[i] = (char)toupper((unsigned char)name[i]);
	upper[i] = 0;
	return write_restored(cpu, upper, (uint8_t *)&value, value);
}

bool regs_set(int cpu, int n, const uint8_t *bytes)
{
	const char *to = access_table[n].to;
	size_t size = (size_t)reg_table[n].bits / 8;
	const uint8_t *now = regs_get(cpu);
	uint64_t value = 0;

	if (!now)
		return false;
	/* After a call, GDB writes back every register it saved. */
	if (!memcmp(now + reg_offset(n), bytes, size))
		return true;
	if (!to)
		return false;
	memcpy(&value, bytes, size < 8 ? size : 8);
	if (!strcmp(to, "set")) {
		if (!write_general(cpu, reg_table[n].name, value))
			return false;
	} else if (!write_restored(cpu, to, bytes, value)) {
		return false;
	}
	regs_forget();
	now = regs_get(cpu);
	return now && !memcmp(now + reg_offset(n), bytes, size);
}
