/*
 * monitor.c - GDB's "monitor COMMAND": ours first, the rest goes to Bochs.
 */
#define _GNU_SOURCE
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bridge.h"

static bool vmexit_stops, mode_stops;

static void out(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
static void out(const char *fmt, ...)
{
	char *text;
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vasprintf(&text, fmt, ap);
	va_end(ap);
	if (n < 0)
		return;
	link_output(text, (size_t)n);
	free(text);
}

static void help(int cpu, const char *args)
{
	(void)cpu, (void)args;
	out("monitor vmexit on|off        stop after every VM exit\n"
	    "monitor mode on|off          stop when the CPU changes its mode\n"
	    "monitor only guest|host|any ADDR\n"
	    "                             a breakpoint at ADDR counts only there\n"
	    "monitor phys ADDR LEN        physical memory (host-physical)\n"
	    "monitor translate ADDR       ADDR in the current world to physical\n"
	    "monitor vmcs ENCODING...     fields of the current VMCS, in hex\n"
	    "monitor insn [COUNT]         disassemble in the CPU's present mode\n"
	    "monitor type TEXT            type on the serial console\n"
	    "monitor forget               forget where watchpoints were mapped\n"
	    "monitor anything else        to Bochs's own debugger, for example\n"
	    "                             page ADDR, info idt, show \"cpu0.VMX\",\n"
	    "                             ptime, trace-mem on, help\n");
}

/* vmexitbp and modebp are toggles; "enabled" or "disabled" says which. */
static void toggle(const char *args, const char *command, bool *state)
{
	bool on = !strcmp(args, "on");

	if (!on && strcmp(args, "off")) {
		out("on or off? (now %s)\n", *state ? "on" : "off");
		return;
	}
	if (on != *state) {
		const char *a = bochs_ask("%s", command);

		*state = a && strstr(a, "enabled");
	}
}

static void vmexit(int cpu, const char *args)
{
	(void)cpu;
	toggle(args, "vmexitbp", &vmexit_stops);
}

static void mode(int cpu, const char *args)
{
	(void)cpu;
	toggle(args, "modebp", &mode_stops);
}

static void only(int cpu, const char *args)
{
	static const char *const names[] = { "any ", "host ", "guest " };
	uint64_t addr;

	(void)cpu;
	for (int i = 0; i < 3; i++) {
		const char *p = args + strlen(names[i]);

		if (strncmp(args, names[i], strlen(names[i])))
			continue;
		if (!text_number(&p, &addr))
			break;
		break_only(addr, (enum world)i);
		return;
	}
	out("monitor only guest|host|any ADDR (in hex)\n");
}

static void phys(int cpu, const char *args)
{
	static uint8_t data[65536];
	char hex[2 * 16 + 1];
	char *end;
	uint64_t addr = strtoull(args, &end, 0);
	size_t len = strtoul(end, NULL, 0), n;

	(void)cpu;
	if (end == args || !len || len > sizeof(data)) {
		out("monitor phys ADDR LEN (LEN from 1 to %zu)\n",
		    sizeof(data));
		return;
	}
	n = memory_read_physical(addr, data, len);
	for (size_t i = 0; i < n; i += 16) {
		hex_encode(hex, data + i, n - i < 16 ? n - i : 16);
		out("%016llx: %s\n", (unsigned long long)(addr + i), hex);
	}
}

static void translate(int cpu, const char *args)
{
	uint64_t addr = strtoull(args, NULL, 0), to;

	if (memory_physical(cpu, addr, &to))
		out("%016llx\n", (unsigned long long)to);
	else
		out("not mapped\n");
}

/*
 * Where Bochs 2.7 keeps a field: found by experiment, checked on fields of
 * every width.  Bits 14:13 of an encoding are its width, 11:10 its type.
 */
static bool vmcs_field(uint64_t vmcs, unsigned enc, uint64_t *value)
{
	unsigned group = (enc >> 11 & 0xc) | (enc >> 10 & 3);
	unsigned width = enc >> 13 & 3;
	uint64_t at = vmcs + 0x10 + 4 * (64 * group + (enc & 0x3ff));
	size_t size = width == 0 ? 2 : width == 2 ? 4 : 8;

	*value = 0;
	if (memory_read_physical(at, (uint8_t *)value, size) != size)
		return false;
	/* Access rights of the guest's segments lie one byte further up. */
	if (enc >= 0x4814 && enc <= 0x4822)
		*value >>= 8;
	return true;
}

static void vmcs(int cpu, const char *args)
{
	uint64_t at = regs_value(cpu, "vmcsptr"), value, enc;

	if (!(regs_value(cpu, "vmx") & 1) || at == ~0ull) {
		out("no current VMCS on CPU %d\n", cpu);
		return;
	}
	while (*args) {
		if (!text_number(&args, &enc) || (enc & ~0x7fffull)) {
			out("monitor vmcs ENCODING... (in hex)\n");
			return;
		}
		args += strspn(args, " ");
		if (vmcs_field(at, (unsigned)enc, &value))
			out("%04llx=%llx\n", (unsigned long long)enc,
			    (unsigned long long)value);
	}
}

static void insn(int cpu, const char *args)
{
	int count = args[0] ? atoi(args) : 1;
	uint64_t pc = regs_value(cpu, "rip");
	const char *p;

	bochs_select(cpu);
	p = bochs_ask("u /%d 0x%llx", count > 0 ? count : 1,
	              (unsigned long long)pc);
	/* "0000000040008000: (        ): mov eax, 0x1 ; b801000000" */
	for (; p && *p; p = strchr(p, '\n') ? strchr(p, '\n') + 1 : NULL) {
		const char *text = strstr(p, "): ");

		if (!text || hex_digit(p[0]) < 0)
			continue;
		text += 3;
		out("%.16s %.*s\n", p, (int)strcspn(text, "\n"), text);
	}
}

static void type(int cpu, const char *args)
{
	char text[1024];

	(void)cpu;
	snprintf(text, sizeof(text), "%s\r", args);
	if (!console_type(text))
		out("the serial console is not connected\n");
}

static void forget(int cpu, const char *args)
{
	(void)cpu, (void)args;
	watch_forget();
}

static void own_way(int cpu, const char *args)
{
	(void)cpu, (void)args;
	out("use GDB's own command for that (continue, stepi, break, watch, "
	    "set $reg = ..., kill): Bochs would act behind GDB's back\n");
}

static void harmful(int cpu, const char *args)
{
	(void)cpu, (void)args;
	out("Bochs 2.7 does not survive that command\n");
}

static const struct {
	const char *name;
	void (*run)(int cpu, const char *args);
} commands[] = {
	{ "help", help },         { "vmexit", vmexit },
	{ "mode", mode },         { "only", only },
	{ "phys", phys },         { "translate", translate },
	{ "vmcs", vmcs },         { "insn", insn },
	{ "type", type },         { "forget", forget },
	{ "c", own_way },         { "cont", own_way },
	{ "continue", own_way },  { "s", own_way },
	{ "step", own_way },      { "n", own_way },
	{ "next", own_way },      { "p", own_way },
	{ "q", own_way },         { "quit", own_way },
	{ "exit", own_way },      { "lb", own_way },
	{ "lbreak", own_way },    { "b", own_way },
	{ "break", own_way },     { "d", own_way },
	{ "del", own_way },       { "delete", own_way },
	{ "watch", own_way },     { "unwatch", own_way },
	{ "vmexitbp", own_way },  { "modebp", own_way },
	{ "restore", own_way },   { "sb", own_way },
	{ "sba", own_way },       { "crc", harmful },
	{ "show \"\"", harmful },
};

/* "set $cpu" would change which CPU we believe to talk to. */
static void pass_through(int cpu, const char *text)
{
	const char *a, *nl;

	if (strpbrk(text, ";\n") || strstr(text, "$cpu")) {
		out("one Bochs command at a time; the CPU is GDB's thread\n");
		return;
	}
	bochs_select(cpu);
	a = bochs_ask("%s", text);
	regs_forget();
	nl = a ? strchr(a, '\n') : NULL; /* behind the echo */
	if (nl)
		out("%s%s", nl + 1,
		    nl[1] && nl[strlen(nl) - 1] != '\n' ? "\n" : "");
	else if (!a)
		out("Bochs has ended\n");
}

void monitor(int cpu, const char *text)
{
	text += strspn(text, " ");
	if (!*text) {
		help(cpu, "");
		return;
	}
	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
		size_t n = strlen(commands[i].name);

		if (strncmp(text, commands[i].name, n) ||
		    (text[n] && text[n] != ' '))
			continue;
		text += n;
		commands[i].run(cpu, text + strspn(text, " "));
		return;
	}
	pass_through(cpu, text);
}
