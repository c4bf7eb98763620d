/*
 * debug_x86.c - KVM_SET_GUEST_DEBUG: the VMM single-steps its guest, or sets
 * breakpoints in it.
 *
 * Single step is the guest's own trap flag, and #DB exits.  Hardware
 * breakpoints take the debug registers away from the guest meanwhile; its
 * accesses to them exit.
 */
#include "01-vmxon/insn.h"
#include "02-vmcs/access_rights.h"
#include "03-entry-exit/guest_mem.h"
#include "05-full/kvm/x86/lazy.h"
#include "lib/string.h"

#define DR7_RESET 0x400
#define DR7_GD BIT(13)
#define DR7_ZEROS                                                             \
	(BIT(15) | BIT(14) | BIT(12)) /* and bit 10 is 1 (SDM 18.2.4) */
#define KNOWN                                                                 \
	(KVM_GUESTDBG_ENABLE | KVM_GUESTDBG_SINGLESTEP |                      \
	 KVM_GUESTDBG_USE_SW_BP | KVM_GUESTDBG_USE_HW_BP |                    \
	 KVM_GUESTDBG_INJECT_DB | KVM_GUESTDBG_INJECT_BP |                    \
	 KVM_GUESTDBG_BLOCKIRQ)

static void load_breakpoints(const u64 dr[4], u64 dr7)
{
	write_dr0(dr[0]);
	write_dr1(dr[1]);
	write_dr2(dr[2]);
	write_dr3(dr[3]);
	vmcs_writenat(GUEST_DR7, dr7);
}

static void take_debug_registers(struct kvm_vcpu *v)
{
	lazy_take_debug(v);
	v->arch.dr[0] = read_dr0();
	v->arch.dr[1] = read_dr1();
	v->arch.dr[2] = read_dr2();
	v->arch.dr[3] = read_dr3();
	v->arch.dr7 = vmcs_readnat(GUEST_DR7);
	v->arch.debug_active = true;
}

static void set_breakpoints(struct kvm_vcpu *v,
                            const struct kvm_guest_debug *d)
{
	bool on = d->control & KVM_GUESTDBG_ENABLE &&
	          d->control & KVM_GUESTDBG_USE_HW_BP;

	preempt_disable(); /* a put may let them go again */
	if (on) {
		u64 dr[4];

		if (!v->arch.debug_active)
			take_debug_registers(v);
		memcpy(dr, d->arch.debugreg, sizeof(dr));
		load_breakpoints(dr, (d->arch.debugreg[7] & MASK(31, 0) &
		                      ~DR7_GD) |
		                             DR7_RESET);
	} else if (v->arch.debug_active) {
		load_breakpoints(v->arch.dr, v->arch.dr7);
		v->arch.debug_active = false;
	}
	/* Else MOV DR exits until there is one: lazy.c. */
	if (v->arch.held & HELD_DEBUG)
		lazy_exit_on_dr(on);
	preempt_enable();
}

/*
 * What was the guest's after all.  INT3 is a trap: its handler returns behind
 * it, and how long it is the exit has told.
 */
static void inject_debug(struct kvm_vcpu *v, bool db)
{
	struct pending *p = &v->arch.vcpu.events;

	kvm_queue_exception(v, db ? VECTOR_DB : VECTOR_BP, false, 0);
	if (db)
		return;
	p->event = EVENT_VALID | EVENT_SOFTWARE_EXCEPTION | VECTOR_BP;
	p->length = MAX(vmcs_read32(VM_EXIT_INSTRUCTION_LENGTH), 1u);
}

/* What the VMM does not use stays the guest's own. */
static u32 exceptions_of(u32 control)
{
	u32 exceptions = 0;

	if (control & (KVM_GUESTDBG_SINGLESTEP | KVM_GUESTDBG_USE_HW_BP))
		exceptions |= (u32)BIT(VECTOR_DB);
	if (control & KVM_GUESTDBG_USE_SW_BP)
		exceptions |= (u32)BIT(VECTOR_BP);
	return exceptions;
}

s64 kvm_set_guest_debug(struct kvm_vcpu *v, u64 arg)
{
	struct kvm_guest_debug d;
	u32 exceptions = 0;

	if (copy_from_user(&d, arg, sizeof(d)))
		return -EFAULT;
	if (d.control & ~(u32)KNOWN)
		return -EINVAL;
	if (d.control & (KVM_GUESTDBG_INJECT_DB | KVM_GUESTDBG_INJECT_BP)) {
		if (v->arch.vcpu.events.event)
			return -EBUSY;
		inject_debug(v, d.control & KVM_GUESTDBG_INJECT_DB);
	}
	if (d.control & KVM_GUESTDBG_ENABLE)
		exceptions = exceptions_of(d.control);
	/* The trap flag that was ours must not stay the guest's. */
	if (v->guest_debug & KVM_GUESTDBG_SINGLESTEP)
		vmcs_writenat(GUEST_RFLAGS,
		              vmcs_readnat(GUEST_RFLAGS) & ~RFLAGS_TF);
	v->guest_debug = d.control & KVM_GUESTDBG_ENABLE ? d.control : 0;
	vmcs_write32(EXCEPTION_BITMAP, exceptions);
	set_breakpoints(v, &d);
	return 0;
}

