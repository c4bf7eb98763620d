/*
 * state.c - a vCPU's registers for the VMM: get and set.
 *
 * The vCPU is loaded: its VMCS is current, and its floating point, debug
 * registers and switched MSRs are in this CPU.
 */
#include "01-vmxon/cpu.h"
#include "02-vmcs/access_rights.h"
#include "03-entry-exit/guest_mem.h"
#include "03-entry-exit/guest_state.h"
#include "05-full/kvm/x86/irqchip.h"
#include "05-full/kvm/x86/lazy.h"
#include "05-full/kvm/x86/x86.h"
#include "lib/string.h"

/* anchor: regs */
void kvm_get_regs(struct kvm_vcpu *v, struct kvm_regs *r)
{
	const struct vmx_context *c = &v->arch.vcpu.regs;

	*r = (struct kvm_regs){
		.rax = c->rax,
		.rbx = c->rbx,
		.rcx = c->rcx,
		.rdx = c->rdx,
		.rsi = c->rsi,
		.rdi = c->rdi,
		.rbp = c->rbp,
		.rsp = vmcs_readnat(GUEST_RSP),
		.r8 = c->r8,
		.r9 = c->r9,
		.r10 = c->r10,
		.r11 = c->r11,
		.r12 = c->r12,
		.r13 = c->r13,
		.r14 = c->r14,
		.r15 = c->r15,
		.rip = vmcs_readnat(GUEST_RIP),
		.rflags = vmcs_readnat(GUEST_RFLAGS),
	};
	/* That one is the debugger's, not the guest's. */
	if (v->guest_debug & KVM_GUESTDBG_SINGLESTEP)
		r->rflags &= ~RFLAGS_TF;
}

static bool belongs_to_state(u32 event)
{
	return (event & EVENT_TYPE) == EVENT_HARDWARE_EXCEPTION ||
	       (event & EVENT_TYPE) == EVENT_SOFTWARE_EXCEPTION;
}

void kvm_set_regs(struct kvm_vcpu *v, const struct kvm_regs *r)
{
	struct vmx_context *c = &v->arch.vcpu.regs;

	c->rax = r->rax;
	c->rbx = r->rbx;
	c->rcx = r->rcx;
	c->rdx = r->rdx;
	c->rsi = r->rsi;
	c->rdi = r->rdi;
	c->rbp = r->rbp;
	c->r8 = r->r8;
	c->r9 = r->r9;
	c->r10 = r->r10;
	c->r11 = r->r11;
	c->r12 = r->r12;
	c->r13 = r->r13;
	c->r14 = r->r14;
	c->r15 = r->r15;
	vmcs_writenat(GUEST_RSP, r->rsp);
	vmcs_writenat(GUEST_RIP, r->rip);
	vmcs_writenat(GUEST_RFLAGS, r->rflags | RFLAGS_FIXED);
	/*
	 * An exception that was to come belonged to the old state.  An interrupt
	 * or NMI whose delivery was cut off did not: its controller thinks that
	 * it is being served.
	 */
	if (belongs_to_state(v->arch.vcpu.events.event))
		v->arch.vcpu.events.event = 0;
	v->arch.vcpu.events.any = true;
}
/* end: regs */

/* One row per segment: its place in kvm_sregs, and its four fields. */
#define SEGMENTS(X)                                                           \
	X(cs, CS)                                                             \
	X(ds, DS)                                                             \
	X(es, ES)                                                             \
	X(fs, FS)                                                             \
	X(gs, GS)                                                             \
	X(ss, SS)                                                             \
	X(tr, TR)                                                             \
	X(ldt, LDTR)

static void segment_from_rights(struct kvm_segment *s, u32 ar)
{
	s->type = AR_TYPE(ar);
	s->s = !!(ar & AR_S);
	s->dpl = AR_DPL(ar);
	s->present = !(ar & AR_UNUSABLE) && ar & AR_P;
	s->avl = !!(ar & AR_AVL);
	s->l = !!(ar & AR_L);
	s->db = !!(ar & AR_DB);
	s->g = !!(ar & AR_G);
	s->unusable = !s->present;
}

static u32 rights_from_segment(const struct kvm_segment *s)
{
	if (s->unusable || !s->present)
		return AR_UNUSABLE;
	return (s->type & 15) | (s->s & 1) << 4 | (u32)(s->dpl & 3) << 5 |
	       (s->present & 1) << 7 | (s->avl & 1) << 12 | (s->l & 1) << 13 |
	       (s->db & 1) << 14 | (s->g & 1) << 15;
}

static u64 shadowed(u64 real, u64 mask, u64 shadow)
{
	return (real & ~mask) | (shadow & mask);
}

