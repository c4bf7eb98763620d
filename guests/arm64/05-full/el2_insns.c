/*
 * el2_insns.c - hostile: what belongs to EL2, from EL1.
 */
#define INSN_LIST "el2_insns.def"
#include "insn_list.h"

int guest_main(void)
{
	guest_catch_exceptions();
	return insn_try_all(guest_try) != 0;
}
