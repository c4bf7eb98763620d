/*
 * console.h - the console of a PC; output goes through lib/print.h.
 */
#pragma once

/* console_init - set up the serial port; the first thing a CPU does. */
void console_init(void);

/* console_flush - return when the last character has left the machine. */
void console_flush(void);
