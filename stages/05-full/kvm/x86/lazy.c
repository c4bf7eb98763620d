/*
 * lazy.c - MSRs and debug registers of a guest that uses them; see lazy.h.
 */
#include "05-full/kvm/x86/lazy.h"

#include "01-vmxon/insn.h"
#include "03-entry-exit/msr_policy.h"

#define DR7_ENABLES MASK(7, 0) /* L0, G0 ... G3 */

static const u32 numbers[SWITCHED_MSRS] = {
#define SWITCHED(name, why) name,
#include "03-entry-exit/switched_msrs.def"
};

static u64 host_msr[SWITCHED_MSRS]; /* of every CPU */

/* anchor: host_values */
void lazy_cpu_init(void)
{
	/*
	 * The firmware's, if any; they mean nothing to the host's programs.
	 * An early CPU with VMX has no TSC_AUX: it is told when a vCPU is made.
	 */
	try_wrmsr(IA32_CSTAR, 0);   // not observable here: it is 0 there
	try_wrmsr(IA32_TSC_AUX, 0); // not observable here: it is 0 there
	write_dr6(DR6_RESET);       // not observable here: so it is
	for (unsigned i = 0; i < SWITCHED_MSRS; i++)
		try_rdmsr(numbers[i], &host_msr[i]);
}
/* end: host_values */

/* --- MSRs -------------------------------------------------------------------- */

static int index_of(u32 msr)
{
	for (int i = 0; i < SWITCHED_MSRS; i++)
		if (numbers[i] == msr)
			return i;
	return -1;
}

/* anchor: wanted */
/* The MSRs that must have the guest's value while the guest runs. */
static u32 wanted(const struct kvm_vcpu *v)
{
	const u64 *guest = v->arch.vcpu.state.guest_msr;
	u32 bits = 0;

	for (unsigned i = 0; i < SWITCHED_MSRS; i++)
		if (guest[i] != host_msr[i])
			bits |= (u32)BIT(i);
	bits &= ~(u32)BIT(SWITCHED_IA32_KERNEL_GS_BASE); /* lazy.h's */
	if (!(vmcs_read64(GUEST_IA32_EFER) & EFER_SCE))
		// not observable here: it only saves time
		bits &= (u32)BIT(SWITCHED_IA32_TSC_AUX);
	return bits;
}
/* end: wanted */

/* anchor: hold */
/* With interrupts off: a put in between would not know what is where. */
static void hold(struct kvm_vcpu *v, u32 msrs)
{
	const u64 *guest = v->arch.vcpu.state.guest_msr;
	u32 before = v->arch.held;

	for (unsigned i = 0; i < SWITCHED_MSRS; i++)
		if (msrs & BIT(i))
			wrmsr(numbers[i], guest[i]);
		else if (before & BIT(i))
			wrmsr(numbers[i], host_msr[i]);
	v->arch.held = (before & (u32)HELD_DEBUG) | msrs;
}

void lazy_update(struct kvm_vcpu *v)
{
	u64 flags = arch_irq_save();

	hold(v, wanted(v));
	arch_irq_restore(flags); // not observable here: the loop does it
}

void lazy_msr_bitmap(void *page)
{
	for (unsigned i = 0; i < SWITCHED_MSRS; i++)
		if (numbers[i] != IA32_KERNEL_GS_BASE)
			msr_policy_trap(page, numbers[i]);
}
/* end: hold */

bool lazy_get_msr(struct kvm_vcpu *v, u32 msr, u64 *value)
{
	int i = index_of(msr);

	if (i < 0)
		return false;
	*value = i == SWITCHED_IA32_KERNEL_GS_BASE ?
	                 rdmsr(msr) :
	                 v->arch.vcpu.state.guest_msr[i];
	return true;
}

