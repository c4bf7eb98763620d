/*
 * mark.c - --mark TEXT: tell the time from the machine's making until its
 * console first shows TEXT.
 *
 * Under emulators that count instructions the clock is such a count, so the
 * figure is what a boot costs, guest and hypervisor together (make bench).
 */
#include "05-full/vmm/mark.h"

#include "05-full/vmm/vmm.h"
#include "lib/string.h"

static struct {
	const char *text;
	size_t matched;
	u64 start;
} mark;

static u64 mark_clock(void)
{
	struct os_timespec now;

	os_clock(1, &now);
	return (u64)now.sec * 1000000000 + (u64)now.nsec;
}

void vmm_mark_start(const char *text)
{
	mark.text = text;
	mark.start = mark_clock();
}

void vmm_mark_see(u8 c)
{
	if (!mark.text)
		return;
	if (c != (u8)mark.text[mark.matched])
		mark.matched = 0;
	if (c == (u8)mark.text[mark.matched])
		mark.matched++;
	if (mark.text[mark.matched])
		return;
	vmm_say("mark \"%s\" after %lu ns", mark.text,
	        mark_clock() - mark.start);
	mark.text = NULL;
}
