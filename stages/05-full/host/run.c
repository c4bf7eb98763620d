/*
 * run.c - see run.h.
 */
#include "05-full/host/run.h"

#include "05-full/host/console.h"
#include "05-full/host/memory.h"
#include "05-full/host/process.h"
#include "05-full/host/provoke.h"
#include "05-full/host/ramfs.h"
#include "05-full/host/sched.h"
#include "lib/panic.h"
#include "lib/string.h"

#define MAX_WORDS 128
#define MAX_AT_ONCE 16
#define DEFAULT_LINE "/bin/vmm --guest /guests/demo"

static char line[1024];
static const char *words[MAX_WORDS + 1];
static bool check_pages;

static int split_words(const char *cmdline)
{
	int n = 0;

	snprintk(line, sizeof(line), "%s", cmdline);
	for (char *p = line; *p && n < MAX_WORDS;) {
		while (*p == ' ')
			*p++ = 0;
		if (*p)
			words[n++] = p;
		while (*p && *p != ' ')
			p++;
	}
	words[n] = NULL;
	return n;
}

u32 word_number(const char *s)
{
	u32 n = 0;

	while (*s >= '0' && *s <= '9')
		n = n * 10 + (u32)(*s++ - '0');
	return n;
}

/* KVM's own words, if there is a KVM: what to do, and what came of it. */
__attribute__((weak)) bool kvm_word(const char *word);
__attribute__((weak)) void kvm_report(void);

static void take_option(const char *word)
{
	if (!strncmp(word, ".ticks=", 7))
		sched_ticks_per_second = word_number(word + 7);
	else if (!strcmp(word, ".migrate"))
		sched_move_at_random = true;
	else if (!strcmp(word, ".pages"))
		check_pages = true;
	else if (!strncmp(word, ".break=", 7))
		provoke_break(word + 7);
	else if (!kvm_word || !kvm_word(word))
		stage_failed("unknown word %s; there are .ticks=N, .migrate, "
		             ".pages, .vmids=N and .break=WAY",
		             word);
}

static bool is_separator(const char *word)
{
	return !strcmp(word, "&") || !strcmp(word, ";");
}

static void say_status(const char *name, int status)
{
	console_fresh_line();
	if (status & 0x7f)
		stage_failed("%s was killed by signal %d", name,
		             status & 0x7f);
	if (status)
		stage_failed("%s exited with %d", name, status >> 8);
}

/* One group: programs that run side by side.  Returns the words used. */
static int run_group(int first)
{
	struct process *p[MAX_AT_ONCE];
	const char *name[MAX_AT_ONCE];
	int n = 0, i = first;
	bool last = false;

	while (words[i] && !last && n < MAX_AT_ONCE) {
		int end = i;

		while (words[end] && !is_separator(words[end]))
			end++;
		last = !words[end] || words[end][0] == ';';
		if (words[end])
			words[end++] = NULL;
		name[n] = words[i];
		if (words[i]) {
			p[n] = process_start(&words[i]);
			if (!p[n])
				stage_failed("cannot start %s", words[i]);
			n++;
		}
		i = end;
	}
	for (int k = 0; k < n; k++)
		say_status(name[k], process_wait(p[k]));
	return i - first;
}

/* Dead threads are freed soon, but not at once. */
static void wait_for_threads(u32 alive)
{
	while (threads_alive() > alive)
		schedule();
}

void run_command_line(const char *cmdline)
{
	u64 before;
	u32 alive;
	int n = split_words(cmdline), at = 0;

	while (words[at] && words[at][0] == '.')
		take_option(words[at++]);
	if (!words[at])
		n = split_words(DEFAULT_LINE), at = 0;
	alive = threads_alive();
	before = frames_free_count();
	while (at < n)
		at += run_group(at);
	if (kvm_report)
		kvm_report();
	if (!check_pages)
		return;
	ramfs_forget();
	wait_for_threads(alive);
	printk("pages: %lu free before, %lu after\n", before,
	       frames_free_count());
	if (before != frames_free_count())
		stage_failed("%ld pages were not given back",
		             (long)(before - frames_free_count()));
}
