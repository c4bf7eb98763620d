/*
 * emulate.c - EPT violations: memory that is to be mapped, or a device's
 * registers; then the instruction is carried out here.
 *
 * All addresses are translated before anything is read or changed, so that a
 * page fault leaves no half of an instruction behind.  Then: read, compute,
 * change registers, write.  What only the VMM can read or write makes KVM_RUN
 * return; kvm_emulate_on goes on from there (B8).
 */
#include "01-vmxon/regs.h"
#include "03-entry-exit/guest_mem.h"
#include "03-entry-exit/io_decode.h"
#include "05-full/kvm/x86/insn_compute.h"
#include "05-full/kvm/x86/irqchip.h"
#include "05-full/kvm/x86/x86.h"
#include "lib/string.h"

/* EXIT_QUALIFICATION of an EPT violation (SDM table 28-7). */
#define EPT_Q_WRITE BIT(1)
#define EPT_Q_FETCH BIT(2)
#define EPT_Q_NMI_UNBLOCKING BIT(12)

/* --- access to one operand --------------------------------------------------------------- */

static bool is_ram(struct kvm_vcpu *v, u64 gpa, bool write)
{
	struct kvm_memslot s;

	return kvm_find_slot(v->kvm, gpa / PAGE_SIZE, &s) &&
	       !(write && s.flags & KVM_MEM_READONLY);
}

static int ask_vmm_for(struct kvm_vcpu *v, const struct emulation_part *p,
                       const u8 *data, bool write)
{
	struct kvm_run *run = v->run;

	run->exit_reason = KVM_EXIT_MMIO;
	run->mmio.phys_addr = p->gpa;
	run->mmio.len = p->size;
	run->mmio.is_write = write;
	memset(run->mmio.data, 0, sizeof(run->mmio.data));
	if (write)
		memcpy(run->mmio.data, data, p->size);
	v->arch.complete = kvm_emulate_on;
	return 0;
}

/* 1: done, 0: the VMM must, -errno. */
static int access_part(struct kvm_vcpu *v, const struct emulation_part *p,
                       u8 *data, bool write)
{
	int err;

	if (v->arch.lapic &&
	    kvm_device_access(v, p->gpa, p->size, data, write))
		return 1;
	if (!is_ram(v, p->gpa, write))
		return ask_vmm_for(v, p, data, write);
	err = write ? kvm_write_guest(v->kvm, p->gpa, data, p->size) :
	              kvm_read_guest(v->kvm, p->gpa, data, p->size);
	return err ? err : 1;
}

/* What follows after so many bytes: kvm_run has room for eight at a time. */
static struct emulation_part next_part(const struct emulation_operand *o,
                                       u32 done)
{
	const struct emulation_part *p = &o->part[0];

	if (done >= p->size) {
		done -= p->size;
		p++;
	}
	return (struct emulation_part){ p->gpa + done,
		                        MIN(p->size - done, 8u) };
}

static int access_all(struct kvm_vcpu *v, const struct emulation_operand *o,
                      u8 *data, bool write)
{
	struct emulation *e = &v->arch.emulation;

	while (e->done < o->part[0].size + o->part[1].size) {
		struct emulation_part p = next_part(o, e->done);
		int ret = access_part(v, &p, data + e->done, write);

		if (ret <= 0)
			return ret;
		e->done += p.size;
	}
	e->done = 0;
	return 1;
}

/* --- strings ------------------------------------------------------------------------------ */

static void count_index(u64 *index, const struct insn *i)
{
	u64 step = i->size;

	if (vmcs_readnat(GUEST_RFLAGS) & RFLAGS_DF)
		step = -step;
	*index = io_masked(*index, *index + step,
	                   low_bytes(~0ul, i->address_size));
}

/* Returns whether the instruction is over. */
static bool advance_string(struct kvm_vcpu *v, const struct insn *i, u64 flags)
{
	struct vmx_context *r = &v->arch.vcpu.regs;
	u64 mask = low_bytes(~0ul, i->address_size);

	if (i->kind != INSN_STOS && i->kind != INSN_SCAS)
		count_index(&r->rsi, i);
	if (i->kind != INSN_LODS)
		count_index(&r->rdi, i);
	if (!i->rep && !i->repne)
		return true;
	r->rcx = io_masked(r->rcx, r->rcx - 1, mask);
	if (!(r->rcx & mask))
		return true;
	/* REPE goes on while equal, REPNE while not. */
	return (i->kind == INSN_SCAS || i->kind == INSN_CMPS) &&
	       !(flags & FLAGS_ZF) == i->rep;
}

