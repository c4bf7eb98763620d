/*
 * demo_events.c - the host injects, the guest tells what arrived.
 */
#include "01-vmxon/trap.h"
#include "03-entry-exit/demo.h"
#include "03-entry-exit/machine.h"
#include "lib/panic.h"

static struct machine m;

/* What events64 says with VMCALL, in RAX. */
enum { SAYS_READY = 1, SAYS_EVENT = 2 };

static void expect_ready(void)
{
	machine_must_run(&m, EXIT_VMCALL);
	if (m.v.regs.rax != SAYS_READY)
		stage_failed("the guest took vector %lu unasked",
		             m.v.regs.rbx);
}

/* Runs until the guest reports an event; checks that it is the right one. */
static void expect_event(u64 vector, u64 error)
{
	machine_must_run(&m, EXIT_VMCALL);
	if (m.v.regs.rax != SAYS_EVENT || m.v.regs.rbx != vector ||
	    m.v.regs.rcx != error)
		stage_failed("vector %lu, error code %#lx expected, the guest "
		             "says %lu, %#lx",
		             vector, error, m.v.regs.rbx, m.v.regs.rcx);
	printk("  the guest took vector %lu, error code %#lx, at its RIP "
	       "%#lx\n",
	       vector, error, m.v.regs.rdx);
}

static void interrupt_waits_for_window(void)
{
	expect_ready();
	printk("  external interrupt 0x41, while the guest has interrupts "
	       "off:\n");
	inject_irq(&m.v, 0x41);
	expect_event(0x41, 0);
	if (m.count[EXIT_INTERRUPT_WINDOW] != 1)
		stage_failed("no interrupt-window exit came");
	printk("    it had to wait for the interrupt-window exit after STI\n");
	/* The guest goes on to its VMXOFF. */
	printk("  VMXOFF in the guest is refused with #UD:\n");
	expect_event(VECTOR_UD, 0);
}

static void exception(void)
{
	expect_ready();
	printk("  #GP with error code 0x1234:\n");
	inject_exception_code(&m.v, VECTOR_GP, 0x1234);
	expect_event(VECTOR_GP, 0x1234);
	expect_event(VECTOR_UD, 0);
}

/* The second one must wait until the guest's IRET ends the first. */
static void two_nmis(void)
{
	expect_ready();
	printk("  two NMIs, one after the other:\n");
	inject_nmi(&m.v);
	expect_event(VECTOR_NMI, 0);
	inject_nmi(&m.v);
	expect_event(VECTOR_NMI, 0);
	if (m.count[EXIT_NMI_WINDOW] != 1)
		stage_failed("no NMI-window exit came");
	printk("    the second had to wait for the NMI-window exit after "
	       "IRET\n");
	expect_event(VECTOR_UD, 0);
}

void demo_events(const struct vmx_caps *caps)
{
	printk("\nEvents for the guest:\n");
	machine_init(&m, caps);
	machine_start_64(&m, GUEST_IMAGE(events64));
	interrupt_waits_for_window();
	exception();
	two_nmis();
	machine_report(&m);
	machine_done(&m);
}