void kvm_debug_before_entry(struct kvm_vcpu *v)
{
	if (!(v->guest_debug & KVM_GUESTDBG_SINGLESTEP))
		return;
	vmcs_writenat(GUEST_RFLAGS, vmcs_readnat(GUEST_RFLAGS) | RFLAGS_TF);
	/* With TF set and STI's shadow the entry would fail (SDM 27.3.1.5). */
	kvm_end_shadow();
}

/* #DB or #BP that the exception bitmap made exit. */
enum exit_action handle_debug(struct vcpu *c)
{
	struct kvm_vcpu *v = kvm_vcpu_of(c);
	struct kvm_run *run = v->run;
	u32 vector = vmcs_read32(VM_EXIT_INTERRUPTION_INFO) & EVENT_VECTOR;
	u64 dr6 = 0;

	if (vector != VECTOR_DB && vector != VECTOR_BP)
		return EXIT_UNHANDLED; /* nobody asked for it */
	if (vector == VECTOR_DB)
		dr6 = vmcs_readnat(EXIT_QUALIFICATION);
	run->exit_reason = KVM_EXIT_DEBUG;
	run->debug.arch.exception = vector;
	run->debug.arch.pc = v->exit_pc + vmcs_readnat(GUEST_CS_BASE);
	run->debug.arch.dr6 = dr6 | DR6_RESET;
	run->debug.arch.dr7 = vmcs_readnat(GUEST_DR7);
	return kvm_leave(v, 0);
}

/* NULL: DR6.  DR4 and DR5 are DR6 and DR7, or nothing (SDM 18.2.2). */
static u64 *shadow_dr(struct kvm_vcpu *v, unsigned n)
{
	return n < 4 ? &v->arch.dr[n] : n & 1 ? &v->arch.dr7 : NULL;
}

/* What the CPU has not looked at (SDM 26.1.3); false: an exception is queued. */
static bool may_move_dr(struct kvm_vcpu *v, unsigned n)
{
	if ((n == 4 || n == 5) && vmcs_readnat(GUEST_CR4) & CR4_DE)
		handle_undefined(&v->arch.vcpu);
	else if (AR_DPL(vmcs_read32(GUEST_SS_ACCESS_RIGHTS)))
		handle_protection(&v->arch.vcpu);
	else
		return true;
	return false;
}

/*
 * MOV DR, the first for some time: the guest's registers come into the CPU, and
 * it tries again.  Then the CPU itself looks at the privilege, at DR7.GD, at
 * CR4.DE (SDM 26.1.3: this exit comes before those exceptions).
 */
static enum exit_action take_debug(struct kvm_vcpu *v)
{
	preempt_disable();
	lazy_take_debug(v);
	preempt_enable();
	return EXIT_RESUME;
}

/* To DR6 and DR7 with an upper half, which a 64-bit guest can try: #GP. */
static enum exit_action write_dr(struct kvm_vcpu *v, unsigned n, u64 *dr,
                                 u64 value)
{
	if (!guest_in_64bit_mode())
		value = (u32)value;
	if (n >= 4 && value >> 32)
		return handle_protection(&v->arch.vcpu);
	if (n < 4)
		*dr = value;
	else if (dr)
		*dr = (value & ~DR7_ZEROS) | DR7_RESET;
	else
		write_dr6(value | DR6_RESET);
	vcpu_skip(&v->arch.vcpu);
	return EXIT_RESUME;
}

/* MOV DR while the VMM has the registers: the guest's stand in memory. */
enum exit_action handle_debug_register(struct vcpu *c)
{
	struct kvm_vcpu *v = kvm_vcpu_of(c);
	u64 q = vmcs_readnat(EXIT_QUALIFICATION);
	unsigned reg = BITS(q, 11, 8);
	u64 *dr = shadow_dr(v, BITS(q, 2, 0));

	if (!v->arch.debug_active)
		return take_debug(v);
	if (!may_move_dr(v, BITS(q, 2, 0)))
		return EXIT_RESUME;
	if (!BITS(q, 4, 4))
		return write_dr(v, BITS(q, 2, 0), dr, vcpu_reg(c, reg));
	vcpu_set_reg(c, reg, dr ? *dr : read_dr6());
	vcpu_skip(c);
	return EXIT_RESUME;
}
