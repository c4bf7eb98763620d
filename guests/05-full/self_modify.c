/*
 * self_modify.c - hostile: changes its code, a thousand times.
 */
#include "guest.h"
#include "hostile_insn.h"

static u8 code[64] __attribute__((aligned(64)));

int guest_main(void)
{
	u32 (*number)(void) = (u32(*)(void))code;

	for (u32 i = 0; i < 1000; i++) {
		u32 want = i * 0x10001 + 5;

		patch_number(code, want);
		patched(code);
		exit_to_kernel();
		if (number() != want) {
			printk("FAILED: turn %u ran the old code\n", i);
			return 1;
		}
	}
	printk("1000 changes, each was executed\n");
	return 0;
}
