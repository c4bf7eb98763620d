/*
 * handle_event.c - exits that no instruction asked for.
 */
#include "01-vmxon/insn.h"
#include "03-entry-exit/vcpu.h"

/*
 * An exit for an interrupt does not acknowledge it: it is still pending, and
 * the host's own IDT takes it as soon as interrupts are on.
 */
enum exit_action handle_interrupt(struct vcpu *v)
{
	(void)v;
	irq_window();
	return EXIT_RESUME;
}

/*
 * An NMI exit did take the NMI: further ones are blocked until an IRET
 * (SDM 28.2), so the host's handler must run now.
 */
static enum exit_action host_nmi(void)
{
	call_nmi_handler();
	return EXIT_RESUME;
}

enum exit_action handle_exception(struct vcpu *v)
{
	u32 info = vmcs_read32(VM_EXIT_INTERRUPTION_INFO);

	inject_requeue(v);
	if ((info & EVENT_TYPE) == EVENT_NMI)
		return host_nmi();
	return EXIT_TO_CALLER; /* it asked for this one: EXCEPTION_BITMAP */
}

/* The guest can take it now; inject_before_entry closes the window. */
enum exit_action handle_window(struct vcpu *v)
{
	v->events.any = true;
	return EXIT_RESUME;
}

enum exit_action handle_preemption_timer(struct vcpu *v)
{
	vcpu_clear_timer(v);
	return EXIT_TO_CALLER;
}

/*
 * The guest reached for memory that it does not have.  GUEST_PHYSICAL_ADDRESS
 * and EXIT_QUALIFICATION tell the caller where and how (SDM table 28-7).
 */
enum exit_action handle_ept_violation(struct vcpu *v)
{
	inject_requeue(v);
	return EXIT_TO_CALLER;
}
