/* pages.h - what the fake page allocator tells a test. */
#pragma once

/* Pages handed out and not returned. */
extern long fake_pages_in_use;
