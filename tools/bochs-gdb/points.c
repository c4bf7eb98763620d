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

static struct watch *watch_find(uint64_t addr, uint64_t len)
{
	struct watch *unused = NULL;

	for (int i = 0; i < MAX_WATCHES; i++) {
		struct watch *w = &watches[i];

		if (w->len == len && w->addr == addr)
			return w;
		if (!w->type && (!unused || unused->len > w->len))
			unused = w;
	}
	if (unused)
		*unused = (struct watch){ 0 };
	return unused;
}

static bool insert(const struct watch *w, char kind)
{
	const char *a = bochs_ask("watch %c 0x%llx %llu", kind,
	                          (unsigned long long)w->phys,
	                          (unsigned long long)w->len);

	return a && strstr(a, "inserted");
}

bool watch_add(int cpu, uint64_t addr, uint64_t len, char type)
{
	struct watch *w = watch_find(addr, len);

	if (!w || !len || (addr & 4095) + len > 4096)
		return false;
	if (w->type == type)
		return true;
	if (!w->len && !memory_physical(cpu, addr, &w->phys))
		return false;
	w->addr = addr;
	w->len = len;
	if ((type != '3' && !insert(w, 'w')) ||
	    (type != '2' && !insert(w, 'r'))) {
		watch_remove(addr, len, 0);
		return false;
	}
	w->type = type;
	return true;
}

/* `unwatch' takes one of the two kinds away, so ask twice. */
void watch_remove(uint64_t addr, uint64_t len, char type)
{
	for (int i = 0; i < MAX_WATCHES; i++) {
		struct watch *w = &watches[i];

		if (w->addr != addr || w->len != len || w->type != type)
			continue;
		for (int j = 0; j < (type == '4' || !type ? 2 : 1); j++)
			bochs_ask("unwatch 0x%llx",
			          (unsigned long long)w->phys);
		w->type = 0;
	}
}

bool watch_hit(uint64_t phys, uint64_t *addr, char *type)
{
	for (int i = 0; i < MAX_WATCHES; i++) {
		struct watch *w = &watches[i];

		/* An access may begin a little before what is watched. */
		if (!w->type || phys + 64 <= w->phys ||
		    phys >= w->phys + w->len)
			continue;
		*addr = phys < w->phys ? w->addr : w->addr + (phys - w->phys);
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
