/*
 * vcpu.c - load, enter, dispatch, put: the run loop.
 */
#include "03-entry-exit/vcpu.h"

#include "01-vmxon/cpu.h"
#include "01-vmxon/pages.h"
#include "01-vmxon/vmx_caps.h"
#include "01-vmxon/vmx_insn.h"
#include "03-entry-exit/vmcs_setup.h"
#include "lib/panic.h"

#define INVEPT_SINGLE_CONTEXT 1
#define INVVPID_SINGLE_CONTEXT 1

static u64 largest_page(const struct vmx_caps *caps)
{
	if (vmx_has(caps, IDX_IA32_VMX_EPT_VPID_CAP, EPT_CAP_1G))
		return GiB;
	if (vmx_has(caps, IDX_IA32_VMX_EPT_VPID_CAP, EPT_CAP_2M))
		return 2 * MiB;
	return PAGE_SIZE;
}

void vm_init(struct vm *vm, u64 size, const struct vmx_caps *caps)
{
	*vm = (struct vm){ .ram_size = size };
	ept_init(&vm->ept, largest_page(caps));
	if (!size)
		return;
	vm->ram = pages_alloc_block(size, 2 * MiB);
	if (ept_map(&vm->ept, (gpa_t){ 0 }, ptr_to_hpa(vm->ram), size,
	            EPT_RWX | EPT_WB))
		panic("a guest of %lu bytes cannot be mapped", size);
}

const char *vcpu_init(struct vcpu *v, struct vm *vm,
                      const struct vmx_caps *caps)
{
	const char *missing;

	*v = (struct vcpu){ .vm = vm, .caps = caps, .last_cpu = VMCS_NO_CPU };
	v->handlers = exit_handlers;
	v->events.irq = NO_VECTOR;
	v->msr_bitmap = page_alloc();
	switch_init(&v->state);
	switch_prepare_cpu();
	vmcs_init(&v->vmcs, page_alloc(), caps);
	vmcs_load(&v->vmcs);
	missing = vmcs_setup_controls(v);
	vmcs_clear(&v->vmcs);
	return missing;
}

u64 vcpu_reg(const struct vcpu *v, unsigned number)
{
	if (number == 4)
		return vmcs_readnat(GUEST_RSP);
	return v->regs.gpr[number < 4 ? number : number - 1];
}

void vcpu_set_reg(struct vcpu *v, unsigned number, u64 value)
{
	if (number == 4)
		vmcs_writenat(GUEST_RSP, value);
	else
		v->regs.gpr[number < 4 ? number : number - 1] = value;
}

/* Both controls, or neither: SDM 27.2.1.2. */
static void activate_timer(bool on)
{
	u32 pin = vmcs_read32(PIN_BASED_VM_EXEC_CONTROL);
	u32 exit = vmcs_read32(VM_EXIT_CONTROLS);

	if (on) {
		pin |= PIN_ACTIVATE_PREEMPTION_TIMER;
		exit |= EXIT_SAVE_PREEMPTION_TIMER;
	} else {
		pin &= ~PIN_ACTIVATE_PREEMPTION_TIMER;
		exit &= ~EXIT_SAVE_PREEMPTION_TIMER;
	}
	vmcs_write32(PIN_BASED_VM_EXEC_CONTROL, pin);
	vmcs_write32(VM_EXIT_CONTROLS, exit);
}

bool vcpu_set_timer(struct vcpu *v, u32 ticks)
{
	if (!vmx_may_set(v->caps, VMX_PIN, PIN_ACTIVATE_PREEMPTION_TIMER) ||
	    !vmx_may_set(v->caps, VMX_EXIT, EXIT_SAVE_PREEMPTION_TIMER))
		return false;
	vmcs_write32(VMX_PREEMPTION_TIMER_VALUE, ticks);
	activate_timer(true);
	return true;
}

void vcpu_clear_timer(struct vcpu *v)
{
	(void)v;
	activate_timer(false);
}

void vcpu_invalidate_ept(struct vcpu *v)
{
	struct invept_desc d = { .eptp = ept_pointer(&v->vm->ept) };

	if (vmx_invept(INVEPT_SINGLE_CONTEXT, &d) != VMX_OK)
		panic("INVEPT of %#lx failed", d.eptp);
}

static void invalidate_vpid(void)
{
	struct invvpid_desc d = { .vpid = vmcs_read16(VIRTUAL_PROCESSOR_ID) };

	if (d.vpid && vmx_invvpid(INVVPID_SINGLE_CONTEXT, &d) != VMX_OK)
		panic("INVVPID of %lu failed", d.vpid);
}

/* anchor: load_put */
void vcpu_load_vmcs(struct vcpu *v)
{
	vmcs_load(&v->vmcs);
	if (v->last_cpu != this_cpu()->number) {
		/* This CPU may remember what the vCPU mapped long ago. */
		vcpu_invalidate_ept(v);
		invalidate_vpid();
		vmcs_setup_host(v);
		v->last_cpu = this_cpu()->number;
	}
}

void vcpu_load(struct vcpu *v)
{
	vcpu_load_vmcs(v);
	switch_to_guest(&v->state);
}

void vcpu_put(struct vcpu *v)
{
	switch_to_host(&v->state);
}
/* end: load_put */

enum exit_action vcpu_dispatch(struct vcpu *v)
{
	u32 basic = v->reason & EXIT_REASON_BASIC;

	if (basic >= EXIT_REASONS || !v->handlers[basic])
		return EXIT_UNHANDLED;
	return v->handlers[basic](v);
}

static enum run_result go_round(struct vcpu *v)
{
	enum exit_action action;

	do {
		if (vcpu_enter(v) != VMX_OK)
			return RUN_ENTRY_FAILED;
		if (v->reason & EXIT_ENTRY_FAILURE)
			return RUN_BAD_STATE;
		action = vcpu_dispatch(v);
	} while (action == EXIT_RESUME);
	return action == EXIT_TO_CALLER ? RUN_EXIT : RUN_UNHANDLED;
}

enum run_result vcpu_run(struct vcpu *v)
{
	enum run_result result;

	vcpu_load(v);
	result = go_round(v);
	vcpu_put(v);
	return result;
}
