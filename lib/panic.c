/*
 * panic.c - the last lines of a run.
 */
#include "lib/panic.h"

#include "lib/spinlock.h"

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

void last_words(void)
{
	static u64 dying; /* its CPU's id + 1; 0: nobody */
	u64 me = arch_cpu_id() + 1, other = 0;

	if (!__atomic_compare_exchange_n(&dying, &other, me, false,
	                                 __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE) &&
	    other != me)
		for (;;)
			arch_relax();
	printk_break_lock();
}

void panic_at(const char *file, int line, const char *fmt, ...)
{
	static bool again;
	char reason[160];
	va_list ap;

	last_words();
	/* A panic inside a panic: say no more than that, and stop. */
	if (__atomic_test_and_set(&again, __ATOMIC_ACQ_REL))
		arch_poweroff();
	va_start(ap, fmt);
	vsnprintk(reason, sizeof(reason), fmt, ap);
	va_end(ap);
	printk("\npanic: %s:%d: %s\n", file, line, reason);
	arch_panic_state();
	stage_failed("panic: %s", reason);
}
