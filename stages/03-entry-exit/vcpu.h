/*
 * vcpu.h - a virtual machine's memory, and one virtual CPU.
 *
 * Life of a vCPU: vcpu_init; a guest state (guest_state.h); then vcpu_run as
 * often as its caller likes.  All calls for one vCPU come from one CPU at a
 * time, in VMX operation.
 */
#pragma once

#include "02-vmcs/vmcs.h"
#include "03-entry-exit/ept.h"
#include "03-entry-exit/exit.h"
#include "03-entry-exit/inject.h"
#include "03-entry-exit/switch.h"
#include "03-entry-exit/vmenter.h"

/* What a guest's memory and ports look like; shared by its vCPUs. */
struct vm {
	struct ept ept;
	u8 *ram;      /* guest-physical 0 .. ram_size - 1 */
	u64 ram_size; /* bytes */
	void *owner;  /* for the functions below */

	/*
	 * For guest memory that is in many pieces: copy size bytes at gpa,
	 * all in one page; false if they are not RAM.  NULL: ram is all.
	 */
	bool (*read)(struct vm *vm, gpa_t gpa, void *to, u64 size);
	bool (*write)(struct vm *vm, gpa_t gpa, const void *from, u64 size);

	/* Port I/O of size 1, 2 or 4 bytes.  NULL: reads give all ones. */
	u32 (*port_in)(struct vcpu *v, u16 port, int size);
	void (*port_out)(struct vcpu *v, u16 port, int size, u32 value);
};

/* How a run ended. */
enum run_result {
	RUN_EXIT,         /* a handler said EXIT_TO_CALLER; see v->reason */
	RUN_UNHANDLED,    /* no handler for v->reason */
	RUN_ENTRY_FAILED, /* VMLAUNCH or VMRESUME failed; see v->error */
	RUN_BAD_STATE,    /* the CPU refused the guest state or the MSRs */
};

struct vcpu {
	struct vmx_context regs; /* first: vmenter.S knows its offsets */
	struct vmcs vmcs;
	struct vm *vm;
	const exit_handler *handlers; /* by basic exit reason */
	const struct vmx_caps *caps;

	u32 reason;                /* VM_EXIT_REASON of the last exit */
	u32 error;                 /* VM_INSTRUCTION_ERROR of a failed entry */
	u64 cr8;                   /* the guest's task priority */
	struct pending events;     /* what to inject */
	struct switch_state state; /* what switch.c switches */

	u32 last_cpu; /* whose tables HOST_ fields name */
	u64 *msr_bitmap;
	u64 exits; /* how many so far */
};

/*
 * vm_init - a machine with size bytes of zeroed memory at guest-physical 0
 * (a multiple of 4 KiB; 0: none yet).
 */
void vm_init(struct vm *vm, u64 size, const struct vmx_caps *caps);

/*
 * vcpu_init - a vCPU of vm, with a VMCS of its own: controls and host state
 * are set, the guest state is still to come.  Returns NULL, or the name of a
 * control that this CPU lacks.
 */
const char *vcpu_init(struct vcpu *v, struct vm *vm,
                      const struct vmx_caps *caps);

/*
 * vcpu_load, vcpu_put - bring the vCPU's state onto this CPU and back; what
 * lies between them may not be left to the host's other work.  With
 * interrupts off.
 */
void vcpu_load(struct vcpu *v);
void vcpu_put(struct vcpu *v);

/* vcpu_load_vmcs - only the VMCS: for a stage that has its own switch.c. */
void vcpu_load_vmcs(struct vcpu *v);

/*
 * The two halves of vcpu_enter around vmx_enter, for those who watch it
 * closely.
 */
static inline void vcpu_before_enter(struct vcpu *v)
{
	if (v->events.any)
		inject_before_entry(v);
}

static inline void vcpu_after_enter(struct vcpu *v, enum vmx_result r)
{
	v->exits++;
	if (r != VMX_OK) {
		v->error = r == VMX_FAIL_VALID ?
		                   vmcs_read32(VM_INSTRUCTION_ERROR) :
		                   0;
		return;
	}
	v->reason = vmcs_read32(VM_EXIT_REASON);
	/* A refused guest state leaves the VMCS clear (SDM 27.8). */
	if (!(v->reason & EXIT_ENTRY_FAILURE))
		v->vmcs.launched = true;
}

/*
 * vcpu_enter - one entry and one exit of a loaded vCPU: inject what is
 * pending, switch worlds, note the reason.
 */
static inline enum vmx_result vcpu_enter(struct vcpu *v)
{
	enum vmx_result r;

	vcpu_before_enter(v);
	r = vmx_enter(&v->regs, v->vmcs.launched);
	vcpu_after_enter(v, r);
	return r;
}

/* vcpu_dispatch - handle the exit that vcpu_enter noted. */
enum exit_action vcpu_dispatch(struct vcpu *v);

/* vcpu_run - load, go round until the caller is needed, put. */
enum run_result vcpu_run(struct vcpu *v);

/* vcpu_skip - step the guest over the instruction that exited. */
static inline void vcpu_skip(struct vcpu *v)
{
	(void)v;
	vmcs_writenat(GUEST_RIP,
	              vmcs_readnat(GUEST_RIP) +
	                      vmcs_read32(VM_EXIT_INSTRUCTION_LENGTH));
	/*
	 * A STI or MOV SS before it shadows one instruction: this one.  The
	 * field is mostly zero; reading it costs less than writing it.
	 */
	u32 blocked = vmcs_read32(GUEST_INTERRUPTIBILITY_STATE);

	if (blocked & (BLOCKING_BY_STI | BLOCKING_BY_MOV_SS))
		vmcs_write32(GUEST_INTERRUPTIBILITY_STATE,
		             blocked &
		                     ~(BLOCKING_BY_STI | BLOCKING_BY_MOV_SS));
}

/*
 * vcpu_reg, vcpu_set_reg - a general register by the number that exit
 * qualifications use: 0 RAX ... 4 RSP ... 15 R15 (SDM table 28-3).
 */
u64 vcpu_reg(const struct vcpu *v, unsigned number);
void vcpu_set_reg(struct vcpu *v, unsigned number, u64 value);

/*
 * vcpu_set_timer - let the guest run for at most ticks of the VMX-preemption
 * timer from the next entry on, exits in between not counted; then it exits
 * (52) to the caller.  0: at once.  Returns false if the CPU has no such timer.
 */
bool vcpu_set_timer(struct vcpu *v, u32 ticks);

/* vcpu_clear_timer - no such exit any more. */
void vcpu_clear_timer(struct vcpu *v);

/*
 * vcpu_invalidate_ept - forget this CPU's cached translations of the vCPU's
 * EPT; after ept_unmap, or after rights were taken away (SDM 29.4.3).
 */
void vcpu_invalidate_ept(struct vcpu *v);
