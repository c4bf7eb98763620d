/*
 * canary_tests.c - the kinds of exit that the canary goes through.
 */
#include "01-vmxon/cpu.h"
#include "01-vmxon/lapic.h"
#include "01-vmxon/trap.h"
#include "01-vmxon/vmx_controls.h"
#include "03-entry-exit/canary.h"
#include "03-entry-exit/guest_state.h"

#define VECTOR_TEST 0x51

enum { RAX, RCX, RDX, RBX, RSP, RBP, RSI, RDI };
#define OUT(slot) BIT(slot)

static void on_test_interrupt(struct trap_frame *f)
{
	(void)f;
	lapic_eoi();
}

static void arm_lapic_timer(u64 patience)
{
	irq_set_handler(VECTOR_TEST, on_test_interrupt);
	lapic_timer_start(VECTOR_TEST, (u32)patience);
}

static void disarm_lapic_timer(void)
{
	lapic_timer_start(VECTOR_TEST, 0);
	irq_window(); /* the last one may be pending */
}

/* The guest's interrupts are on: a window is open at once. */
static void want_interrupt_window(struct vcpu *v, u64 round)
{
	(void)v, (void)round;
	vmcs_write32(PRIMARY_VM_EXEC_CONTROL,
	             vmcs_read32(PRIMARY_VM_EXEC_CONTROL) |
	                     PROC_INTERRUPT_WINDOW_EXITING);
}

static void want_nmi_window(struct vcpu *v, u64 round)
{
	(void)v, (void)round;
	vmcs_write32(PRIMARY_VM_EXEC_CONTROL,
	             vmcs_read32(PRIMARY_VM_EXEC_CONTROL) |
	                     PROC_NMI_WINDOW_EXITING);
}

static void timer_at_once(struct vcpu *v, u64 round)
{
	(void)round;
	vcpu_set_timer(v, 0);
}

static void timer_soon(struct vcpu *v, u64 round)
{
	vcpu_set_timer(v, round % 331);
}

static void interrupt_guest(struct vcpu *v, u64 round)
{
	(void)round;
	inject_irq(v, CANARY_VECTOR);
}

const struct canary_test canary_tests[] = {
	{ .name = "CPUID",
	  .kind = CANARY_CPUID,
	  .reason = EXIT_CPUID,
	  .outputs = OUT(RAX) | OUT(RBX) | OUT(RCX) | OUT(RDX) },
	{ .name = "HLT", .kind = CANARY_HLT, .reason = EXIT_HLT },
	{ .name = "VMCALL", .kind = CANARY_VMCALL, .reason = EXIT_VMCALL },
	{ .name = "OUT", .kind = CANARY_OUT, .reason = EXIT_IO_INSTRUCTION },
	{ .name = "IN",
	  .kind = CANARY_IN,
	  .reason = EXIT_IO_INSTRUCTION,
	  .outputs = OUT(RAX) },
	{ .name = "OUTS",
	  .kind = CANARY_OUTS,
	  .reason = EXIT_IO_INSTRUCTION,
	  .input = { { RSI, GUEST_VA_BASE + CANARY_GPA } },
	  .outputs = OUT(RSI) },
	{ .name = "RDMSR",
	  .kind = CANARY_RDMSR,
	  .reason = EXIT_RDMSR,
	  .input = { { RCX, IA32_EFER } },
	  .outputs = OUT(RAX) | OUT(RDX) },
	{ .name = "WRMSR",
	  .kind = CANARY_WRMSR,
	  .reason = EXIT_WRMSR,
	  .input = { { RCX, IA32_EFER },
	             { RAX, EFER_LME | EFER_NXE | EFER_SCE },
	             { RDX, BIT(40) } } },
	{ .name = "MOV to CR8",
	  .kind = CANARY_MOV_CR8,
	  .reason = EXIT_CR_ACCESS,
	  .input = { { RAX, 5 } } },
	{ .name = "MOV from CR8",
	  .kind = CANARY_MOV_FROM_CR8,
	  .reason = EXIT_CR_ACCESS,
	  .outputs = OUT(RAX) },
	/* The guest aims a breakpoint at the host; the host has some armed. */
	{ .name = "a breakpoint in the host",
	  .kind = CANARY_CPUID,
	  .reason = EXIT_CPUID,
	  .input = { { SLOT_DR0, (u64)vmx_enter } },
	  .outputs = OUT(RAX) | OUT(RBX) | OUT(RCX) | OUT(RDX) },
	{ .name = "WBINVD", .kind = CANARY_WBINVD, .reason = EXIT_WBINVD },
	{ .name = "EPT violation",
	  .kind = CANARY_EPT_WRITE,
	  .reason = EXIT_EPT_VIOLATION,
	  .skip = 8 },
	{ .name = "exception (#BP)",
	  .kind = CANARY_INT3,
	  .reason = EXIT_EXCEPTION_OR_NMI,
	  .exceptions = BIT(VECTOR_BP),
	  .skip = 1 },
	{ .name = "exception (#UD)",
	  .kind = CANARY_UD2,
	  .reason = EXIT_EXCEPTION_OR_NMI,
	  .exceptions = BIT(VECTOR_UD),
	  .skip = 2 },
	{ .name = "external interrupt",
	  .kind = CANARY_SPIN,
	  .reason = EXIT_EXTERNAL_INTERRUPT,
	  .arm = arm_lapic_timer,
	  .disarm = disarm_lapic_timer,
	  .skip = 2 },
	{ .name = "NMI",
	  .kind = CANARY_SPIN,
	  .reason = EXIT_EXCEPTION_OR_NMI,
	  .flags = CANARY_NEEDS_NMIS,
	  .skip = 2 },
	{ .name = "interrupt window",
	  .kind = CANARY_VMCALL,
	  .reason = EXIT_VMCALL,
	  .provoke = want_interrupt_window,
	  .second = EXIT_INTERRUPT_WINDOW },
	{ .name = "NMI window",
	  .kind = CANARY_VMCALL,
	  .reason = EXIT_VMCALL,
	  .provoke = want_nmi_window,
	  .second = EXIT_NMI_WINDOW },
	{ .name = "preemption timer at once",
	  .kind = CANARY_VMCALL,
	  .reason = EXIT_VMCALL,
	  .provoke = timer_at_once,
	  .second = EXIT_PREEMPTION_TIMER },
	{ .name = "preemption timer anywhere",
	  .kind = CANARY_VMCALL,
	  .reason = EXIT_VMCALL,
	  .provoke = timer_soon,
	  .second = EXIT_PREEMPTION_TIMER,
	  .flags = CANARY_ANY_PLACE },
	{ .name = "interrupt injected",
	  .kind = CANARY_VMCALL,
	  .reason = EXIT_VMCALL,
	  .provoke = interrupt_guest,
	  .second = CANARY_NO_EXIT },
};
const unsigned canary_test_count = ARRAY_SIZE(canary_tests);

static volatile bool nmis_wanted;

void canary_send_nmis(void)
{
	nmis_wanted = true;
	while (nmis_wanted) {
		lapic_send(cpus[0].apic_id, ICR_NMI | ICR_ASSERT);
		for (int i = 0; i < 500 && nmis_wanted; i++)
			pause();
	}
}

void canary_stop_nmis(void)
{
	nmis_wanted = false;
}
