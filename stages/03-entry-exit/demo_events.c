/*
 * demo_events.c - the host injects, the guest tells what arrived.
 */
#include "01-vmxon/trap.h"
#include "03-entry-exit/demo.h"
#include "03-entry-exit/machine.h"
#include "lib/panic.h"

static struct machine m;

/* What events64 says with VMCALL, in RAX. */
enum { SAYS_READY = 1, SAYS_EVENT = 2, SAYS_TSC = 3 };

#define GUEST_TSC_AUX 0x77 /* as events64.S sets it */

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
}

static void show_event(u64 vector, u64 error)
{
	expect_event(vector, error);
	printk("    the guest took vector %lu, error code %#lx, at its RIP "
	       "%#lx\n",
	       vector, error, m.v.regs.rdx);
}

static void interrupt_waits_for_window(void)
{
	expect_ready();
	printk("  external interrupt 0x41, while the guest has interrupts "
	       "off:\n");
	inject_irq(&m.v, 0x41);
	show_event(0x41, 0);
	if (m.count[EXIT_INTERRUPT_WINDOW] != 1)
		stage_failed("no interrupt-window exit came");
	printk("    it had to wait for the interrupt-window exit after STI\n");
}

/* After each event the guest tries these. */
static void refused(void)
{
	for (int i = 0; i < 4; i++) /* VMXOFF, MONITOR, MWAIT, XSETBV */
		expect_event(VECTOR_UD, 0);
	expect_event(VECTOR_GP, 0); /* RDPMC */
	machine_must_run(&m, EXIT_VMCALL);
	if (m.v.regs.rax != SAYS_TSC || m.v.regs.rbx > 1000000 ||
	    m.v.regs.rcx != GUEST_TSC_AUX)
		stage_failed("the guest's TSC reads %#lx, its TSC_AUX %#lx",
		             m.v.regs.rbx, m.v.regs.rcx);
}

static void exception(void)
{
	expect_ready();
	printk("  #GP with error code 0x1234:\n");
	inject_exception_code(&m.v, VECTOR_GP, 0x1234);
	show_event(VECTOR_GP, 0x1234);
}

/* The second one must wait until the guest's IRET ends the first. */
static void two_nmis(void)
{
	expect_ready();
	printk("  two NMIs, one after the other:\n");
	inject_nmi(&m.v);
	show_event(VECTOR_NMI, 0);
	inject_nmi(&m.v);
	show_event(VECTOR_NMI, 0);
	if (m.count[EXIT_NMI_WINDOW] != 1)
		stage_failed("no NMI-window exit came");
	printk("    the second had to wait for the NMI-window exit after "
	       "IRET\n");
}

void demo_events(const struct vmx_caps *caps)
{
	printk("\nEvents for the guest:\n");
	machine_init(&m, caps);
	machine_start_64(&m, GUEST_IMAGE(events64));
	interrupt_waits_for_window();
	refused();
	exception();
	refused();
	two_nmis();
	refused();
	printk("  what the guest may not use: #UD for VMXOFF, MONITOR, MWAIT "
	       "and XSETBV, #GP for RDPMC\n");
	machine_report(&m);
	machine_done(&m);
}
