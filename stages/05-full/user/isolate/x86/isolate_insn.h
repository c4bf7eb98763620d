/*
 * isolate_insn.h - x86: what a program can see of the CPU that it runs on.
 */
#pragma once

#include "lib/types.h"

struct table_register {
	u16 limit;
	u64 base;
} __attribute__((packed));

static inline struct table_register read_gdtr(void)
{
	struct table_register r;

	__asm__ volatile("sgdt %0" : "=m"(r));
	return r;
}

static inline struct table_register read_idtr(void)
{
	struct table_register r;

	__asm__ volatile("sidt %0" : "=m"(r));
	return r;
}

/* The word at FS:0. */
static inline u64 read_fs_word(void)
{
	u64 v;

	__asm__ volatile("mov %%fs:0, %0" : "=r"(v));
	return v;
}
