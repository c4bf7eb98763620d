/*
 * machine.h - what a stage's machine does, for unit tests on this machine.
 */
#pragma once

#include <stddef.h>

/* What printk printed since fake_console_clear(). */
extern char fake_console[65536];
extern size_t fake_console_len;

void fake_console_clear(void);
