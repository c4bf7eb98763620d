/*
 * run.c - step and continue, until something stops the machine.
 */
#define _GNU_SOURCE
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bridge.h"

enum { SIG_INTERRUPT = 2, SIG_TRAP = 5, SIG_ABORT = 6 }; /* GDB's numbers */

static struct {
	int signal, cpu;
	char detail[96]; /* "watch:1000;" and the like */
	bool ended;
} last = { .signal = SIG_TRAP };

static uint64_t icount[MAX_CPUS];
static bool interrupted;

int run_cpu(void)
{
	return last.cpu;
}

void run_reply(char *reply, size_t size)
{
	char registers[80];

	if (last.ended) {
		snprintf(reply, size, bochs_powered_off() ? "W00" : "X09");
		return;
	}
	regs_expedite(last.cpu, registers, sizeof(registers));
	snprintf(reply, size, "T%02x%sthread:%x;%s", last.signal, last.detail,
	         last.cpu + 1, registers);
}

static bool param(int cpu, const char *path, uint64_t *decimal)
{
	const char *a = bochs_ask("show \"cpu%d.%s\"", cpu, path);
	const char *eq = a ? strstr(a, " = ") : NULL;

	if (eq)
		*decimal = strtoull(eq + 3, NULL, 0);
	return eq && !strstr(eq, "false");
}

enum world run_world(int cpu)
{
	uint64_t v;

	return param(cpu, "VMX.in_vmx_guest", &v) ? WORLD_GUEST : WORLD_HOST;
}

/* --- waiting ----------------------------------------------------------- */

/*
 * Bochs runs; it is at its prompt again when this returns RUN_STOPPED.  A
 * CPU that sleeps with interrupts off never comes back by itself.
 */
static enum run_end wait_for_prompt(void)
{
	double asked = 0;

	while (bochs_alive()) {
		unsigned ready = io_wait(IO_BOCHS | IO_CLIENT, 100);

		if (ready & IO_CLIENT) {
			if (link_poll_interrupt()) {
				interrupted = true;
				asked = io_now();
				bochs_interrupt();
			}
			if (link_closed())
				return RUN_CLIENT_GONE;
		}
		if ((ready & IO_BOCHS) && bochs_answered())
			return RUN_STOPPED;
		if (!ready)
			console_flush();
		if (asked && io_now() - asked > 5) {
			say("Bochs does not react to the interrupt; ending it");
			bochs_kill();
		}
	}
	return RUN_ENDED;
}

/* --- why did it stop? ---------------------------------------------------- */

static void remember_counts(void)
{
	for (int i = 0; bochs_cpus() > 1 && i < bochs_cpus(); i++)
		param(i, "icount", &icount[i]);
}

/* A CPU that did not run only repeats why it stopped last time. */
static bool has_run(int cpu)
{
	uint64_t now = 0;

	if (bochs_cpus() == 1)
		return true;
	param(cpu, "icount", &now);
	return now != icount[cpu];
}

