/*
 * vmid_arm.c - .vmids=N: few VMIDs, so that they roll over.
 */
#include "04-arm64-el2/vmid.h"

#include "05-full/host/arch.h"
#include "05-full/kvm/words.h"

bool kvm_arch_word(const char *word)
{
	(void)word;
	return false;
}

/* Each CPU may keep one over a rollover, and one more must be free. */
bool kvm_arch_limit_vmids(u32 n)
{
	bool enough = n > arch_cpu_count() && n < vmid_pool.end;

	if (enough)
		vmid_pool.end = n + 1;
	return enough;
}

u64 kvm_arch_vmid_rollovers(void)
{
	return vmid_pool.rollovers;
}