void kvm_get_sregs(struct kvm_vcpu *v, struct kvm_sregs *s)
{
	struct pending *p = &v->arch.vcpu.events;

	memset(s, 0, sizeof(*s));
#define GET(name, NAME)                                                       \
	s->name.selector = vmcs_read16(GUEST_##NAME##_SELECTOR);              \
	s->name.base = vmcs_readnat(GUEST_##NAME##_BASE);                     \
	s->name.limit = vmcs_read32(GUEST_##NAME##_LIMIT);                    \
	segment_from_rights(&s->name,                                         \
	                    vmcs_read32(GUEST_##NAME##_ACCESS_RIGHTS));
	SEGMENTS(GET)
	s->gdt.base = vmcs_readnat(GUEST_GDTR_BASE);
	s->gdt.limit = (u16)vmcs_read32(GUEST_GDTR_LIMIT);
	s->idt.base = vmcs_readnat(GUEST_IDTR_BASE);
	s->idt.limit = (u16)vmcs_read32(GUEST_IDTR_LIMIT);
	s->cr0 = shadowed(vmcs_readnat(GUEST_CR0),
	                  vmcs_readnat(CR0_GUEST_HOST_MASK),
	                  vmcs_readnat(CR0_READ_SHADOW));
	s->cr2 = v->arch.vcpu.regs.cr2;
	s->cr3 = vmcs_readnat(GUEST_CR3);
	s->cr4 = shadowed(vmcs_readnat(GUEST_CR4),
	                  vmcs_readnat(CR4_GUEST_HOST_MASK),
	                  vmcs_readnat(CR4_READ_SHADOW));
	s->cr8 = kvm_get_cr8(v);
	s->efer = vmcs_read64(GUEST_IA32_EFER);
	s->apic_base = v->arch.apic_base;
	/* An interrupt whose delivery has begun, but was cut off. */
	if (p->event & EVENT_VALID &&
	    (p->event & EVENT_TYPE) == EVENT_EXTERNAL)
		s->interrupt_bitmap[(p->event & EVENT_VECTOR) / 64] |=
			BIT((p->event & EVENT_VECTOR) % 64);
}

/*
 * Combinations that no CPU can be in: Linux refuses the same.  What else is
 * wrong (a reserved bit of EFER, say) makes the next entry fail.
 */
static bool sregs_valid(const struct kvm_sregs *s)
{
	if (s->cr0 >> 32)
		return false;
	if (s->cr4 & ~GUEST_OWNED_CR4)
		return false;
	if (s->cr0 & CR0_PG && !(s->cr0 & CR0_PE))
		return false;
	if (s->cr0 & CR0_NW && !(s->cr0 & CR0_CD))
		return false;
	if (s->efer & EFER_LME && s->cr0 & CR0_PG)
		return s->cr4 & CR4_PAE && s->efer & EFER_LMA &&
		       !(s->cr3 >> cpu_physical_bits());
	return !(s->efer & EFER_LMA) && !s->cs.l;
}

static void load_segments(const struct kvm_sregs *s)
{
#define SET(name, NAME)                                                       \
	vmcs_write16(GUEST_##NAME##_SELECTOR, s->name.selector);              \
	vmcs_writenat(GUEST_##NAME##_BASE, s->name.base);                     \
	vmcs_write32(GUEST_##NAME##_LIMIT, s->name.limit);                    \
	vmcs_write32(GUEST_##NAME##_ACCESS_RIGHTS,                            \
	             rights_from_segment(&s->name));
	SEGMENTS(SET)
	vmcs_writenat(GUEST_GDTR_BASE, s->gdt.base);
	vmcs_write32(GUEST_GDTR_LIMIT, s->gdt.limit);
	vmcs_writenat(GUEST_IDTR_BASE, s->idt.base);
	vmcs_write32(GUEST_IDTR_LIMIT, s->idt.limit);
}

static void set_paging(struct kvm_vcpu *v, const struct kvm_sregs *s)
{
	u32 entry = vmcs_read32(VM_ENTRY_CONTROLS) & ~ENTRY_IA32E_MODE_GUEST;

	if (s->efer & EFER_LMA)
		entry |= ENTRY_IA32E_MODE_GUEST;
	vmcs_write32(VM_ENTRY_CONTROLS, entry);
	vmcs_write64(GUEST_IA32_EFER, s->efer);
	guest_state_control_registers(&v->arch.vcpu, s->cr0, s->cr4);
	/* Caching is the host's business. */
	vmcs_writenat(GUEST_CR0, vmcs_readnat(GUEST_CR0) & ~(CR0_NW | CR0_CD));
	vmcs_writenat(GUEST_CR3, s->cr3);
	v->arch.vcpu.regs.cr2 = s->cr2;
	if (s->cr0 & CR0_PG && s->cr4 & CR4_PAE && !(s->efer & EFER_LMA))
		guest_load_pdptes(&v->arch.vcpu);
	/* not observable here: Bochs flushes at every entry */
	kvm_vpid_renew(&v->arch.vpid);
}

int kvm_set_sregs(struct kvm_vcpu *v, const struct kvm_sregs *s)
{
	int err;

	if (!sregs_valid(s))
		return -EINVAL;
	err = kvm_set_apic_base(v, s->apic_base, true);
	if (err)
		return err;
	load_segments(s);
	set_paging(v, s);
	lazy_update(v);
	kvm_set_cr8(v, s->cr8);
	for (unsigned i = 0; i < 4; i++)
		if (s->interrupt_bitmap[i])
			v->arch.vcpu.events.event =
				EVENT_VALID | EVENT_EXTERNAL |
				(64 * i +
			         (u32)__builtin_ctzl(s->interrupt_bitmap[i]));
	v->arch.vcpu.events.any = true;
	return 0;
}
