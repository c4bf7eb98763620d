/*
 * pages.c - the page allocator for host tests: the C library's, counted.
 */
#include "tests/fake/pages.h"

#include <stdlib.h>
#include <string.h>

#include "01-vmxon/pages.h"

long fake_pages_in_use;

void *page_alloc(void)
{
	void *p = aligned_alloc(PAGE_SIZE, PAGE_SIZE);

	fake_pages_in_use++;
	return memset(p, 0, PAGE_SIZE);
}

void page_free(void *page)
{
	fake_pages_in_use--;
	free(page);
}
