/*
 * vcpu_x86.c - a vCPU's life on x86: made, reset, loaded, put, destroyed.
 */
#include "01-vmxon/pages.h"
#include "01-vmxon/vmx_insn.h"
#include "03-entry-exit/guest_state.h"
#include "05-full/host/memory.h"
#include "05-full/kvm/x86/apicv.h"
#include "05-full/kvm/x86/irqchip.h"
#include "05-full/kvm/x86/lazy.h"
#include "05-full/kvm/x86/x86.h"
#include "lib/panic.h"
#include "lib/string.h"

#define CR0_RESET (CR0_ET | CR0_NW | CR0_CD)

/* Controls beyond stage 03's, where the CPU has them. */
static void add_controls(struct kvm_vcpu *v)
{
	u32 pin = vmcs_read32(PIN_BASED_VM_EXEC_CONTROL);
	u32 exit = vmcs_read32(VM_EXIT_CONTROLS);

	/* Guests that block interrupts are preempted by this timer. */
	if (vmx_may_set(&kvm_caps, VMX_PIN, PIN_ACTIVATE_PREEMPTION_TIMER) &&
	    vmx_may_set(&kvm_caps, VMX_EXIT, EXIT_SAVE_PREEMPTION_TIMER)) {
		vmcs_write32(PIN_BASED_VM_EXEC_CONTROL,
		             pin | PIN_ACTIVATE_PREEMPTION_TIMER);
		vmcs_write32(VM_EXIT_CONTROLS,
		             exit | EXIT_SAVE_PREEMPTION_TIMER);
		v->arch.timer_per_ns = v->kvm->arch.ticks_per_ns >>
		                       vmx_timer_shift(&kvm_caps);
	}
	kvm_vpid_setup();
	vmcs_write64(TSC_OFFSET, v->kvm->arch.tsc.offset);
	lazy_exit_on_dr(true);
}

/* Real mode at f000:fff0, as after a reset (SDM table 10-1). */
static void reset_cpu_state(struct kvm_vcpu *v)
{
	struct vcpu *c = &v->arch.vcpu;

	guest_state_real(c, 0xf000, 0xfff0);
	vmcs_writenat(GUEST_CS_BASE, 0xffff0000);
	vmcs_writenat(GUEST_RSP, 0);
	guest_state_control_registers(c, CR0_RESET, 0);
	vmcs_writenat(GUEST_CR0, vmcs_readnat(GUEST_CR0) & ~(CR0_NW | CR0_CD));
	memset(c->regs.gpr, 0, sizeof(c->regs.gpr));
	c->regs.rdx = 0x600; /* family 6 */
	c->regs.cr2 = 0;
	c->cr8 = 0;
	c->events = (struct pending){ .irq = NO_VECTOR, .any = true };
	vmcs_write32(VM_ENTRY_INTERRUPTION_INFO, 0);
}

void kvm_vcpu_reset(struct kvm_vcpu *v, bool init)
{
	reset_cpu_state(v);
	kvm_vpid_renew(&v->arch.vpid); /* paging is off */
	v->arch.queued_irq = NO_VECTOR;
	v->arch.complete = NULL;
	lazy_update(v); /* EFER is 0 */
	if (!init)
		kvm_msr_reset(v);
}

int kvm_arch_vcpu_init(struct kvm_vcpu *v)
{
	struct vcpu *c = &v->arch.vcpu;
	const char *missing;
	bool is_boot = v->id == v->kvm->arch.boot_cpu_id;
	u64 flags;

	if (!kvm_have_pages())
		return -ENOMEM;
	flags = arch_irq_save();
	missing = vcpu_init(c, &v->kvm->arch.vm, &kvm_caps);
	if (missing)
		panic("this CPU's VMX lacks: %s", missing);
	c->handlers = kvm_exit_handlers;
	v->arch.apic_base = APIC_BASE_ADDRESS | APIC_BASE_ENABLE |
	                    (is_boot ? APIC_BASE_BSP : 0);
	vmcs_load(&c->vmcs);
	add_controls(v);
	kvm_msr_bitmap(v);
	reset_cpu_state(v);
	vmcs_clear(&c->vmcs);
	arch_irq_restore(flags);
	v->arch.queued_irq = NO_VECTOR;
	kvm_msr_reset(v);
	v->arch.mp_state = KVM_MP_STATE_RUNNABLE;
	return kvm_irqchip_add_vcpu(v, is_boot);
}