/* REP with a count of 0: nothing to do. */
static bool no_turns(struct kvm_vcpu *v, const struct insn *i)
{
	return is_string(i) && (i->rep || i->repne) &&
	       !low_bytes(v->arch.vcpu.regs.rcx, i->address_size);
}

/* --- computing ------------------------------------------------------------------------------ */

static void leave_instruction(u64 rip)
{
	vmcs_writenat(GUEST_RIP, rip);
	kvm_end_shadow();
}

static void move_stack_pointer(s64 by)
{
	vmcs_writenat(GUEST_RSP, vmcs_readnat(GUEST_RSP) + (u64)by);
}

/* Returns whether something is to be written: the return address. */
static bool jump(struct kvm_vcpu *v, int bits)
{
	struct emulation *e = &v->arch.emulation;
	const struct insn *i = &e->insn;
	u64 next = next_instruction(v, i, bits), target = 0;

	memcpy(&target, e->data, i->size);
	if (i->kind == INSN_CALL && i->on_stack)
		target = low_bytes(next + (u64)i->immediate, i->size);
	/* An address that no entry would accept (SDM 27.3.1.4). */
	if (bits == 64 && (s64)(target << 16) >> 16 != (s64)target) {
		kvm_queue_exception(v, VECTOR_GP, true, 0);
		return false;
	}
	leave_instruction(target);
	if (i->kind == INSN_RET)
		move_stack_pointer(i->size + i->immediate);
	if (i->kind != INSN_CALL)
		return false;
	move_stack_pointer(-(s64)i->size);
	memcpy(e->data, &next, i->size);
	return true;
}

static bool move_xmm(struct kvm_vcpu *v, int bits)
{
	struct emulation *e = &v->arch.emulation;
	bool load = e->insn.kind == INSN_XMM_LOAD;

	xmm_operand(v, e->insn.reg, e->data, load);
	leave_instruction(next_instruction(v, &e->insn, bits));
	return !load;
}

static bool calculate(struct kvm_vcpu *v, int bits)
{
	struct emulation *e = &v->arch.emulation;
	const struct insn *i = &e->insn;
	struct vmx_context *r = &v->arch.vcpu.regs;
	struct insn_operands o = {
		.source = source_operand(v, i),
		.rax = r->rax,
		.rbx = r->rbx,
		.rcx = r->rcx,
		.rdx = r->rdx,
		.flags = vmcs_readnat(GUEST_RFLAGS),
	};
	u64 old_flags = o.flags;

	memcpy(&o.memory, e->data, i->size);
	memcpy(&o.second, e->second, i->size);
	insn_compute(i, &o);
	if (o.divide_error) {
		kvm_queue_exception(v, VECTOR_DE, false, 0);
		return false;
	}
	memcpy(e->data, &o.memory, i->size);
	r->rax = o.rax;
	r->rdx = o.rdx;
	if (o.writes_register)
		set_register_operand(v, i, o.source);
	if (o.flags != old_flags)
		vmcs_writenat(GUEST_RFLAGS, o.flags);
	if (i->kind == INSN_PUSH || i->kind == INSN_POP)
		move_stack_pointer(i->kind == INSN_POP ? i->size :
		                                         -(s64)i->size);
	if (!is_string(i) || advance_string(v, i, o.flags))
		leave_instruction(next_instruction(v, i, bits));
	return o.writes_memory;
}

/* Changes registers.  Returns whether memory is to be written, too. */
static bool compute(struct kvm_vcpu *v)
{
	int bits = code_bits();

	switch (v->arch.emulation.insn.kind) {
	case INSN_CALL:
	case INSN_JUMP:
	case INSN_RET:
		return jump(v, bits);
	case INSN_XMM_LOAD:
	case INSN_XMM_STORE:
		return move_xmm(v, bits);
	default:
		return calculate(v, bits);
	}
}

/* --- the steps ------------------------------------------------------------------------------------ */

static bool reads_memory(const struct insn *i)
{
	switch (i->kind) {
	case INSN_STORE:
	case INSN_STOS:
	case INSN_SETCC:
	case INSN_XMM_STORE:
		return false;
	case INSN_PUSH:
	case INSN_CALL:
		return !i->on_stack;
	default:
		return true;
	}
}