static void output(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
static void output(const char *fmt, ...)
{
	char text[700];
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	link_output(text,
	            n < (int)sizeof(text) ? (size_t)n : sizeof(text) - 1);
}

static void report_break(const struct stop *s)
{
	char type = '0';

	break_at(s->where, &type);
	strcpy(last.detail, type == '1' ? "hwbreak:;" : "swbreak:;");
}

static void report_watch(const struct stop *s)
{
	static const char *const names[] = { "watch", "rwatch", "awatch" };
	uint64_t addr;
	char type;

	if (watch_hit(s, &addr, &type))
		snprintf(last.detail, sizeof(last.detail), "%s:%llx;",
		         names[type - '2'], (unsigned long long)addr);
}

static void report(const struct stop *s)
{
	last.cpu = s->cpu;
	if (s->kind == STOP_BREAK)
		report_break(s);
	else if (s->kind == STOP_WATCH)
		report_watch(s);
	else if (s->kind == STOP_VMEXIT)
		output("CPU %d: VM exit\n", s->cpu);
	else if (s->kind == STOP_MODE)
		output("CPU %d: the CPU changed its mode\n", s->cpu);
}

/* Nothing we asked for: a Ctrl-C, or a panic such as a triple fault. */
static void report_other(void)
{
	const char *panic = bochs_last_panic();

	last.signal = interrupted ? SIG_INTERRUPT : SIG_TRAP;
	if (!panic)
		return;
	last.signal = SIG_ABORT;
	output("Bochs: %s\n", panic);
	if (strstr(panic, "3rd"))
		output("That is a triple fault outside of any guest: the state "
		       "is as the CPU left it; do not continue.\n");
}

static void explain(const struct resume *r)
{
	static struct stop stops[MAX_CPUS];
	const char *answer = bochs_answer();
	char *copy = strdup(answer);
	const char *notes = copy;
	char note[256];
	const struct stop *why = NULL;
	bool reasoned = false;

	stop_parse(answer, stops);
	while (copy && stop_note(&notes, note, sizeof(note)))
		output("Bochs: %s\n", note);
	for (int i = 0; i < bochs_cpus(); i++) {
		if (stops[i].kind == STOP_NONE || !has_run(i))
			continue;
		if (!why || i == r->cpu)
			why = &stops[i];
		reasoned = true;
	}
	last.cpu = r->cpu;
	if (reasoned)
		report(why);
	else if (!r->step || interrupted || bochs_last_panic())
		report_other();
	free(copy);
}

/* Did the CPU stop at a breakpoint that is meant for the other world? */
static bool other_world(void)
{
	static struct stop stops[MAX_CPUS];
	int cpu = -1;

	stop_parse(bochs_answer(), stops);
	for (int i = 0; i < bochs_cpus(); i++) {
		if (stops[i].kind != STOP_NONE && stops[i].kind != STOP_BREAK)
			return false;
		if (stops[i].kind == STOP_BREAK)
			cpu = i;
	}
	/* Asking replaces the answer, so only for addresses with a rule. */
	if (cpu < 0 || break_wanted(stops[cpu].where, WORLD_ANY))
		return false;
	return !break_wanted(stops[cpu].where, run_world(cpu));
}

/* --- going on -------------------------------------------------------------- */

static void send_step(const struct resume *r)
{
	if (r->others && bochs_cpus() > 1)
		bochs_send("s all 1");
	else
		bochs_send("s");
}

static bool at_breakpoint(int *cpu)
{
	char type;

	for (int i = 0; i < bochs_cpus(); i++) {
		uint64_t ip = 0, base = 0;

		param(i, "RIP", &ip);
		param(i, "CS.base", &base);
		if (break_at(ip + base, &type) &&
		    break_wanted(ip + base, run_world(i))) {
			*cpu = i;
			return true;
		}
	}
	return false;
}

/* More breakpoints than Bochs holds: look at every instruction. */
static enum run_end step_along(const struct resume *r)
{
	static bool told;
	struct resume all = *r;
	enum run_end end;

	if (!told)
		say("more than 16 breakpoints: single-stepping, about 10,000 "
		    "instructions a second");
	told = true;
	all.others = true;
	do {
		send_step(&all);
		end = wait_for_prompt();
		if (end != RUN_STOPPED || interrupted)
			break;
		link_poll_interrupt();
	} while (!at_breakpoint(&last.cpu));
	if (end == RUN_STOPPED && !interrupted)
		strcpy(last.detail, "swbreak:;");
	else if (end == RUN_STOPPED)
		last.signal = SIG_INTERRUPT;
	return end;
}

static enum run_end go(const struct resume *r, bool fits)
{
	enum run_end end;

	if (!r->step && !fits)
		return step_along(r);
	do {
		if (r->step)
			send_step(r);
		else
			bochs_send("c");
		end = wait_for_prompt();
	} while (end == RUN_STOPPED && !r->step && !interrupted &&
	         other_world());
	if (end == RUN_STOPPED)
		explain(r);
	return end;
}

/*
 * With more CPUs Bochs runs each for five instructions in turn, and does not
 * look at breakpoints when it has finished the fifth.
 */
static void warn_of_more_cpus(const struct resume *r)
{
	static bool told;

	if (told || r->step || bochs_cpus() == 1 || !breaks_wanted())
		return;
	told = true;
	output("bochs-gdb: with %d CPUs Bochs overlooks about one breakpoint "
	       "hit in five;\n\"monitor vmexit on\" and watchpoints are "
	       "never overlooked\n",
	       bochs_cpus());
}

enum run_end run(const struct resume *r)
{
	bool fits;
	enum run_end end;

	interrupted = false;
	last.signal = SIG_TRAP;
	last.detail[0] = 0;
	last.cpu = r->cpu;
	regs_forget();
	bochs_select(r->cpu);
	fits = breaks_arm();
	remember_counts();
	bochs_forget_panics();
	console_flush();
	warn_of_more_cpus(r);
	end = bochs_alive() ? go(r, fits) : RUN_ENDED;
	console_flush();
	last.ended = end == RUN_ENDED;
	return end;
}
