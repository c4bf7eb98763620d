/*
 * guest.h - what a small guest stands on: printk (lib/print.h) to the VMM's
 * test device, and the instructions of guest_insn.h.
 *
 * A guest is guest_main(); its result is the machine's exit status.
 */
#pragma once

#include "05-full/vmm/testdev.h"
#include "guest_insn.h"
#include "lib/print.h"
#include "lib/string.h"

int guest_main(void);

/* guest_exit - end the machine with this status. */
_Noreturn void guest_exit(int status);

/* guest_number - the number in --append, or what if there is none. */
u64 guest_number(u64 what);
