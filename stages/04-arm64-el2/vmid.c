/*
 * vmid.c - lending VMIDs; see vmid.h for the idea.
 */
#include "04-arm64-el2/vmid.h"

#include "lib/string.h"

struct vmid_pool vmid_pool;

static bool is_used(const struct vmid_pool *p, u32 id)
{
	return p->used[id / 64] >> (id % 64) & 1;
}

static void set_used(struct vmid_pool *p, u32 id)
{
	p->used[id / 64] |= BIT(id % 64);
}

void vmid_init(struct vmid_pool *p, unsigned bits)
{
	memset(p, 0, sizeof(*p));
	p->end = 1u << bits;
	p->generation = 1;
	p->next = 1;
	set_used(p, 0); /* the host's own: nobody runs with it */
}

/*
 * All loans end.  A CPU that is in a guest now goes on with its VMID, which
 * must therefore not be lent to another.  One that has not entered since the
 * last rollover still holds the VMID reserved then.
 */
static void new_generation(struct vmid_pool *p)
{
	p->generation++;
	p->rollovers++;
	memset(p->used, 0, sizeof(p->used));
	set_used(p, 0);
	for (unsigned cpu = 0; cpu < MAX_CPUS; cpu++) {
		if (p->active[cpu].id) {
			p->reserved[cpu].id = p->active[cpu].id;
			p->reserved[cpu].generation =
				p->active[cpu].generation;
		}
		__atomic_store_n(&p->active[cpu].id, 0, __ATOMIC_RELAXED);
		if (p->reserved[cpu].id)
			set_used(p, p->reserved[cpu].id);
	}
	p->next = 1;
	vmid_flush_all();
}

static u32 find_free(struct vmid_pool *p)
{
	for (u32 id = p->next; id < p->end; id++)
		if (!is_used(p, id))
			return id;
	return 0;
}

/* Did v's old loan survive a rollover, because a CPU was running it? */
static bool keep_reserved(struct vmid_pool *p, struct vmid *v)
{
	bool kept = false;

	for (unsigned cpu = 0; cpu < MAX_CPUS; cpu++)
		if (v->id && p->reserved[cpu].id == v->id &&
		    p->reserved[cpu].generation == v->generation) {
			/* every CPU that runs it must agree from now on */
			p->reserved[cpu].generation = p->generation;
			kept = true;
		}
	return kept;
}

static void lend(struct vmid_pool *p, struct vmid *v)
{
	u32 id;

	if (keep_reserved(p, v)) {
		v->generation = p->generation;
		return;
	}
	id = find_free(p);
	if (!id) {
		new_generation(p);
		if (keep_reserved(p, v)) {
			v->generation = p->generation;
			return;
		}
		id = find_free(p);
	}
	set_used(p, id);
	p->next = id + 1;
	v->id = id;
	v->generation = p->generation;
}

void vmid_get(struct vmid_pool *p, struct vmid *v, unsigned cpu)
{
	spin_lock(&p->lock);
	if (v->generation != p->generation)
		lend(p, v);
	p->active[cpu].id = v->id;
	p->active[cpu].generation = v->generation;
	spin_unlock(&p->lock);
}
