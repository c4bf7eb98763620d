/*
 * probe.c - the CPU's verdict on the current VMCS; see probe.h.
 */
#include "02-vmcs/probe.h"

#include "01-vmxon/cpu.h"

#include "01-vmxon/vmx.h"
#include "02-vmcs/vmcs.h"
#include "lib/print.h"

/* probe.S */
u64 probe_vmlaunch(u64 host_rsp);
u64 probe_vmresume(u64 host_rsp);
u64 probe_after_mov_ss(u64 host_rsp);

struct probe_answer probe(enum probe_how how)
{
	static u64 (*const attempts[])(u64) = {
		[PROBE_VMLAUNCH] = probe_vmlaunch,
		[PROBE_VMRESUME] = probe_vmresume,
		[PROBE_AFTER_MOV_SS] = probe_after_mov_ss,
	};
	u64 result = attempts[how](HOST_RSP);
	struct probe_answer a = { .failed = result != VMX_OK };

	if (result == VMX_FAIL_VALID) {
		a.has_error = true;
		a.error = vmcs_read32(VM_INSTRUCTION_ERROR);
	} else if (result == VMX_OK) {
		a.reason = vmcs_read32(VM_EXIT_REASON);
		a.qualification = vmcs_readnat(EXIT_QUALIFICATION);
	}
	return a;
}

enum entry_outcome probe_outcome(const struct probe_answer *a)
{
	if (a->failed)
		return a->error == VMX_ERROR_ENTRY_BAD_CONTROLS ?
		               ENTRY_BAD_CONTROLS :
		       a->error == VMX_ERROR_ENTRY_BAD_HOST_STATE ?
		               ENTRY_BAD_HOST :
		               ENTRY_OUTCOMES;
	if (!(a->reason & BIT(31)))
		return ENTRY_SUCCEEDS;
	return (u16)a->reason == 33 ? ENTRY_BAD_GUEST :
	       (u16)a->reason == 34 ? ENTRY_BAD_MSR_LOAD :
	                              ENTRY_OUTCOMES;
}

void probe_words(enum entry_outcome outcome, u64 qualification, char *buf,
                 size_t size)
{
	static const char *const words[] = {
		[ENTRY_SUCCEEDS] = "runs",
		[ENTRY_BAD_CONTROLS] = "error 7",
		[ENTRY_BAD_HOST] = "error 8",
		[ENTRY_BAD_GUEST] = "exit 33",
		[ENTRY_BAD_MSR_LOAD] = "exit 34",
		[ENTRY_OUTCOMES] = "another",
	};
	bool qualified =
		outcome == ENTRY_BAD_GUEST || outcome == ENTRY_BAD_MSR_LOAD;

	if (qualified && qualification)
		snprintk(buf, size, "%s:%lu", words[outcome], qualification);
	else
		snprintk(buf, size, "%s", words[outcome]);
}

#define SET(field, value) (f->v[VMCS_IDX_##field] = (value))

void host_state_here(struct vmcs_values *f)
{
	SET(HOST_CR0, read_cr0());
	SET(HOST_CR3, read_cr3());
	SET(HOST_CR4, read_cr4());
	SET(HOST_ES_SELECTOR, KERNEL_DS);
	SET(HOST_CS_SELECTOR, BOOT_CS);
	SET(HOST_SS_SELECTOR, KERNEL_DS);
	SET(HOST_DS_SELECTOR, KERNEL_DS);
	SET(HOST_TR_SELECTOR, KERNEL_TSS);
	SET(HOST_FS_BASE, rdmsr(IA32_FS_BASE));
	SET(HOST_GS_BASE, rdmsr(IA32_GS_BASE));
	SET(HOST_TR_BASE, (u64)&this_cpu()->tss);
	SET(HOST_GDTR_BASE, sgdt().base);
	SET(HOST_IDTR_BASE, sidt().base);
	SET(HOST_IA32_SYSENTER_CS, rdmsr(IA32_SYSENTER_CS));
	SET(HOST_IA32_SYSENTER_ESP, rdmsr(IA32_SYSENTER_ESP));
	SET(HOST_IA32_SYSENTER_EIP, rdmsr(IA32_SYSENTER_EIP));
	SET(HOST_IA32_PAT, rdmsr(IA32_PAT));
	SET(HOST_IA32_EFER, rdmsr(IA32_EFER));
	SET(HOST_RIP, (u64)probe_exit);
}
