/*
 * tour.h - what the demo guest shows on both architectures.
 */
#pragma once

/* demo_check - print a line with what was tried; counts what went wrong. */
void demo_check(const char *what, _Bool good);

/* demo_arch - the seam: this architecture's exits. */
void demo_arch(void);
