/*
 * x86.h - functions between the files of kvm/x86.
 *
 *   cpu.c       VMXON, capabilities      vcpu_x86.c   a vCPU's life, its ioctls
 *   cpuid.c     what CPUID says          state.c      get and set its state
 *   msr.c       MSRs                     enter.c      flush, entry, sync
 *   mmu_x86.c   EPT, flushes             exits.c      the table of handlers
 *   vpid.c      VPIDs are lent           emulate.c    instructions on MMIO
 *   pio.c       port I/O                 operands.c   ... what they work on
 *   lazy.c      load and put             debug_x86.c  the VMM as a debugger
 *   lapic.c ... interrupt controllers    irqchip.c    their ioctls
 */
#pragma once

#include "01-vmxon/vmx_caps.h"
#include "05-full/kvm/kvm.h"

/* Both begin with stage 03's struct. */
static inline struct kvm_vcpu *kvm_vcpu_of(struct vcpu *v)
{
	return (struct kvm_vcpu *)v;
}

static inline struct kvm *kvm_of(struct vm *vm)
{
	return (struct kvm *)vm;
}

extern struct vmx_caps kvm_caps;

/* An apic of the LAPIC look at the vCPU again (B15) */
#define KVM_REQ_EVENT KVM_REQ_ARCH(0)        /* INIT or SIPI */
#define KVM_REQ_TRIPLE_FAULT KVM_REQ_ARCH(1) /* asked by SET_VCPU_EVENTS */
#define KVM_REQ_EOI_EXITS KVM_REQ_ARCH(2)    /* the IOAPIC's table changed */

/* --- exits ----------------------------------------------------------------- */
extern const exit_handler kvm_exit_handlers[EXIT_REASONS];

/* For a handler: back to the VMM, KVM_RUN returns result (0 or -errno). */
static inline enum exit_action kvm_leave(struct kvm_vcpu *v, int result)
{
	v->arch.result = result;
	return EXIT_TO_CALLER;
}

/* kvm_leave_as - exit to the VMM with this reason. */
static inline enum exit_action kvm_leave_as(struct kvm_vcpu *v, u32 reason)
{
	v->run->exit_reason = reason;
	return kvm_leave(v, 0);
}

enum exit_action kvm_internal_error(struct kvm_vcpu *v, u32 suberror);

/*
 * kvm_cannot_emulate - an instruction that nobody here can carry out: #UD for a
 * program; a kernel's ends the machine, with the #UD waiting.
 */
enum exit_action kvm_cannot_emulate(struct kvm_vcpu *v);
enum exit_action handle_pio(struct vcpu *v);
enum exit_action handle_memory(struct vcpu *v);
enum exit_action handle_debug(struct vcpu *v);
enum exit_action handle_debug_register(struct vcpu *v);
enum exit_action kvm_emulate(struct kvm_vcpu *v);
int kvm_emulate_on(struct kvm_vcpu *v);

/* kvm_end_shadow - a STI or MOV SS before this instruction shadows no more. */
static inline void kvm_end_shadow(void)
{
	u32 blocked = vmcs_read32(GUEST_INTERRUPTIBILITY_STATE);

	if (__builtin_expect(blocked & (BLOCKING_BY_STI | BLOCKING_BY_MOV_SS),
	                     0))
		vmcs_write32(GUEST_INTERRUPTIBILITY_STATE,
		             blocked &
		                     ~(BLOCKING_BY_STI | BLOCKING_BY_MOV_SS));
}

/* kvm_skip - as vcpu_skip; RIP was read at the exit. */
static inline void kvm_skip(struct kvm_vcpu *v)
{
	vmcs_writenat(GUEST_RIP,
	              v->exit_pc + vmcs_read32(VM_EXIT_INSTRUCTION_LENGTH));
	kvm_end_shadow();
}

/* --- entry ----------------------------------------------------------------- */
/* kvm_queue_exception - as inject_exception; a second one makes a double fault. */
void kvm_queue_exception(struct kvm_vcpu *v, u8 vector, bool has_code,
                         u32 code);
void kvm_queue_page_fault(struct kvm_vcpu *v, u64 gva, u32 code);

/* --- CPUID, MSRs ------------------------------------------------------------ */
enum exit_action handle_guest_cpuid(struct vcpu *v);
bool kvm_get_msr(struct kvm_vcpu *v, u32 msr, u64 *value);
bool kvm_set_msr(struct kvm_vcpu *v, u32 msr, u64 value, bool by_vmm);
void kvm_msr_reset(struct kvm_vcpu *v);
void kvm_msr_bitmap(struct kvm_vcpu *v);
s64 kvm_msr_index_list(u64 arg);
s64 kvm_msrs_ioctl(struct kvm_vcpu *v, u64 arg, bool set);
s64 kvm_msr_feature_list(u64 arg);
s64 kvm_supported_cpuid(u64 arg);
s64 kvm_emulated_cpuid(u64 arg);
s64 kvm_set_cpuid2(struct kvm_vcpu *v, u64 arg);
s64 kvm_get_cpuid2(struct kvm_vcpu *v, u64 arg);
bool kvm_has_cpuid(struct kvm_vcpu *v, u32 leaf, int reg, u32 bits);

/* IA32_APIC_BASE (SDM 11.4.4) */
#define APIC_BASE_BSP BIT(8)
#define APIC_BASE_X2APIC BIT(10)
#define APIC_BASE_ENABLE BIT(11)
#define APIC_BASE_ADDRESS 0xfee00000ul

/* --- a vCPU ------------------------------------------------------------------ */
void kvm_vcpu_reset(struct kvm_vcpu *v, bool init);
int kvm_set_apic_base(struct kvm_vcpu *v, u64 value, bool by_vmm);
s64 kvm_state_ioctl(struct kvm_vcpu *v, u32 request, u64 arg);
s64 kvm_set_guest_debug(struct kvm_vcpu *v, u64 arg);
void kvm_debug_before_entry(struct kvm_vcpu *v);
u64 kvm_get_cr8(struct kvm_vcpu *v);
void kvm_set_cr8(struct kvm_vcpu *v, u64 cr8);
void kvm_get_regs(struct kvm_vcpu *v, struct kvm_regs *r);
void kvm_set_regs(struct kvm_vcpu *v, const struct kvm_regs *r);
void kvm_get_sregs(struct kvm_vcpu *v, struct kvm_sregs *s);
int kvm_set_sregs(struct kvm_vcpu *v, const struct kvm_sregs *s);
void kvm_get_events(struct kvm_vcpu *v, struct kvm_vcpu_events *e);
int kvm_set_events(struct kvm_vcpu *v, const struct kvm_vcpu_events *e);

/* --- memory ------------------------------------------------------------------ */
/* Pages that stage 01-03's allocator may need at once: else -ENOMEM. */
#define KVM_PAGES_SPARE 64
bool kvm_have_pages(void);

/* --- time --------------------------------------------------------------------- */
u64 kvm_guest_tsc(struct kvm_vcpu *v);
u64 kvm_ns_of_guest_tsc(struct kvm_vcpu *v, u64 tsc);
