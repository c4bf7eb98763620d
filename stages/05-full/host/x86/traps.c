/*
 * traps.c - what entry.S calls: exceptions and interrupts, from user mode and
 * from the kernel.
 */
#include "01-vmxon/lapic.h"
#include "05-full/host/x86/host_cpu.h"
#include "05-full/host/x86/host_insn.h"
#include "lib/panic.h"

#define ENTRY_SIZE 16 /* of one stub in entry.S */
#define DR6_RESET 0xffff0ff0
#define SIGSEGV_WHAT "access to memory that is not its own"

/* Error code of #PF (SDM 4.7). */
#define PF_WRITE BIT(1)
#define PF_RESERVED BIT(3)
#define PF_FETCH BIT(4)

extern const u8 host_vectors[], syscall_entry[];
extern const u8 uaccess_start[], uaccess_end[];

void user_trap(struct trap_frame *f);
void kernel_trap(struct trap_frame *f);
void paranoid_trap(struct trap_frame *f);

/* Linux's numbers, which are the same on all its architectures. */
enum signo {
	SIGILL = 4,
	SIGTRAP = 5,
	SIGBUS = 7,
	SIGFPE = 8,
	SIGSEGV = 11,
};

/* What a user program's exception is to it; the others are SIGSEGV. */
static const u8 signal_of[VECTOR_FIRST_IRQ] = {
	[0] = SIGFPE,  [1] = SIGTRAP, [3] = SIGTRAP, [6] = SIGILL,
	[12] = SIGBUS, [16] = SIGFPE, [17] = SIGBUS, [19] = SIGFPE,
};

static void user_page_fault(struct trap_frame *f, u64 address)
{
	if (f->error & PF_RESERVED)
		trap_handle(f); /* our tables are broken: does not return */
	irq_enable();
	if (!current_mm() ||
	    mm_fault(current_mm(), address, f->error & PF_WRITE,
	             f->error & PF_FETCH))
		user_fault(SIGSEGV, f->rip, address, SIGSEGV_WHAT);
	irq_disable();
}

static void user_exception(struct trap_frame *f)
{
	u8 signo = signal_of[f->vector];

	if (f->vector == VECTOR_DB)
		write_dr6(DR6_RESET); /* nobody else clears it */
	irq_enable();
	user_fault(signo ? signo : SIGSEGV, f->rip, f->rip,
	           exception_name(f->vector));
	irq_disable();
}

void user_trap(struct trap_frame *f)
{
	if (f->vector >= VECTOR_FIRST_IRQ)
		trap_handle(f);
	else if (f->vector == VECTOR_PF)
		user_page_fault(f, read_cr2());
	else
		user_exception(f);
	exit_to_user();
}

/*
 * A fault of uaccess.S: bring the page in, if this thread may sleep now.
 * Else, or if there is none, trap_handle finds the way out of the copy.
 */
static bool copy_fault(const struct trap_frame *f, u64 address)
{
	int r;

	if (f->rip < (u64)uaccess_start || f->rip >= (u64)uaccess_end ||
	    !(f->rflags & RFLAGS_IF) || current->preempt_count ||
	    !current_mm())
		return false;
	irq_enable();
	r = mm_fault(current_mm(), address, f->error & PF_WRITE, false);
	irq_disable();
	return !r;
}

void kernel_trap(struct trap_frame *f)
{
	if (f->vector == VECTOR_PF && copy_fault(f, read_cr2()))
		return;
	trap_handle(f);
	if (f->vector >= VECTOR_FIRST_IRQ)
		preempt_point();
}

/*
 * A program that set TF, and a CPU that single-steps its SYSCALL although
 * FMASK clears TF: Bochs does so, and MOV SS before the SYSCALL may do it
 * elsewhere.  Let it go: SYSRET brings TF back, and the program's next
 * instruction traps.
 */
static bool is_step_into_kernel(const struct trap_frame *f)
{
	return f->vector == VECTOR_DB && f->rip == (u64)syscall_entry;
}

/* #DF because #PF could not be delivered: there was no stack to push to. */
static void note_stack_overflow(void)
{
	u64 low = (u64)this_cpu()->stack_low;

	if (ALIGN_DOWN(read_cr2(), PAGE_SIZE) != low - PAGE_SIZE)
		return;
	last_words();
	printk("\nkernel stack overflow: thread %u (%s)", current->tid,
	       current->name);
}

void paranoid_trap(struct trap_frame *f)
{
	if (is_step_into_kernel(f)) {
		write_dr6(DR6_RESET);
		return;
	}
	if (f->vector == VECTOR_DF)
		note_stack_overflow();
	trap_handle(f);
}

static void kick_interrupt(struct trap_frame *f)
{
	(void)f;
	lapic_eoi();
	cpu_kicked();
}

/* The local APIC wants no EOI for it (SDM 11.9). */
static void spurious_interrupt(struct trap_frame *f)
{
	(void)f;
}

static unsigned stack_of(unsigned vector)
{
	switch (vector) {
	case VECTOR_DB:
		return IST_DEBUG;
	case VECTOR_NMI:
		return IST_NMI;
	case VECTOR_DF:
		return IST_DOUBLE_FAULT;
	case VECTOR_MC:
		return IST_MACHINE_CHECK;
	default:
		return IST_NONE;
	}
}

void traps_init(void)
{
	/* INT3 and INTO are for everybody, INT n is not. */
	for (unsigned i = 0; i < 256; i++)
		trap_set_gate((u8)i, host_vectors + i * ENTRY_SIZE,
		              stack_of(i), i == 3 || i == 4);
	irq_set_handler(VECTOR_KICK, kick_interrupt);
	irq_set_handler(LAPIC_SPURIOUS_VECTOR, spurious_interrupt);
}
