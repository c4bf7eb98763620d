/*
 * page.h - see stage2.h for page_alloc and page_free.
 */
#pragma once

/* page_init - all memory behind the image is free; after machine_read. */
void page_init(void);

/*
 * A later stage's allocator: page_alloc and page_free ask it, if it is set,
 * and page_init is not called.  It returns zeroed pages, as page_alloc does.
 */
struct page_source {
	void *(*take)(unsigned n);
	void (*give)(void *p, unsigned n);
};
extern const struct page_source *page_source;
