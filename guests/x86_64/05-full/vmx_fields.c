/*
 * vmx_fields.c - hostile: VMREAD and VMWRITE, in ring 0 and in ring 3.
 */
#define INSN_LIST "vmx_fields.def"
#include "insn_list.h"

int guest_main(void)
{
	guest_catch_exceptions();
	return insn_try_all(guest_try) + insn_try_all(guest_try_user) != 0;
}
