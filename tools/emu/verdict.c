/*
 * verdict.c - how a run ended, in an exit status and a sentence that helps.
 */
#define _GNU_SOURCE
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>

#include "emu.h"

static void show_tail(const struct console *c)
{
	unsigned n = c->lines < TAIL_LINES ? c->lines : TAIL_LINES;

	if (!c->lines) {
		say("the console stayed empty");
		return;
	}
	say("the console's last lines:");
	for (unsigned i = c->lines - n; i != c->lines; i++)
		say("  | %s", c->tail[i % TAIL_LINES]);
}

/* The last line of text that holds key; NULL if none does. */
static char *last_line_with(char *text, const char *key)
{
	char *found = NULL, *p = text;

	while ((p = strstr(p, key)))
		found = p++;
	if (!found)
		return NULL;
	found[strcspn(found, "\r\n")] = 0;
	while (found > text && found[-1] != '\n')
		found--;
	return found;
}

/* Bochs dumps the registers of the CPU it gave up on: "| RIP=... (...)". */
static void bochs_rip(struct run *r, const char *log)
{
	const char *p = strstr(log, "| RIP=");
	char address[32], place[1024];
	unsigned long long rip;

	p = p ? p : strstr(log, "| EIP=");
	if (!p || sscanf(p + 6, "%llx", &rip) != 1)
		return;
	snprintf(address, sizeof(address), "0x%llx", rip);
	symbols_lookup(&r->image, address, place, sizeof(place));
	say("  at %s%s%s", address, place[0] ? "  <- " : "", place);
}

/* Bochs said in its log why it stopped: "TICKSp[CPU0  ] >>PANIC<< text". */
static void bochs_panic(struct run *r, char *log, const char *line)
{
	const char *text = strstr(line, ">>PANIC<< ") + 10;
	bool on_cpu = strstr(line, "p[CPU") != NULL;

	if (strstr(text, "shutdown requested")) {
		say("the stage powered the machine off by itself");
		return;
	}
	if (strstr(text, "3rd (")) /* and the vector in parentheses */
		say("a triple fault: an exception came while the CPU could "
		    "not deliver another one. Look at the IDT, the stack and "
		    "the page tables in use.");
	say("Bochs says: %s%.4s%s%s", on_cpu ? "[" : "",
	    on_cpu ? strstr(line, "p[CPU") + 2 : "", on_cpu ? "] " : "", text);
	if (on_cpu)
		bochs_rip(r, log);
}

static void bochs_died(struct run *r)
{
	static char log[65536];
	char *line;

	rundir_read("bochs.log", log, sizeof(log));
	line = last_line_with(log, ">>PANIC<< ");
	if (line) {
		bochs_panic(r, log, line);
		return;
	}
	/* A bad bochsrc: "Bochs is exiting with the following message:\n..." */
	line = strstr(r->said, "following message:\n");
	if (line) {
		line += strcspn(line, "\n") + 1;
		line[strcspn(line, "\n")] = 0;
		say("Bochs says: %s", line);
		if (strstr(line, "cpu directive") && r->opt->model)
			say("  does it know the CPU model %s? (bochs-bin -help "
			    "cpu)",
			    r->opt->model);
	} else {
		say("Bochs gives no reason; --keep keeps its bochs.log");
	}
}

static void qemu_died(struct run *r)
{
	if (r->said_len)
		say("QEMU says: %.*s", (int)strcspn(r->said, "\n"), r->said);
	else if (WIFSIGNALED(r->child_status))
		say("QEMU was killed by signal %d", WTERMSIG(r->child_status));
	else
		say("QEMU ended quietly: the machine powered off, or reset "
		    "itself (a triple fault does that)");
}

static enum status died(struct run *r)
{
	say("the machine stopped without a verdict (no line \"stage %s: "
	    "ok\")",
	    r->image.stage[0] ? r->image.stage : "NN");
	if (r->backend == BOCHS)
		bochs_died(r);
	else
		qemu_died(r);
	return ST_DIED;
}

static enum status timed_out(struct run *r)
{
	say("time limit: no verdict after %.0f s; the machine hangs, or is "
	    "slow (--timeout SECONDS, WS_TIMEOUT_SCALE)",
	    r->seconds);
	show_tail(&r->console);
	where_is_it(r);
	return ST_TIMEOUT;
}

/* What a person saw raw: the places in the code are still to be told. */
static void tell_places(const struct run *r)
{
	const struct console *c = &r->console;
	unsigned n = c->lines < TAIL_LINES ? c->lines : TAIL_LINES;
	char place[2048];

	for (unsigned i = c->lines - n; i != c->lines; i++) {
		const char *line = c->tail[i % TAIL_LINES];

		symbols_annotate(&r->image, line, place, sizeof(place));
		if (place[0])
			say("%s  <- %s", line, place);
	}
}

enum status run_outcome(struct run *r)
{
	enum verdict v;

	console_end(&r->console, now() + 2);
	v = r->console.verdict;
	if (r->interrupted || signalled()) {
		say("interrupted");
		return ST_INTERRUPTED;
	}
	if (r->timed_out && v != NONE)
		say("the machine did not power off after its verdict; "
		    "stopped it");
	if (v == SAID_FAILED) {
		if (r->console.raw)
			tell_places(r);
		return ST_FAILED;
	}
	if (r->stopped && v == NONE) {
		say("stopped by Ctrl-]");
		return ST_INTERRUPTED;
	}
	if (r->console.closed) {
		say("the console's reader went away; stopped the machine");
		return ST_DIED;
	}
	if (v == SAID_OK)
		return ST_OK;
	return r->timed_out ? timed_out(r) : died(r);
}
