/*
 * last_words.c - what Linux says last, and how its machine ends then.
 *
 * A kernel that has halted or panicked has no other way to tell: it loops with
 * interrupts off (arm64), sleeps so (x86), or reboots as if all were well.
 */
#include "05-full/vmm/console.h"
#include "05-full/vmm/devices.h"
#include "05-full/vmm/vmm.h"

static struct {
	struct vmm *vm;
	bool panicked;
	struct user_thread asker;
} words;

static bool begins(const u8 *text, size_t n, const char *with)
{
	return n >= strlen(with) && !memcmp(text, with, strlen(with));
}

/*
 * Words can be anybody's: `echo' prints them, too.  So the guest is asked, by
 * its serial port's interrupt.  Who has halted does not come to see why.
 */
static void ask_whether_halted(void *arg)
{
	struct os_timespec a_while = { .nsec = 500000000 };
	u64 before;

	(void)arg;
	os_sleep(&a_while);
	before = serial_ring();
	os_sleep(&a_while);
	if (serial_uses() == before)
		vmm_end(words.vm, 0,
		        "the guest halted: it said so, and answers no "
		        "interrupt");
	words.asker.tid = 0;
}

void vmm_last_words(const u8 *line, size_t n)
{
	const u8 *end = line + n;

	/* Behind the time, if the kernel tells it: "[   12.345678] ". */
	if (begins(line, n, "["))
		while (line < end && *line++ != ']')
			;
	while (line < end && *line == ' ')
		line++;
	n = (size_t)(end - line);
	if (begins(line, n, "Kernel panic - not syncing"))
		words.panicked = true;
	if (begins(line, n, "reboot: System halted") && words.vm &&
	    !words.asker.tid)
		user_thread_start(&words.asker, ask_whether_halted, NULL);
}

void vmm_last_words_of(struct vmm *vm)
{
	words.vm = vm;
}

void vmm_rebooted(struct vmm *vm)
{
	if (words.panicked)
		vmm_end(vm, 1, "the guest panicked, and then rebooted");
	vmm_end(vm, 0, "the guest rebooted");
}
