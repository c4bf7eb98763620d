/*
 * provoke.h - `.break=WORD` on the command line: break something on purpose,
 * to see what the panic says.
 */
#pragma once

/* provoke_break - returns only if there is no such word. */
void provoke_break(const char *word);
