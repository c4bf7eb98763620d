/*
 * machine.c - a console that remembers, and a power switch that ends the test.
 */
#include "tests/fake/machine.h"

#include <stdio.h>
#include <stdlib.h>

#include "lib/panic.h"
#include "lib/spinlock.h"

char fake_console[65536];
size_t fake_console_len;

const char stage_number[] = "unit";

void console_putc(char c)
{
	if (fake_console_len + 1 < sizeof(fake_console))
		fake_console[fake_console_len++] = c;
	fake_console[fake_console_len] = 0;
}

void fake_console_clear(void)
{
	fake_console_len = 0;
	fake_console[0] = 0;
}

void arch_relax(void)
{
}

u64 arch_cpu_id(void)
{
	return 0;
}

void arch_panic_state(void)
{
}

/* A panic must fail the test, and say why. */
void arch_poweroff(void)
{
	fprintf(stderr, "%s", fake_console);
	abort();
}