/* anchor: steps */
/* The same function again after each stop; e->step and e->done say how far. */
static int next_step(struct kvm_vcpu *v)
{
	struct emulation *e = &v->arch.emulation;
	int ret = 1;

	if (e->step == EMULATE_READ) {
		if (reads_memory(&e->insn))
			ret = access_all(v, &e->from, e->data, false);
		if (ret <= 0)
			return ret;
		e->step = EMULATE_READ_SECOND;
	}
	if (e->step == EMULATE_READ_SECOND) {
		if (e->insn.kind == INSN_CMPS)
			ret = access_all(v, &e->to, e->second, false);
		if (ret <= 0)
			return ret;
		e->step = EMULATE_COMPUTE;
	}
	if (e->step == EMULATE_COMPUTE) {
		if (!compute(v))
			return 1;
		e->step = EMULATE_WRITE;
	}
	return access_all(v, &e->to, e->data, true);
}

/* The VMM comes back with the part that only it could do. */
int kvm_emulate_on(struct kvm_vcpu *v)
{
	struct emulation *e = &v->arch.emulation;
	const void *answer = v->run->mmio.data;
	struct emulation_part p = next_part(
		e->step == EMULATE_READ ? &e->from : &e->to, e->done);

	if (e->step == EMULATE_READ)
		memcpy(e->data + e->done, answer, p.size);
	else if (e->step == EMULATE_READ_SECOND)
		memcpy(e->second + e->done, answer, p.size);
	e->done += p.size;
	return next_step(v);
}
/* end: steps */

/* The bytes at RIP: what is left of the page, and the next one if need be. */
static bool fetch_and_decode(struct kvm_vcpu *v, int bits)
{
	u64 rip = v->exit_pc + segment_base(SEG_CS, bits), fault;
	u8 bytes[INSN_MAX];
	unsigned n = (unsigned)MIN(INSN_MAX, PAGE_SIZE - rip % PAGE_SIZE);

	if (!guest_read(&v->arch.vcpu, rip, bytes, n, &fault))
		return false;
	if (insn_decode(&v->arch.emulation.insn, bytes, n, bits))
		return true;
	return n < INSN_MAX &&
	       guest_read(&v->arch.vcpu, rip + n, bytes + n, INSN_MAX - n,
	                  &fault) &&
	       insn_decode(&v->arch.emulation.insn, bytes, INSN_MAX, bits);
}

enum exit_action kvm_emulate(struct kvm_vcpu *v)
{
	struct emulation *e = &v->arch.emulation;
	int bits = code_bits(), ret;

	if (!fetch_and_decode(v, bits))
		return kvm_cannot_emulate(v);
	if (no_turns(v, &e->insn)) {
		leave_instruction(next_instruction(v, &e->insn, bits));
		return EXIT_RESUME;
	}
	if (!locate_operands(v, bits))
		return EXIT_RESUME; /* with a page fault */
	e->step = EMULATE_READ;
	e->done = 0;
	ret = next_step(v);
	return ret > 0 ? EXIT_RESUME : kvm_leave(v, ret);
}

/* anchor: violation */
enum exit_action handle_memory(struct vcpu *c)
{
	struct kvm_vcpu *v = kvm_vcpu_of(c);
	u64 q = vmcs_readnat(EXIT_QUALIFICATION);
	u64 gpa = vmcs_read64(GUEST_PHYSICAL_ADDRESS);
	int ret;

	inject_requeue(c);
	/* An IRET unblocked NMIs before it faulted; it will again. */
	if (q & EPT_Q_NMI_UNBLOCKING && !(c->events.event & EVENT_VALID))
		vmcs_write32(GUEST_INTERRUPTIBILITY_STATE,
		             vmcs_read32(GUEST_INTERRUPTIBILITY_STATE) |
		                     BLOCKING_BY_NMI);
	ret = kvm_guest_fault(v, gpa, q & EPT_Q_WRITE, q & EPT_Q_FETCH);
	if (ret > 0)
		return EXIT_RESUME;
	if (ret < 0)
		return kvm_leave(v, ret);
	/* A stack or a descriptor table in a device's registers. */
	if (c->events.event & EVENT_VALID)
		return kvm_internal_error(v, KVM_INTERNAL_ERROR_DELIVERY_EV);
	if (q & EPT_Q_FETCH)
		return kvm_cannot_emulate(v);
	return kvm_emulate(v);
}
/* end: violation */
