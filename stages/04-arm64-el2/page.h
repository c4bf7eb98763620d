/*
 * page.h - see stage2.h for page_alloc and page_free.
 */
#pragma once

/* page_init - all memory behind the image is free; after machine_read. */
void page_init(void);
