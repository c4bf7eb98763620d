/*
 * inject.c - deliver events at the next entry, in the CPU's own order of
 * priority: what was begun, then NMI, then external interrupts (SDM 6.9).
 */
#include "03-entry-exit/inject.h"

#include "01-vmxon/regs.h"
#include "01-vmxon/vmx_controls.h"
#include "03-entry-exit/vcpu.h"
#include "lib/panic.h"

/* Those that report an instruction before it is done (SDM table 6-1). */
static bool is_fault(u8 vector)
{
	return vector != VECTOR_DB && vector != VECTOR_BP &&
	       vector != VECTOR_OF && vector != VECTOR_DF &&
	       vector != VECTOR_MC;
}

void inject_exception(struct vcpu *v, u8 vector)
{
	/*
	 * A second exception on top of a first would be a double fault; no
	 * handler of ours raises two for one exit.
	 */
	assert(!v->events.event);
	v->events.event = EVENT_VALID | EVENT_HARDWARE_EXCEPTION | vector |
	                  (is_fault(vector) ? EVENT_FRESH_FAULT : 0);
	v->events.any = true;
}

void inject_exception_code(struct vcpu *v, u8 vector, u32 error_code)
{
	inject_exception(v, vector);
	v->events.event |= EVENT_HAS_ERROR_CODE;
	v->events.error_code = error_code;
}

void inject_irq(struct vcpu *v, u8 vector)
{
	v->events.irq = vector;
	v->events.any = true;
}

void inject_nmi(struct vcpu *v)
{
	v->events.nmi = true;
	v->events.any = true;
}

static void put_event(u32 event)
{
	vmcs_write32(VM_ENTRY_INTERRUPTION_INFO, event);
}

static void put_first(struct pending *p)
{
	/* Real mode knows no error codes, VM entry refuses one (27.2.1.3). */
	if (p->event & EVENT_HAS_ERROR_CODE &&
	    !(vmcs_readnat(GUEST_CR0) & CR0_PE))
		p->event &= ~EVENT_HAS_ERROR_CODE;
	/*
	 * A fault's handler finds RF set in the flags on its stack (SDM 18.3.1.1):
	 * VM entry pushes those of the VMCS.
	 */
	if (p->event & EVENT_FRESH_FAULT)
		vmcs_writenat(GUEST_RFLAGS,
		              vmcs_readnat(GUEST_RFLAGS) | RFLAGS_RF);
	p->event &= ~EVENT_FRESH_FAULT;
	put_event(p->event);
	if (p->event & EVENT_HAS_ERROR_CODE)
		vmcs_write32(VM_ENTRY_EXCEPTION_ERROR_CODE, p->error_code);
	if ((p->event & EVENT_TYPE) >= EVENT_SOFTWARE_INTERRUPT)
		vmcs_write32(VM_ENTRY_INSTRUCTION_LENGTH, p->length);
	p->event = 0;
}

static bool nmi_is_open(void)
{
	u32 blocked = vmcs_read32(GUEST_INTERRUPTIBILITY_STATE);

	return !(blocked &
	         (BLOCKING_BY_NMI | BLOCKING_BY_MOV_SS | BLOCKING_BY_STI));
}

static bool irq_is_open(void)
{
	u32 blocked = vmcs_read32(GUEST_INTERRUPTIBILITY_STATE);

	return vmcs_readnat(GUEST_RFLAGS) & RFLAGS_IF &&
	       !(blocked & (BLOCKING_BY_STI | BLOCKING_BY_MOV_SS));
}

static void want_windows(u32 windows)
{
	u32 now = vmcs_read32(PRIMARY_VM_EXEC_CONTROL);
	u32 want = (now & ~(PROC_INTERRUPT_WINDOW_EXITING |
	                    PROC_NMI_WINDOW_EXITING)) |
	           windows;

	if (want != now)
		vmcs_write32(PRIMARY_VM_EXEC_CONTROL, want);
}

/*
 * In STI's shadow some CPUs would exit for the NMI window, and we could not
 * inject (SDM 26.2, 27.3.1.5): again and again.  Interrupts are on then, so
 * their window opens right behind the shadow.
 */
static u32 nmi_window(void)
{
	u32 blocked = vmcs_read32(GUEST_INTERRUPTIBILITY_STATE);

	return (blocked & (BLOCKING_BY_NMI | BLOCKING_BY_STI)) ==
	                       BLOCKING_BY_STI ?
	               PROC_INTERRUPT_WINDOW_EXITING :
	               PROC_NMI_WINDOW_EXITING;
}

/* One event fits into one entry; returns whether the place is still free. */
static bool try_first(struct pending *p)
{
	if (!p->event)
		return true;
	put_first(p);
	return false;
}

static bool try_nmi(struct pending *p, bool free)
{
	if (!p->nmi || !free || !nmi_is_open())
		return free;
	put_event(EVENT_VALID | EVENT_NMI | VECTOR_NMI);
	p->nmi = false;
	return false;
}

static bool try_irq(struct pending *p, bool free)
{
	if (p->irq == NO_VECTOR || !free || !irq_is_open())
		return free;
	put_event(EVENT_VALID | EVENT_EXTERNAL | (u32)p->irq);
	p->irq = NO_VECTOR;
	return false;
}

void inject_before_entry(struct vcpu *v)
{
	struct pending *p = &v->events;
	bool free = try_first(p);
	u32 windows = 0;

	free = try_nmi(p, free);
	try_irq(p, free);
	if (p->nmi)
		windows |= nmi_window();
	if (p->irq != NO_VECTOR)
		windows |= PROC_INTERRUPT_WINDOW_EXITING;
	want_windows(windows);
	/* What still waits comes back with a window exit, not by polling. */
	p->any = false;
}

void inject_requeue(struct vcpu *v)
{
	struct pending *p = &v->events;
	u32 info = vmcs_read32(IDT_VECTORING_INFO);

	if (!(info & EVENT_VALID))
		return;
	p->event = info & (EVENT_VALID | EVENT_HAS_ERROR_CODE | EVENT_TYPE |
	                   EVENT_VECTOR);
	if (info & EVENT_HAS_ERROR_CODE)
		p->error_code = vmcs_read32(IDT_VECTORING_ERROR_CODE);
	p->length = vmcs_read32(VM_EXIT_INSTRUCTION_LENGTH);
	p->any = true;
	/* Delivering an NMI blocks the next; this one has yet to come. */
	if ((info & EVENT_TYPE) == EVENT_NMI)
		vmcs_write32(GUEST_INTERRUPTIBILITY_STATE,
		             vmcs_read32(GUEST_INTERRUPTIBILITY_STATE) &
		                     ~BLOCKING_BY_NMI);
}
