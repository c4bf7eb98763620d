/*
 * host.c - what the neutral host's memory code asks of an architecture: one
 * piece of memory with a hole, and interrupts that are always off.
 */
#include "tests/fake/host.h"

#include <stdlib.h>
#include <string.h>

#include "05-full/host/file.h"
#include "05-full/host/lock.h"
#include "05-full/host/memory.h"

#define HOLE_AT 700

static u8 *memory;

void fake_host_start(void)
{
	memory = aligned_alloc(4 * MiB, FAKE_PAGES * PAGE_SIZE);
	memset(memory, 0xa5, FAKE_PAGES * PAGE_SIZE);
	frames_init();
}

bool arch_memory(unsigned n, hpa_t *start, u64 *size)
{
	u64 first = n ? HOLE_AT + 1 : 0, end = n ? FAKE_PAGES : HOLE_AT;

	start->v = (u64)memory + first * PAGE_SIZE;
	*size = (end - first) * PAGE_SIZE;
	return n < 2;
}

void arch_clear_pages(void *p, u64 size)
{
	memset(p, 0, size);
}

hpa_t arch_virt_to_hpa(const void *p)
{
	return (hpa_t){ (u64)p };
}

void *arch_hpa_to_virt(hpa_t pa)
{
	return (void *)pa.v;
}

u64 arch_irq_save(void)
{
	return 0;
}

void arch_irq_restore(u64 flags)
{
	(void)flags;
}

struct file *file_get(struct file *f)
{
	f->refs++;
	return f;
}
