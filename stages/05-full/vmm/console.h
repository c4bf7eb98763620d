/*
 * console.h - the VMM's own terminal: where a guest's console ends up.
 */
#pragma once

#include "lib/types.h"

/* vmm_console_open - output goes to this file; NULL: to standard output. */
void vmm_console_open(const char *path);

/* vmm_console_put - the guest's next character. */
void vmm_console_put(u8 c);

/*
 * vmm_console_listen - a thread that reads standard input and hands what
 * comes to take(), which returns how many bytes it took.  Ctrl-A and another
 * key are a command().
 */
void vmm_console_listen(size_t (*take)(void *ctx, const u8 *data, size_t n),
                        void (*command)(void *ctx, u8 key), void *ctx);

/* vmm_console_close - put the terminal back as it was. */
void vmm_console_close(void);
