/*
 * user_insns.c - hostile: each privileged instruction from user mode.
 */
#define INSN_LIST "user_insns.def"
#include "insn_list.h"

int guest_main(void)
{
	guest_catch_exceptions();
	return insn_try_all(guest_try_user) != 0;
}
