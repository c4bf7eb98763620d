/*
 * vmcs_setup.c - controls, and the host state of this CPU.
 */
#include "03-entry-exit/vmcs_setup.h"

#include "01-vmxon/cpu.h"
#include "01-vmxon/pages.h"
#include "02-vmcs/controls.h"
#include "03-entry-exit/msr_policy.h"
#include "03-entry-exit/vcpu.h"

#define SELECTOR_TI_RPL 7 /* both must be 0 (SDM 27.2.3) */

/*
 * What must be on, and what may.  Each "must" guards something that the
 * guest could otherwise reach; registers.def says what.
 */
static const struct {
	enum vmx_group group;
	enum vmcs_field32 field;
	u64 must, nice;
} wanted[] = {
	/* anchor: controls */
	{ VMX_PIN, PIN_BASED_VM_EXEC_CONTROL,
	  PIN_EXTERNAL_INTERRUPT_EXITING | PIN_NMI_EXITING | PIN_VIRTUAL_NMIS,
	  0 },
	{ VMX_PROC, PRIMARY_VM_EXEC_CONTROL,
	  PROC_HLT_EXITING | PROC_MWAIT_EXITING | PROC_MONITOR_EXITING |
	          PROC_RDPMC_EXITING | PROC_CR8_LOAD_EXITING |
	          PROC_CR8_STORE_EXITING | PROC_UNCONDITIONAL_IO_EXITING |
	          PROC_USE_MSR_BITMAPS | PROC_USE_TSC_OFFSETTING |
	          PROC_ACTIVATE_SECONDARY_CONTROLS,
	  0 },
	{ VMX_PROC2, SECONDARY_VM_EXEC_CONTROL,
	  PROC2_ENABLE_EPT | PROC2_UNRESTRICTED_GUEST | PROC2_WBINVD_EXITING,
	  PROC2_ENABLE_RDTSCP |
	          /* not observable here: Bochs flushes at every entry */
	          PROC2_ENABLE_VPID },
	{ VMX_EXIT, VM_EXIT_CONTROLS,
	  EXIT_SAVE_DEBUG_CONTROLS | EXIT_HOST_ADDRESS_SPACE_SIZE |
	          EXIT_SAVE_PAT | EXIT_LOAD_PAT | EXIT_SAVE_EFER |
	          EXIT_LOAD_EFER,
	  0 },
	{ VMX_ENTRY, VM_ENTRY_CONTROLS,
	  ENTRY_LOAD_DEBUG_CONTROLS | ENTRY_LOAD_PAT | ENTRY_LOAD_EFER, 0 },
	/* end: controls */
};

/* Tags 1..65535: a vCPU's linear translations are never another's. */
static u16 new_vpid(void)
{
	static u16 last;

	return __atomic_add_fetch(&last, 1, __ATOMIC_RELAXED);
}

const char *vmcs_setup_controls(struct vcpu *v)
{
	static char names[160];

	for (unsigned i = 0; i < ARRAY_SIZE(wanted); i++) {
		struct controls c =
			controls_round(v->caps, wanted[i].group,
		                       wanted[i].must, wanted[i].nice);

		if (c.missing) {
			controls_words(wanted[i].group, c.missing, names,
			               sizeof(names));
			return names;
		}
		vmcs_write32(wanted[i].field, c.value);
	}
	vmcs_write64(EPT_POINTER, ept_pointer(&v->vm->ept));
	if (vmcs_read32(SECONDARY_VM_EXEC_CONTROL) & PROC2_ENABLE_VPID)
		vmcs_write16(VIRTUAL_PROCESSOR_ID, new_vpid());
	msr_policy_fill_bitmap(v->msr_bitmap);
	vmcs_write64(MSR_BITMAP, ptr_to_hpa(v->msr_bitmap).v);
	vmcs_write32(EXCEPTION_BITMAP, 0); /* all are the guest's own */
	vmcs_write64(VMCS_LINK_POINTER, VMCS_NONE);
	return NULL;
}

void vmcs_setup_host(struct vcpu *v)
{
	(void)v;
	/* anchor: host-state */
	vmcs_writenat(HOST_CR0, read_cr0());
	vmcs_writenat(HOST_CR3, read_cr3());
	vmcs_writenat(HOST_CR4, read_cr4());
	vmcs_write16(HOST_CS_SELECTOR, BOOT_CS);
	vmcs_write16(HOST_SS_SELECTOR, KERNEL_DS);
	vmcs_write16(HOST_DS_SELECTOR, KERNEL_DS);
	vmcs_write16(HOST_ES_SELECTOR, KERNEL_DS);
	/* A user program's selectors ask for ring 3, which a host may not. */
	vmcs_write16(HOST_FS_SELECTOR, read_fs() & ~SELECTOR_TI_RPL);
	vmcs_write16(HOST_GS_SELECTOR, read_gs() & ~SELECTOR_TI_RPL);
	vmcs_write16(HOST_TR_SELECTOR, KERNEL_TSS);
	vmcs_writenat(HOST_FS_BASE, rdmsr(IA32_FS_BASE));
	vmcs_writenat(HOST_GS_BASE, rdmsr(IA32_GS_BASE));
	vmcs_writenat(HOST_TR_BASE, (u64)&this_cpu()->tss);
	vmcs_writenat(HOST_GDTR_BASE, sgdt().base);
	vmcs_writenat(HOST_IDTR_BASE, sidt().base);
	vmcs_write32(HOST_IA32_SYSENTER_CS, rdmsr(IA32_SYSENTER_CS));
	vmcs_writenat(HOST_IA32_SYSENTER_ESP, rdmsr(IA32_SYSENTER_ESP));
	vmcs_writenat(HOST_IA32_SYSENTER_EIP, rdmsr(IA32_SYSENTER_EIP));
	vmcs_write64(HOST_IA32_PAT, rdmsr(IA32_PAT));
	vmcs_write64(HOST_IA32_EFER, rdmsr(IA32_EFER));
	vmcs_writenat(HOST_RIP, (u64)vmx_exit);
	/* end: host-state */
	/* HOST_RSP is vmx_enter's: it depends on the caller's stack. */
}
