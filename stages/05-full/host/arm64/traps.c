/*
 * traps.c - exceptions of user programs, and of the kernel on their behalf.
 *
 * Stage 04's host_trap is called by the vectors with everything saved, and
 * looks here who takes what.
 */
#include "04-arm64-el2/esr.h"
#include "04-arm64-el2/gicv3.h"
#include "05-full/host/arch.h"
#include "05-full/host/arm64/arm64.h"
#include "05-full/host/arm64/user_regs.h"
#include "lib/panic.h"

#define SIGILL 4
#define SIGTRAP 5
#define SIGBUS 7
#define SIGKILL 9
#define SIGSEGV 11

extern char thread_vectors[], uaccess_start[], uaccess_end[], uaccess_failed[];
_Noreturn void kernel_stack_overflow(u64 sp);

/* Nobody takes it: stage 04 shows all registers and panics. */
static _Noreturn void unexpected(struct trap_frame *f, enum vector_slot slot)
{
	host_trap_handlers[slot] = NULL;
	printk("\nin thread %u (%s)\n", current->tid, current->name);
	host_trap(f, slot);
	panic("host_trap came back");
}

void kernel_stack_overflow(u64 sp)
{
	panic("kernel stack overflow: thread %u (%s), sp 0x%lx", current->tid,
	      current->name, sp);
}

static bool is_mm_fault(u32 iss)
{
	unsigned type = FSC_TYPE(ISS_ABT_FSC(iss));

	return type == FSC_TRANSLATION || type == FSC_PERMISSION ||
	       type == FSC_ACCESS_FLAG;
}

/* --- from a user program --------------------------------------------------- */

static void user_abort(struct trap_frame *f, u64 esr, bool exec)
{
	u64 far = read_sysreg(FAR_EL2);
	u32 iss = ESR_ISS(esr);
	bool write = !exec && iss & ISS_ABT_WNR && !(iss & ISS_ABT_CM);
	int signo = SIGBUS, err;
	char text[96];

	irq_unmask();
	if (is_mm_fault(iss)) {
		err = mm_fault(current_mm(), far, write, exec);
		if (!err)
			return;
		signo = err == -ENOMEM ? SIGKILL : SIGSEGV;
	}
	esr_describe(esr, text, sizeof(text));
	if (signo == SIGKILL)
		snprintk(text, sizeof(text), "no memory is left");
	user_fault(signo, f->pc, far, text);
}

static void user_sync_other(struct trap_frame *f, u64 esr)
{
	char text[96];
	int signo;

	switch (ESR_EC(esr)) {
	case EC_DABT_LOW:
		user_abort(f, esr, false);
		return;
	case EC_IABT_LOW:
		user_abort(f, esr, true);
		return;
	case EC_PC_ALIGN:
	case EC_SP_ALIGN:
		signo = SIGBUS;
		break;
	case EC_BRK64:
		signo = SIGTRAP;
		break;
	default:
		signo = SIGILL;
	}
	irq_unmask();
	user_fault(signo, f->pc, 0, esr_describe(esr, text, sizeof(text)));
}

static void begin_kernel(struct trap_frame *f)
{
	write_current(((struct stack_end *)f)->owner);
}

static void end_kernel(void)
{
	irq_mask();
	if (current->work)
		exit_to_user();
}

/* anchor: user_sync */
static void user_sync(struct trap_frame *f)
{
	u64 esr = read_sysreg(ESR_EL2);

	begin_kernel(f);
	if (ESR_EC(esr) == EC_SVC64) {
		irq_unmask();
		f->x[0] = (u64)syscall(f->x[8], f->x);
	} else {
		user_sync_other(f, esr);
	}
	end_kernel();
}
/* end: user_sync */

static void user_irq(struct trap_frame *f)
{
	begin_kernel(f);
	gic_handle();
	end_kernel();
}

/* --- from the kernel ------------------------------------------------------- */

static void kernel_irq(struct trap_frame *f)
{
	(void)f;
	gic_handle();
	/* Not where stage 04's loop still waits for work: no threads yet. */
	if (this_cpu()->vectors == (u64)thread_vectors)
		preempt_point();
}

static bool in_uaccess(const struct trap_frame *f)
{
	return f->pc >= (u64)uaccess_start && f->pc < (u64)uaccess_end;
}

/* A copy loop touched a page that is not there, yet or at all. */
static void kernel_sync(struct trap_frame *f)
{
	u64 esr = read_sysreg(ESR_EL2), far = read_sysreg(FAR_EL2);
	bool may_sleep = !(f->pstate & DAIF_I) && !current->preempt_count;

	if (ESR_EC(esr) != EC_DABT_CUR || !in_uaccess(f) ||
	    far >= arch_user_limit)
		unexpected(f, SLOT_CURRENT_SPX + SLOT_SYNC);
	if (may_sleep && current_mm()) {
		int err;

		irq_unmask();
		err = mm_fault(current_mm(), far, ESR_ISS(esr) & ISS_ABT_WNR,
		               false);
		irq_mask();
		if (!err)
			return;
	}
	f->pc = (u64)uaccess_failed;
}

void traps_init(void)
{
	host_trap_handlers[SLOT_CURRENT_SPX + SLOT_SYNC] = kernel_sync;
	host_trap_handlers[SLOT_CURRENT_SPX + SLOT_IRQ] = kernel_irq;
	host_trap_handlers[SLOT_LOWER_64 + SLOT_SYNC] = user_sync;
	host_trap_handlers[SLOT_LOWER_64 + SLOT_IRQ] = user_irq;
	this_cpu()->vectors = (u64)thread_vectors;
	write_sysreg(VBAR_EL2, this_cpu()->vectors);
	isb();
}
