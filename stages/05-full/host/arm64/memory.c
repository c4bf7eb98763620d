/*
 * memory.c - which memory is free, and where it is.
 */
#include "05-full/host/memory.h"
#include "04-arm64-el2/machine.h"
#include "04-arm64-el2/mmu.h"
#include "04-arm64-el2/page.h"
#include "05-full/host/arm64/arm64.h"
#include "05-full/host/arm64/host_insn.h"

struct range {
	u64 start, end;
};

#define RESERVED 3

static void reserved_ranges(struct range r[RESERVED])
{
	r[0] = (struct range){ virt_to_phys(image_start),
		               virt_to_phys(image_end) };
	r[1] = (struct range){ board.initrd,
		               board.initrd + board.initrd_size };
	r[2] = (struct range){ machine.fdt_pa,
		               machine.fdt_pa + FDT_WINDOW / 4 };
}

/* Cut from [start, end) what is not free at its beginning: a free piece. */
static struct range first_piece(u64 start, u64 end)
{
	struct range r[RESERVED];
	u64 stop = end;

	reserved_ranges(r);
	for (int again = 1; again;) {
		again = 0;
		for (int i = 0; i < RESERVED; i++) {
			if (r[i].start <= start && start < r[i].end) {
				start = ALIGN_UP(r[i].end, PAGE_SIZE);
				again = 1;
			}
		}
	}
	for (int i = 0; i < RESERVED; i++)
		if (r[i].start > start && r[i].start < stop)
			stop = ALIGN_DOWN(r[i].start, PAGE_SIZE);
	return (struct range){ MIN(start, end), MAX(stop, MIN(start, end)) };
}

bool arch_memory(unsigned n, hpa_t *start, u64 *size)
{
	for (unsigned b = 0; b < machine.nr_banks; b++) {
		u64 end = machine.bank[b].base + machine.bank[b].size;

		for (u64 at = machine.bank[b].base; at < end;) {
			struct range piece = first_piece(at, end);

			at = piece.end;
			if (piece.start == piece.end || n--)
				continue;
			start->v = piece.start;
			*size = piece.end - piece.start;
			return true;
		}
	}
	return false;
}

hpa_t arch_virt_to_hpa(const void *p)
{
	return (hpa_t){ virt_to_phys(p) };
}

void *arch_hpa_to_virt(hpa_t pa)
{
	return phys_to_virt(pa.v);
}

/* DC ZVA zeroes blocks of a size that the CPU tells (D13.2, DCZID_EL0). */
void arch_clear_pages(void *p, u64 size)
{
	u64 step = 4ul << BITS(read_dczid(), 3, 0);

	for (u64 at = (u64)p; at < (u64)p + size; at += step)
		dc_zva(at);
}

static unsigned pages_order(unsigned n)
{
	unsigned order = 0;

	while (1u << order < n)
		order++;
	return order;
}

static void *take_pages(unsigned n)
{
	return frames_alloc(pages_order(n));
}

static void give_pages(void *p, unsigned n)
{
	frames_free(p, pages_order(n));
}

static const struct page_source from_frames = { take_pages, give_pages };

void memory_take_over(void)
{
	frames_init();
	page_source = &from_frames;
}
