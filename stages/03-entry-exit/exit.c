/*
 * exit.c - the table of handlers.
 */
#include "03-entry-exit/exit.h"

/* In the order of exit_reasons.def. */
const exit_handler exit_handlers[EXIT_REASONS] = {
	[EXIT_EXCEPTION_OR_NMI] = handle_exception,
	[EXIT_EXTERNAL_INTERRUPT] = handle_interrupt,
	[EXIT_TRIPLE_FAULT] = handle_to_caller,
	[EXIT_INTERRUPT_WINDOW] = handle_window,
	[EXIT_NMI_WINDOW] = handle_window,
	[EXIT_CPUID] = handle_cpuid,
	[EXIT_GETSEC] = handle_undefined,
	[EXIT_HLT] = handle_hlt,
	[EXIT_INVD] = handle_nothing,
	[EXIT_INVLPG] = handle_nothing,
	[EXIT_RDPMC] = handle_protection,
	[EXIT_RDTSC] = handle_rdtsc,
	[EXIT_VMCALL] = handle_vmcall,
	[EXIT_VMCLEAR] = handle_undefined,
	[EXIT_VMLAUNCH] = handle_undefined,
	[EXIT_VMPTRLD] = handle_undefined,
	[EXIT_VMPTRST] = handle_undefined,
	[EXIT_VMREAD] = handle_undefined,
	[EXIT_VMRESUME] = handle_undefined,
	[EXIT_VMWRITE] = handle_undefined,
	[EXIT_VMXOFF] = handle_undefined,
	[EXIT_VMXON] = handle_undefined,
	[EXIT_CR_ACCESS] = handle_cr,
	[EXIT_IO_INSTRUCTION] = handle_io,
	[EXIT_RDMSR] = handle_rdmsr,
	[EXIT_WRMSR] = handle_wrmsr,
	[EXIT_MWAIT] = handle_undefined,
	[EXIT_MONITOR] = handle_undefined,
	[EXIT_PAUSE] = handle_nothing,
	[EXIT_EPT_VIOLATION] = handle_ept_violation,
	[EXIT_INVEPT] = handle_undefined,
	[EXIT_PREEMPTION_TIMER] = handle_preemption_timer,
	[EXIT_INVVPID] = handle_undefined,
	[EXIT_WBINVD] = handle_nothing,
	[EXIT_XSETBV] = handle_undefined,
	[EXIT_VMFUNC] = handle_undefined,
};
