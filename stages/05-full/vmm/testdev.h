/*
 * testdev.h - the device that small guests talk to.  Guests include it, too,
 * also from assembly.
 *
 * On x86 it answers at ports TESTDEV_PORT + offset, and on both architectures
 * in the memory page TESTDEV_PAGE.
 */
#pragma once

#define TESTDEV_PORT 0x500
#define TESTDEV_PAGE_X86 0xd0000000
#define TESTDEV_PAGE_ARM64 0x09010000

#define TESTDEV_PUTC 0x00 /* write: a character for the console */
#define TESTDEV_ARG 0x02  /* read: next character of --append, 0 at its end */
#define TESTDEV_EXIT 0x04 /* write: end the machine with this status */
#define TESTDEV_NOP 0x08  /* write: nothing; read: 0.  For measuring */
#define TESTDEV_FIFO                                                          \
	0x0a /* write: into a queue; read: out of it, 0 if empty */
#define TESTDEV_BYTES 0x10 /* 0x10 to 0x1f: what was written can be read */

#define TESTDEV_PORTS 0x20
#define TESTDEV_FIFO_SIZE 4096
