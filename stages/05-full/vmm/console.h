/*
 * console.h - the VMM's own terminal: where a guest's console ends up.
 */
#pragma once

#include "lib/types.h"

/*
 * vmm_console_open - output goes to this file; NULL: to standard output.
 * whose is put in front of each line, unless it is NULL.  lines: others write
 * there, too, so each line is written as a whole.
 */
void vmm_console_open(const char *path, const char *whose, bool lines);

/*
 * vmm_console_put - the guest's next character.  Where lines are written as a
 * whole it is held back until then, or for half a second.
 */
void vmm_console_put(u8 c);

/* vmm_console_flush - what is held back goes out now. */
void vmm_console_flush(void);

/*
 * vmm_console_listen - a thread that reads standard input and hands what
 * comes to take(), which returns how many bytes it took.  Ctrl-A and another
 * key are a command().
 */
void vmm_console_listen(size_t (*take)(void *ctx, const u8 *data, size_t n),
                        void (*command)(void *ctx, u8 key), void *ctx);

/* vmm_console_close - write what is held, put the terminal back as it was. */
void vmm_console_close(void);
