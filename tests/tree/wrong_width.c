/*
 * wrong_width.c - accesses to VMCS fields: right ones, and with WRONG=n one
 * of another width.  Only test_wrong_width.sh compiles it.
 */
#include "02-vmcs/vmcs.h"

u64 accesses(void);

u64 accesses(void)
{
	vmcs_write16(GUEST_CS_SELECTOR, 8);
	vmcs_write32(GUEST_CS_LIMIT, 0xffff);
	vmcs_write64(EPT_POINTER, 0);
	vmcs_writenat(GUEST_RIP, 0);
#if WRONG == 1
	return vmcs_read16(EPT_POINTER); /* 64 bits */
#elif WRONG == 2
	return vmcs_read32(GUEST_CS_SELECTOR); /* 16 bits */
#elif WRONG == 3
	return vmcs_read64(GUEST_RIP); /* natural width */
#elif WRONG == 4
	return vmcs_readnat(VM_EXIT_REASON); /* 32 bits */
#elif WRONG == 5
	vmcs_write16(GUEST_CS_LIMIT, 0); /* 32 bits */
#elif WRONG == 6
	vmcs_write32(VMCS_LINK_POINTER, 0); /* 64 bits */
#elif WRONG == 7
	vmcs_write64(VIRTUAL_PROCESSOR_ID, 1); /* 16 bits */
#elif WRONG == 8
	vmcs_writenat(TSC_OFFSET, 0); /* 64 bits */
#endif
	return vmcs_read16(GUEST_CS_SELECTOR) + vmcs_read32(VM_EXIT_REASON) +
	       vmcs_read64(EPT_POINTER) + vmcs_readnat(GUEST_RIP);
}
