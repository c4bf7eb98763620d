/*
 * no_gic.c - a VM without an interrupt controller: its registers do not exist.
 * (Linux's KVM leaves them to the guest, so this one runs on ours only.)
 */
#define INSN_LIST "no_gic.def"
#include "insn_list.h"

int guest_main(void)
{
	guest_catch_exceptions();
	return insn_try_all(guest_try) != 0;
}
