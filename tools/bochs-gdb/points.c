/*
 * points.c - breakpoints and watchpoints.
 *
 * GDB removes all of them at each stop and puts them back before it goes on.
 * So they are only noted here, and Bochs hears of differences when it resumes.
 */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bridge.h"

#define SLOTS 16 /* Bochs's BX_DBG_MAX_LIN_BPOINTS */
#define MAX_BREAKS 4096
#define MAX_WATCHES 16

static struct {
	uint64_t addr;
	char type; /* '0' software, '1' hardware: for us the same */
} wanted[MAX_BREAKS];
static int wanted_count;

static struct {
	uint64_t addr;
	int id;
} armed[SLOTS];
static int armed_count;

static struct {
	uint64_t addr;
	enum world world;
} rules[64];
static int rule_count;

bool break_add(uint64_t addr, char type)
{
	for (int i = 0; i < wanted_count; i++)
		if (wanted[i].addr == addr && wanted[i].type == type)
			return true;
	if (wanted_count == MAX_BREAKS)
		return false;
	wanted[wanted_count].addr = addr;
	wanted[wanted_count++].type = type;
	return true;
}

void break_remove(uint64_t addr, char type)
{
	for (int i = 0; i < wanted_count; i++)
		if (wanted[i].addr == addr && wanted[i].type == type)
			wanted[i--] = wanted[--wanted_count];
}

bool break_at(uint64_t addr, char *type)
{
	for (int i = 0; i < wanted_count; i++)
		if (wanted[i].addr == addr) {
			*type = wanted[i].type;
			return true;
		}
	return false;
}

bool breaks_wanted(void)
{
	return wanted_count > 0;
}

/* The newest in the list has the highest number. */
static int newest_id(void)
{
	const char *p = bochs_ask("info break");
	int id = 0;

	for (; p && *p; p = strchr(p, '\n') ? strchr(p, '\n') + 1 : NULL) {
		char *end;
		long n = strtol(p, &end, 10);

		if (end != p && !strncmp(end, " lbreakpoint", 12) && n > id)
			id = (int)n;
	}
	return id;
}

static void arm(uint64_t addr)
{
	bochs_ask("lb 0x%llx", (unsigned long long)addr);
	armed[armed_count].addr = addr;
	armed[armed_count++].id = newest_id();
}

static void disarm(int i)
{
	bochs_ask("d %d", armed[i].id);
	armed[i] = armed[--armed_count];
}

bool breaks_arm(void)
{
	int distinct = 0;
	char type;

	for (int i = 0; i < wanted_count; i++) {
		int j = 0;

		while (j < i && wanted[j].addr != wanted[i].addr)
			j++;
		distinct += j == i;
	}
	for (int i = 0; i < armed_count; i++)
		if (distinct > SLOTS || !break_at(armed[i].addr, &type))
			disarm(i--);
	if (distinct > SLOTS)
		return false;
	for (int i = 0; i < wanted_count; i++) {
		int j = 0;

		while (j < armed_count && armed[j].addr != wanted[i].addr)
			j++;
		if (j == armed_count)
			arm(wanted[i].addr);
	}
	return true;
}

/* --- in which world -------------------------------------------------------- */

/* The same address may be code in the host and in a guest. */
void break_only(uint64_t addr, enum world w)
{
	int i = 0;

	while (i < rule_count && rules[i].addr != addr)
		i++;
	if (i == rule_count && rule_count < 64)
		rule_count++;
	if (i < 64) {
		rules[i].addr = addr;
		rules[i].world = w;
	}
}

bool break_wanted(uint64_t addr, enum world w)
{
	for (int i = 0; i < rule_count; i++)
		if (rules[i].addr == addr)
			return rules[i].world == WORLD_ANY ||
			       rules[i].world == w;
	return true;
}

/* --- watchpoints ------------------------------------------------------- */

/*
 * Bochs watches physical memory.  The first time, an address is translated in
 * the world in which it was asked for; later GDB puts the watchpoint back from
 * whatever world it has stopped in, so the translation is remembered.
 */
static struct watch {
	uint64_t addr, len, phys;
	char type; /* '2' write, '3' read, '4' both; 0: only remembered */
} watches[MAX_WATCHES];

/*
 * The slot of that watchpoint; else a free one, which knows the translation
 * if there is another watchpoint at the address, or was.
 */
static struct watch *watch_slot(uint64_t addr, uint64_t len, char type)
{
	struct watch *known = NULL, *unused = NULL;

	for (int i = 0; i < MAX_WATCHES; i++) {
		struct watch *w = &watches[i];
		bool same = w->len == len && w->addr == addr;

		if (same && w->type == type)
			return w;
		if (same && (!known || !w->type))
			known = w;
		if (!w->type && (!unused || unused->len > w->len))
			unused = w;
	}
	if (known && !known->type)
		return known;
	if (unused)
		*unused = known ? *known : (struct watch){ 0 };
	if (unused)
		unused->type = 0;
	return unused;
}

static bool insert(const struct watch *w, char kind)
{
	const char *a = bochs_ask("watch %c 0x%llx %llu", kind,
	                          (unsigned long long)w->phys,
	                          (unsigned long long)w->len);

	return a && strstr(a, "inserted");
}

static bool arm_watch(const struct watch *w)
{
	return (w->type == '3' || insert(w, 'w')) &&
	       (w->type == '2' || insert(w, 'r'));
}

/* `unwatch' takes away one of each kind that begins there: more than asked. */
static void disarm_watches(uint64_t phys)
{
	const char *a;

	do
		a = bochs_ask("unwatch 0x%llx", (unsigned long long)phys);
	while (a && strstr(a, "removed"));
	for (int i = 0; i < MAX_WATCHES; i++)
		if (watches[i].type && watches[i].phys == phys)
			arm_watch(&watches[i]);
}

bool watch_add(int cpu, uint64_t addr, uint64_t len, char type)
{
	struct watch *w = watch_slot(addr, len, type);

	if (!w || !len || len > 4096 || (addr & 4095) + len > 4096)
		return false;
	if (w->type == type)
		return true;
	if (!w->len && !memory_physical(cpu, addr, &w->phys))
		return false;
	w->addr = addr;
	w->len = len;
	w->type = type;
	if (arm_watch(w))
		return true;
	w->type = 0;
	disarm_watches(w->phys);
	return false;
}

void watch_remove(uint64_t addr, uint64_t len, char type)
{
	for (int i = 0; i < MAX_WATCHES; i++) {
		struct watch *w = &watches[i];

		if (w->addr != addr || w->len != len || w->type != type)
			continue;
		w->type = 0;
		disarm_watches(w->phys);
	}
}

bool watch_hit(const struct stop *s, uint64_t *addr, char *type)
{
	for (int i = 0; i < MAX_WATCHES; i++) {
		struct watch *w = &watches[i];

		/* An access may begin a little before what is watched. */
		if (!w->type || s->where + 64 <= w->phys ||
		    s->where >= w->phys + w->len)
			continue;
		if (w->type == (s->access == 'r' ? '2' : '3'))
			continue;
		*addr = s->where < w->phys ? w->addr :
		                             w->addr + (s->where - w->phys);
		*type = w->type;
		return true;
	}
	return false;
}

void watch_forget(void)
{
	for (int i = 0; i < MAX_WATCHES; i++)
		if (!watches[i].type)
			watches[i].len = 0;
}

void points_clear(void)
{
	wanted_count = rule_count = 0;
	breaks_arm();
	bochs_ask("unwatch");
	memset(watches, 0, sizeof(watches));
}
