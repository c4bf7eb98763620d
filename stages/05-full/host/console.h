/*
 * console.h - the console as a file.
 */
#pragma once

#include "05-full/host/file.h"
#include "05-full/host/wait.h"

extern const struct file_ops console_ops;
/* Those who wait in ppoll; woken when anything could be read. */
extern struct wait_queue poll_waiters;
/* console_fresh_line - end a line that a program has left unfinished. */
void console_fresh_line(void);
/* console_register - registers /dev/console and /dev/null. */
void console_register(void);
