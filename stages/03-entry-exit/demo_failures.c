/*
 * demo_failures.c - entries that fail, each in its way, and a guest that
 * kills itself.
 */
#include "01-vmxon/cpu.h"
#include "02-vmcs/here.h"
#include "03-entry-exit/demo.h"
#include "03-entry-exit/machine.h"
#include "lib/panic.h"

static struct machine m;

/* Error numbers (vmx_errors.def). */
#define ERROR_LAUNCH_NOT_CLEAR 4
#define ERROR_RESUME_NOT_LAUNCHED 5

static void expect_error(const char *what, u32 error)
{
	enum run_result r = machine_run(&m);

	if (r != RUN_ENTRY_FAILED || m.v.error != error)
		stage_failed("%s: result %d, error %u", what, r, m.v.error);
	printk("  %s: error %u, %s\n", what, error, vmx_error_words(error));
}

static void wrong_instruction(void)
{
	/* Values that a result must not be mixed up with. */
	m.v.regs.rax = m.v.regs.rcx = ~0ul;
	m.v.vmcs.launched = true; /* a lie */
	expect_error("VMRESUME of a VMCS that is clear",
	             ERROR_RESUME_NOT_LAUNCHED);
	m.v.vmcs.launched = false;
	machine_must_run(&m, EXIT_VMCALL);
	m.v.vmcs.launched = false; /* the other lie */
	expect_error("VMLAUNCH of a VMCS that is launched",
	             ERROR_LAUNCH_NOT_CLEAR);
	m.v.vmcs.launched = true;
}

/* Stage 02's checker says in a sentence what the CPU says in a number. */
static void explain(void)
{
	static struct vmcs_values f;
	static struct check_result result;
	struct check_env env = check_env_here(m.v.caps);
	char sentence[200];

	vmcs_load(&m.v.vmcs);
	vmcs_capture(&f);
	entry_check(&f, &env, &result);
	for (unsigned i = 0; i < result.count; i++) {
		entry_explain(result.broken[i], &f, &env, sentence,
		              sizeof(sentence));
		printk("    the entry checker: %s\n", sentence);
	}
	if (result.outcome != ENTRY_BAD_GUEST)
		stage_failed("the entry checker sees no bad guest state");
}

/* A failed entry that is reported as an exit: bit 31 of the reason. */
static void bad_guest_state(void)
{
	u64 rflags = vmcs_readnat(GUEST_RFLAGS);

	vmcs_writenat(GUEST_RFLAGS, rflags & ~RFLAGS_FIXED);
	if (machine_run(&m) != RUN_BAD_STATE)
		stage_failed("RFLAGS without bit 1 was accepted");
	printk("  RFLAGS with bit 1 clear: exit reason %#x, %s\n", m.v.reason,
	       exit_words(m.v.reason));
	explain();
	vmcs_writenat(GUEST_RFLAGS, rflags);
	machine_must_run(&m, EXIT_VMCALL);
	printk("  set right again, the guest goes on\n");
}

/* Entered by mistake, then rightly, from the same depth of the stack. */
static void no_current_vmcs(void)
{
	enum vmx_result r[2];

	machine_done(&m);
	m.v.regs.rax = m.v.regs.rcx = ~0ul;
	for (int i = 0; i < 2; i++) {
		if (i == 1)
			vmcs_load(&m.v.vmcs);
		r[i] = vmx_enter(&m.v.regs, false);
	}
	if (r[0] != VMX_FAIL_INVALID || r[1] != VMX_OK)
		stage_failed("VMLAUNCH without and with a VMCS: %d, %d", r[0],
		             r[1]);
	printk("  VMLAUNCH without a current VMCS: %s; with it, the guest "
	       "runs\n",
	       vmx_outcome_name(r[0]));
	machine_done(&m);
}

/* spin64's third entry stands 16 bytes after the first. */
#define TRIPLE_FAULT_ENTRY (MACHINE_ENTRY + 16)

static void triple_fault(const struct vmx_caps *caps)
{
	machine_init(&m, caps);
	machine_start_64(&m, GUEST_IMAGE(spin64));
	vmcs_writenat(GUEST_RIP, TRIPLE_FAULT_ENTRY);
	machine_must_run(&m, EXIT_TRIPLE_FAULT);
	printk("  a guest without an IDT executes UD2: exit reason %u, %s, at "
	       "its RIP %#lx\n    its VM is over, the host goes on\n",
	       m.v.reason, exit_words(m.v.reason), vmcs_readnat(GUEST_RIP));
	machine_done(&m);
}

void demo_failures(const struct vmx_caps *caps)
{
	printk("\nWhat can go wrong:\n");
	machine_init(&m, caps);
	machine_start_64(&m, GUEST_IMAGE(peek64));
	m.v.regs.rdi = MACHINE_ENTRY;
	wrong_instruction();
	bad_guest_state();
	no_current_vmcs();
	triple_fault(caps);
}
