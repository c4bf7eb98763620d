/*
 * panic.c - the last lines of a run.
 */
#include "lib/panic.h"

void stage_ok(void)
{
	printk("stage %s: ok\n", stage_number);
	arch_poweroff();
}

void stage_failed(const char *fmt, ...)
{
	char reason[160];
	va_list ap;

	va_start(ap, fmt);
	vsnprintk(reason, sizeof(reason), fmt, ap);
	va_end(ap);
	printk("stage %s: FAILED: %s\n", stage_number, reason);
	arch_poweroff();
}

void panic_at(const char *file, int line, const char *fmt, ...)
{
	static bool again;
	char reason[160];
	va_list ap;

	/* A panic inside a panic: say no more than that, and stop. */
	if (__atomic_test_and_set(&again, __ATOMIC_ACQ_REL))
		arch_poweroff();
	va_start(ap, fmt);
	vsnprintk(reason, sizeof(reason), fmt, ap);
	va_end(ap);
	printk_break_lock();
	printk("\npanic: %s:%d: %s\n", file, line, reason);
	arch_panic_state();
	stage_failed("panic: %s", reason);
}
