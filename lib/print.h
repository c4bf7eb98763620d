/*
 * print.h - formatted output to the console.
 *
 * Conversions: %d %i %u %x %X %c %s %p %%, with l, ll and z, a field width
 * (also *), a precision for %s, and the flags - 0 #.  Nothing else.
 */
#pragma once

#include <stdarg.h>

#include "lib/types.h"

#define PRINTF_LIKE(fmt, args) __attribute__((format(printf, fmt, args)))

/*
 * console_putc - write one character to this machine's console.
 * The seam: each architecture's stage defines it (01 for x86, 04 for arm64).
 */
void console_putc(char c);

/* printk - print to the console; one call is never mixed with another CPU's. */
void printk(const char *fmt, ...) PRINTF_LIKE(1, 2);
void vprintk(const char *fmt, va_list ap) PRINTF_LIKE(1, 0);

/*
 * snprintk - format into buf, at most size bytes with the final 0.
 * Returns the length the whole text has, like C's snprintf.
 */
size_t snprintk(char *buf, size_t size, const char *fmt, ...)
	PRINTF_LIKE(3, 4);
size_t vsnprintk(char *buf, size_t size, const char *fmt, va_list ap)
	PRINTF_LIKE(3, 0);

/*
 * printk_break_lock - let a dying CPU print although another may hold the
 * lock.  For last_words() only.
 */
void printk_break_lock(void);
