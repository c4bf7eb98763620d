/*
 * run.h - the kernel's command line (README.md): programs, `&`, `;`, and words
 * of our own that begin with a dot.
 */
#pragma once

#include "lib/types.h"

/* run_command_line - returns if all programs ended with 0; else the run ends. */
void run_command_line(const char *cmdline);

/* word_number - the decimal digits at s. */
u32 word_number(const char *s);
