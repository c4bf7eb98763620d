/*
 * exits.c - what is done for each exit that reaches the VMM, by table.
 */
#include "05-full/vmm/arch.h"
#include "05-full/vmm/bus.h"

/* Port I/O: count items of size bytes, which lie behind kvm_run. */
static void vmm_exit_io(struct vmm_vcpu *v)
{
	struct kvm_run *run = v->run;
	u8 *data = (u8 *)run + run->io.data_offset;
	bool out = run->io.direction == KVM_EXIT_IO_OUT;

	user_lock(&v->vm->lock);
	for (u32 i = 0; i < run->io.count; i++, data += run->io.size)
		bus_access(BUS_PORTS, run->io.port, data, run->io.size, out);
	user_unlock(&v->vm->lock);
}

static void vmm_exit_mmio(struct vmm_vcpu *v)
{
	struct kvm_run *run = v->run;

	user_lock(&v->vm->lock);
	bus_access(BUS_MEMORY, run->mmio.phys_addr, run->mmio.data,
	           run->mmio.len, run->mmio.is_write);
	user_unlock(&v->vm->lock);
}

/* Only without an interrupt controller in the kernel: nothing can wake it. */
static void vmm_exit_hlt(struct vmm_vcpu *v)
{
	vmm_end(v->vm, 0, "the guest halted at 0x%lx, for ever",
	        vmm_arch_where(v));
}

static void vmm_exit_shutdown(struct vmm_vcpu *v)
{
	vmm_end(v->vm, 1, "vCPU %d shut down at 0x%lx (a triple fault)",
	        v->index, vmm_arch_where(v));
}

static void vmm_exit_fail_entry(struct vmm_vcpu *v)
{
	vmm_end(v->vm, 1, "vCPU %d: the entry failed, hardware reason 0x%llx",
	        v->index, v->run->fail_entry.hardware_entry_failure_reason);
}

static void vmm_exit_internal(struct vmm_vcpu *v)
{
	static const char *const words[] = {
		[0] = "?",
		[KVM_INTERNAL_ERROR_EMULATION] =
			"an instruction that KVM cannot emulate",
		[KVM_INTERNAL_ERROR_SIMUL_EX] = "two exceptions at once",
		[KVM_INTERNAL_ERROR_DELIVERY_EV] =
			"an exit while an event was delivered",
		[KVM_INTERNAL_ERROR_UNEXPECTED_EXIT_REASON] =
			"an exit for a reason that KVM does not know",
	};
	u32 code = v->run->internal.suberror;

	vmm_end(v->vm, 1, "vCPU %d at 0x%lx: internal error %u: %s", v->index,
	        vmm_arch_where(v), code,
	        words[code < ARRAY_SIZE(words) ? code : 0]);
}

static void vmm_exit_system_event(struct vmm_vcpu *v)
{
	u32 type = v->run->system_event.type;

	if (type == KVM_SYSTEM_EVENT_SHUTDOWN)
		vmm_end(v->vm, 0, "the guest powered off");
	if (type == KVM_SYSTEM_EVENT_RESET)
		vmm_rebooted(v->vm);
	vmm_end(v->vm, 1, "the guest ended by system event %u%s", type,
	        type == KVM_SYSTEM_EVENT_CRASH ? " (it crashed)" : "");
}

static void vmm_exit_debug(struct vmm_vcpu *v)
{
	vmm_end(v->vm, 1, "vCPU %d stopped at 0x%lx for a debugger", v->index,
	        vmm_arch_where(v));
}

static void vmm_exit_nothing(struct vmm_vcpu *v)
{
	(void)v;
}

static const struct {
	const char *name;
	void (*serve)(struct vmm_vcpu *v);
} exits[VMM_EXIT_REASONS] = {
	[KVM_EXIT_UNKNOWN] = { "UNKNOWN", NULL },
	[KVM_EXIT_EXCEPTION] = { "EXCEPTION", NULL },
	[KVM_EXIT_IO] = { "IO", vmm_exit_io },
	[KVM_EXIT_HYPERCALL] = { "HYPERCALL", NULL },
	[KVM_EXIT_DEBUG] = { "DEBUG", vmm_exit_debug },
	[KVM_EXIT_HLT] = { "HLT", vmm_exit_hlt },
	[KVM_EXIT_MMIO] = { "MMIO", vmm_exit_mmio },
	[KVM_EXIT_IRQ_WINDOW_OPEN] = { "IRQ_WINDOW_OPEN", vmm_exit_nothing },
	[KVM_EXIT_SHUTDOWN] = { "SHUTDOWN", vmm_exit_shutdown },
	[KVM_EXIT_FAIL_ENTRY] = { "FAIL_ENTRY", vmm_exit_fail_entry },
	[KVM_EXIT_INTR] = { "INTR", vmm_exit_nothing },
	[KVM_EXIT_SET_TPR] = { "SET_TPR", vmm_exit_nothing },
	[KVM_EXIT_INTERNAL_ERROR] = { "INTERNAL_ERROR", vmm_exit_internal },
	[KVM_EXIT_SYSTEM_EVENT] = { "SYSTEM_EVENT", vmm_exit_system_event },
	[KVM_EXIT_IOAPIC_EOI] = { "IOAPIC_EOI", vmm_exit_nothing },
	[KVM_EXIT_ARM_NISV] = { "ARM_NISV", NULL },
};

const char *vmm_exit_name(u32 reason)
{
	return reason < VMM_EXIT_REASONS ? exits[reason].name : NULL;
}

static __attribute__((noinline)) void vmm_exit_other(struct vmm_vcpu *v,
                                                     u32 reason)
{
	if (!vmm_arch_exit(v))
		vmm_end(v->vm, 1,
		        "vCPU %d at 0x%lx: exit %u (%s): there is no "
		        "answer to it",
		        v->index, vmm_arch_where(v), reason,
		        vmm_exit_name(reason) ? vmm_exit_name(reason) : "?");
}

void vmm_handle_exit(struct vmm_vcpu *v)
{
	u32 reason = v->run->exit_reason;

	if (reason < VMM_EXIT_REASONS) {
		v->exits[reason]++;
		if (exits[reason].serve) {
			exits[reason].serve(v);
			return;
		}
	}
	vmm_exit_other(v, reason);
}