static void clear_here(void *arg)
{
	struct kvm_vcpu *v = arg;

	vmcs_clear(&v->arch.vcpu.vmcs);
}

/* Its VMCS may be cached by one CPU only: make that one write it back. */
static void clear_elsewhere(struct kvm_vcpu *v)
{
	u32 cpu = v->arch.vcpu.vmcs.cpu;

	if (cpu == VMCS_NO_CPU)
		return;
	if (cpu == arch_cpu_number())
		clear_here(v);
	else
		cpu_call(cpu, clear_here, v);
}

void kvm_arch_vcpu_destroy(struct kvm_vcpu *v)
{
	struct vcpu *c = &v->arch.vcpu;
	u64 flags;

	if (!c->msr_bitmap)
		return; /* vcpu_init never ran */
	kvm_irqchip_remove_vcpu(v);
	preempt_disable();
	clear_elsewhere(v);
	preempt_enable();
	flags = arch_irq_save();
	page_free(c->msr_bitmap);
	page_free(c->vmcs.region);
	arch_irq_restore(flags);
}

/* anchor: load */
/*
 * Another vCPU was here last, or this one elsewhere.  B12: a VPID of this
 * CPU's; only a vCPU that comes to this CPU can end its generation.
 */
static void load_vmcs(struct kvm_vcpu *v)
{
	struct vcpu *c = &v->arch.vcpu;

	if (c->vmcs.cpu != arch_cpu_number())
		clear_elsewhere(v);
	if (c->last_cpu != arch_cpu_number()) {
		v->arch.timer_stale = true; // not observable here: it is late
		/* vcpu_load_vmcs writes it. */
		// not observable here: it only saves time
		v->arch.host_fs_base = current->arch.fs_base;
	}
	vcpu_load_vmcs(c);
	// not observable here: Bochs flushes its TLB at each entry
	kvm_vpid_update(&v->arch.vpid, arch_cpu_number());
}

/*
 * The VMCS to this CPU, then what is switched at load.  Mostly the VMCS is
 * there still.  FS_BASE is the user program's: another of its threads has
 * another one, and every exit loads what HOST_FS_BASE says.
 */
void kvm_arch_vcpu_load(struct kvm_vcpu *v)
{
	u64 fs_base = current->arch.fs_base;

	if (vmcs_of_cpu[arch_cpu_number()] != &v->arch.vcpu.vmcs)
		load_vmcs(v);
	if (v->arch.host_fs_base != fs_base) {
		// not observable here: it only saves time
		v->arch.host_fs_base = fs_base;
		vmcs_writenat(HOST_FS_BASE, fs_base);
	}
	if (rdtsc() > v->arch.timer_until)
		v->arch.timer_stale = true; // not observable here: it is late
	lazy_to_guest(v);
}

void kvm_arch_vcpu_put(struct kvm_vcpu *v)
{
	lazy_to_host(v);
}
/* end: load */

s64 kvm_arch_vcpu_async_ioctl(struct kvm_vcpu *v, u32 request, u64 arg)
{
	(void)v;
	(void)request;
	(void)arg;
	return -ENOIOCTLCMD;
}

s64 kvm_arch_vcpu_ioctl(struct kvm_vcpu *v, u32 request, u64 arg)
{
	switch (request) {
	case KVM_SET_CPUID2:
		return kvm_set_cpuid2(v, arg);
	case KVM_GET_CPUID2:
		return kvm_get_cpuid2(v, arg);
	case KVM_GET_MSRS:
	case KVM_SET_MSRS:
		return kvm_msrs_ioctl(v, arg, request == KVM_SET_MSRS);
	case KVM_INTERRUPT:
		return kvm_vcpu_ioctl_interrupt(v, arg);
	case KVM_NMI:
		inject_nmi(&v->arch.vcpu);
		return 0;
	case KVM_GET_LAPIC:
	case KVM_SET_LAPIC:
		return kvm_lapic_ioctl(v, arg, request == KVM_SET_LAPIC);
	case KVM_SET_GUEST_DEBUG:
		return kvm_set_guest_debug(v, arg);
	case KVM_GET_TSC_KHZ:
		return (s64)(arch_ticks_hz() / 1000);
	case KVM_SET_TSC_KHZ: /* no scaling: this rate, or none */
		return !arg || arg == arch_ticks_hz() / 1000 ? 0 : -EINVAL;
	default:
		return kvm_state_ioctl(v, request, arg);
	}
}
