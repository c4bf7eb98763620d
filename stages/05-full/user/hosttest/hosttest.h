/*
 * hosttest.h - tests of the host: each file has one function that main calls.
 */
#pragma once

#include <asm/errno.h>

#include "05-full/user/thread.h"
#include "05-full/user/user.h"

/* expect - count and tell what is not as it should be. */
#define expect_eq(got, want)                                                  \
	expect_at(__FILE__, __LINE__, #got, (long)(got), (long)(want))
void expect_at(const char *file, int line, const char *what, long got,
               long want);

void test_files(void);
void test_memory(void);
void test_threads(void);
void test_signals(void);
void test_processes(void);
void test_time(void);
/* Everything until it is refused: threads, processes, files, memory. */
void test_limits(void);