/* anchor: set_msr */
/* Whether the value is one, the CPU says: it is tried, then put right. */
bool lazy_set_msr(struct kvm_vcpu *v, u32 msr, u64 value)
{
	int i = index_of(msr);
	u64 flags, now;
	bool ok;

	if (i < 0)
		return false;
	flags = arch_irq_save(); // not observable here: a race of put
	now = rdmsr(msr);
	ok = !try_wrmsr(msr, value);
	if (ok && i != SWITCHED_IA32_KERNEL_GS_BASE) {
		v->arch.vcpu.state.guest_msr[i] = rdmsr(msr);
		wrmsr(msr, now);
		hold(v, wanted(v));
	}
	arch_irq_restore(flags); // not observable here: the loop does it
	return ok;
}
/* end: set_msr */

/* --- debug registers ------------------------------------------------------------ */

/* anchor: exchange_debug */
void lazy_exit_on_dr(bool on)
{
	u32 proc = vmcs_read32(PRIMARY_VM_EXEC_CONTROL);

	proc = on ? proc | PROC_MOV_DR_EXITING : proc & ~PROC_MOV_DR_EXITING;
	vmcs_write32(PRIMARY_VM_EXEC_CONTROL, proc);
}

/* DR7 is as after an exit, here and below: nothing of this can fire. */
static void held_debug_to_guest(const struct debug_regs *g)
{
	write_dr0(g->dr[0]);
	write_dr1(g->dr[1]);
	write_dr2(g->dr[2]);
	write_dr3(g->dr[3]);
	write_dr6(g->dr6);
}

/*
 * Zeros stay: DR6 tells of a match even where DR7 enables none (SDM 18.2.3),
 * and the next guest shall not find this one's addresses by it.
 */
static void held_debug_to_host(struct debug_regs *g)
{
	g->dr[0] = read_dr0();
	g->dr[1] = read_dr1();
	g->dr[2] = read_dr2();
	g->dr[3] = read_dr3();
	write_dr0(0); // not observable here: Bochs sees enabled ones
	write_dr1(0); // not observable here: Bochs sees enabled ones
	write_dr2(0); // not observable here: Bochs sees enabled ones
	write_dr3(0); // not observable here: Bochs sees enabled ones
}
/* end: exchange_debug */

/* anchor: take_debug */
void lazy_take_debug(struct kvm_vcpu *v)
{
	struct debug_regs *g = &v->arch.vcpu.state.guest_debug;

	if (v->arch.held & HELD_DEBUG)
		return;
	g->dr6 = read_dr6(); /* that was the guest's all the time */
	held_debug_to_guest(g);
	v->arch.held |= (u32)HELD_DEBUG;
	lazy_exit_on_dr(false);
}
/* end: take_debug */

/* --- load and put ------------------------------------------------------------------ */

/* anchor: held_to_guest */
void lazy_held_to_guest(struct kvm_vcpu *v)
{
	const struct switch_state *s = &v->arch.vcpu.state;

	for (unsigned i = 0; i < SWITCHED_MSRS; i++)
		if (v->arch.held & BIT(i))
			wrmsr(numbers[i], s->guest_msr[i]);
	if (v->arch.held & HELD_DEBUG)
		held_debug_to_guest(&s->guest_debug);
}
/* end: held_to_guest */

/* anchor: held_to_host */
/* Debug registers that do nothing need not come back with the next load. */
static bool debug_idle(const struct kvm_vcpu *v)
{
	return v->arch.vcpu.state.guest_debug.dr6 == DR6_RESET &&
	       !(vmcs_readnat(GUEST_DR7) & DR7_ENABLES) &&
	       !v->arch.debug_active;
}

void lazy_held_to_host(struct kvm_vcpu *v)
{
	struct debug_regs *g = &v->arch.vcpu.state.guest_debug;

	for (unsigned i = 0; i < SWITCHED_MSRS; i++)
		if (v->arch.held & BIT(i))
			wrmsr(numbers[i], host_msr[i]);
	g->dr6 = read_dr6();
	write_dr6(DR6_RESET);
	if (v->arch.held & HELD_DEBUG)
		held_debug_to_host(g);
	if (debug_idle(v) == !(v->arch.held & HELD_DEBUG))
		return;
	v->arch.held ^= (u32)HELD_DEBUG;
	lazy_exit_on_dr(!(v->arch.held & HELD_DEBUG));
}
/* end: held_to_host */
