/*
 * user.h - what our user programs stand on: no C library, only system calls.
 */
#pragma once

#include "05-full/user/os.h"
#include "lib/print.h"
#include "lib/string.h"

/* user_main - the program; what it returns is its exit status. */
int user_main(int argc, char **argv);

/* user_print - print to standard output; _err to standard error. */
void user_print(const char *fmt, ...) PRINTF_LIKE(1, 2);
void user_err(const char *fmt, ...) PRINTF_LIKE(1, 2);

/* user_error_text - a sentence for an errno, "error 123" for a rare one. */
const char *user_error_text(long error);

/* user_write_all - 0, or the -errno that ended it. */
long user_write_all(int fd, const void *buf, size_t n);

/* user_read_all - how much came before the end of file, or -errno. */
long user_read_all(int fd, void *buf, size_t n);

/*
 * user_number - the decimal or 0x number that all of text is.  False if it is
 * not one, or greater than max.
 */
bool user_number(const char *text, u64 max, u64 *value);

/*
 * user_random - the next of a row of numbers (xorshift64*), the same on every
 * machine for the same *state, which must not be 0.
 */
u64 user_random(u64 *state);

/* user_alloc - n bytes of zeros, in whole pages; NULL if there are none. */
void *user_alloc(size_t n);

/*
 * user_alloc_aligned - the same at a multiple of align (a power of two of at
 * least a page): it asks for more and gives the ends back.
 */
void *user_alloc_aligned(size_t n, size_t align);
