/*
 * vmx_insns.c - hostile: VMX instructions from ring 0.
 */
#define INSN_LIST "vmx_insns.def"
#include "insn_list.h"

int guest_main(void)
{
	guest_catch_exceptions();
	return insn_try_all(guest_try) != 0;
}
