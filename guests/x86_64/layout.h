/*
 * layout.h - a guest's memory, for the guests and for their hosts.
 *
 *	0x01000		page tables of a 64-bit guest (3 pages)
 *	0x08000		a real-mode guest
 *	0x0f000		a 64-bit guest's stack ends here
 *	0x10000		a 64-bit guest
 *	0x20000		the canary's block
 */
#pragma once

#define GUEST_TABLES_GPA 0x1000
#define GUEST_REAL_GPA 0x8000
#define GUEST_STACK_GPA 0xf000
#define GUEST_GPA 0x10000
