/*
 * list_insn.h - an instruction of a table as a function.
 */
#pragma once

#define INSN_CLOBBERS "x0", "x1", "x2", "x3", "x4", "memory"

#define INSN_FUNCTION(name, text, what)                                       \
	static void insn_##name(void)                                         \
	{                                                                     \
		__asm__ volatile(text : : : INSN_CLOBBERS);                   \
	}
