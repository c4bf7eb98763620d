/*
 * odd_mmio.c - hostile: MMIO by odd instructions.  --append N does only the
 * N-th (from 1): one that KVM cannot emulate ends the machine.
 */
#define INSN_LIST "odd_mmio.def"
#include "insn_list.h"

int guest_main(void)
{
	u64 only = guest_number(0);

	guest_catch_exceptions();
	write_cr4(read_cr4() | BIT(9) | BIT(10)); /* SSE */
	if (!only)
		return insn_try_all(guest_try) != 0;
	if (only > ARRAY_SIZE(insn_rows))
		return 3;
	printk("%s\n", insn_rows[only - 1].name);
	printk("result %d\n", guest_try(insn_rows[only - 1].fn));
	return 0;
}
