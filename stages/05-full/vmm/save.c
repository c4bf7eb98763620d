/*
 * save.c - stop a machine, write it down, go on from there in another one.
 */
#include "05-full/vmm/arch.h"

void vmm_save(struct vmm *vm)
{
	if (!vm->opt->save)
		vmm_say("there is no --save FILE");
}
