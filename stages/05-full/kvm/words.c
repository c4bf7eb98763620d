/*
 * words.c - see words.h.
 */
#include "05-full/kvm/words.h"

#include "05-full/host/run.h"
#include "lib/print.h"
#include "lib/string.h"

static u32 vmids; /* 0: as many as there are */

bool kvm_word(const char *word)
{
	if (strncmp(word, ".vmids=", 7))
		return kvm_arch_word(word);
	vmids = word_number(word + 7);
	return kvm_arch_limit_vmids(vmids);
}

void kvm_report(void)
{
	if (vmids)
		printk("vmids: %u to lend, %lu rollovers\n", vmids,
		       kvm_arch_vmid_rollovers());
}
