/*
 * emulate.c - EPT violations: memory that is to be mapped, or a device's
 * registers; then the instruction is carried out here.
 *
 * All addresses are translated before anything is read or changed, so that a
 * page fault leaves no half of an instruction behind.  Then: read, compute,
 * change registers, write.  A part that only the VMM can read or write makes
 * KVM_RUN return; emulate_on goes on from there (B8).
 */
#include "01-vmxon/regs.h"
#include "02-vmcs/access_rights.h"
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

#define PF_WRITE 2
#define PF_USER 4

/* --- addresses --------------------------------------------------------------------- */

static int code_bits(void)
{
	u32 ar = vmcs_read32(GUEST_CS_ACCESS_RIGHTS);

	if (ar & AR_L && vmcs_read64(GUEST_IA32_EFER) & EFER_LMA)
		return 64;
	return ar & AR_DB ? 32 : 16;
}

static u64 segment_base(unsigned segment, int bits)
{
	static const enum vmcs_fieldnat bases[] = {
		GUEST_ES_BASE, GUEST_CS_BASE, GUEST_SS_BASE,
		GUEST_DS_BASE, GUEST_FS_BASE, GUEST_GS_BASE
	};

	if (bits == 64 && segment < SEG_FS)
		return 0;
	return vmcs_readnat(bases[segment]);
}

static u64 cut_to(u64 v, unsigned size)
{
	return size >= 8 ? v : v & (BIT(8 * size) - 1);
}

static u64 linear(const struct insn *i, u64 offset, unsigned segment, int bits)
{
	u64 at = segment_base(segment, bits) + cut_to(offset, i->address_size);

	return bits == 64 ? at : (u32)at;
}

static s64 bit_displacement(struct kvm_vcpu *v, const struct insn *i)
{
	s64 number = (s64)vcpu_reg(&v->arch.vcpu, i->reg);
	unsigned shift = 64 - 8 * i->size;

	number = (s64)((u64)number << shift) >> shift;
	return (number >> (i->size == 8 ? 6 : i->size == 4 ? 5 : 4)) * i->size;
}

static u64 operand_address(struct kvm_vcpu *v, const struct insn *i, int bits)
{
	const struct vcpu *c = &v->arch.vcpu;
	u64 at = (u64)i->displacement;

	if (i->base != NO_REGISTER)
		at += vcpu_reg(c, i->base);
	if (i->index != NO_REGISTER)
		at += vcpu_reg(c, i->index) << i->scale;
	if (i->rip_relative)
		at += v->exit_pc + i->length;
	if (i->bit_offset)
		at += (u64)bit_displacement(v, i);
	return linear(i, at, i->segment, bits);
}

/* Where size bytes at gva are; false: a page fault is queued. */
static bool locate(struct kvm_vcpu *v, u64 gva, u32 size,
                   struct emulation_part parts[EMULATION_PARTS], bool write)
{
	u32 user = vmcs_read32(GUEST_SS_ACCESS_RIGHTS) >> 5 & 3 ? PF_USER : 0;

	parts[1].size = 0;
	for (int n = 0; size; n++) {
		u32 run = (u32)MIN(size, PAGE_SIZE - gva % PAGE_SIZE);
		gpa_t gpa;

		if (!guest_translate(&v->arch.vcpu, gva, &gpa)) {
			kvm_queue_page_fault(v, gva,
			                     user | (write ? PF_WRITE : 0));
			return false;
		}
		parts[n] = (struct emulation_part){ gpa.v, run };
		gva += run;
		size -= run;
	}
	return true;
}

static bool is_string(const struct insn *i)
{
	return i->kind >= INSN_MOVS;
}

static bool reads_memory(const struct insn *i)
{
	return i->kind != INSN_STORE && i->kind != INSN_STOS &&
	       !(i->kind == INSN_PUSH && i->on_stack);
}

/* PUSH writes below the stack pointer, POP reads at it. */
static bool locate_stack(struct kvm_vcpu *v, int bits)
{
	struct emulation *e = &v->arch.emulation;
	const struct insn *i = &e->insn;
	u64 rsp = vmcs_readnat(GUEST_RSP);
	bool push = i->kind == INSN_PUSH;
	u64 at = segment_base(SEG_SS, bits) + (push ? rsp - i->size : rsp);

	at = bits == 64 ? at : (u32)at;
	if (!locate(v, at, i->size, push ? e->to : e->from, push))
		return false;
	return i->on_stack || locate(v, operand_address(v, i, bits), i->size,
	                             push ? e->from : e->to, !push);
}

static bool locate_operands(struct kvm_vcpu *v, int bits)
{
	struct emulation *e = &v->arch.emulation;
	const struct insn *i = &e->insn;
	const struct vmx_context *r = &v->arch.vcpu.regs;
	bool writes = i->kind != INSN_LOAD && i->kind != INSN_LOAD_ZERO &&
	              i->kind != INSN_LOAD_SIGN && i->kind != INSN_ALU_REG;

	if (i->kind == INSN_PUSH || i->kind == INSN_POP)
		return locate_stack(v, bits);
	if (!is_string(i)) {
		u64 gva = operand_address(v, i, bits);

		return locate(v, gva, i->size, e->from, writes) &&
		       locate(v, gva, i->size, e->to, writes);
	}
	if (i->kind == INSN_MOVS || i->kind == INSN_LODS) {
		if (!locate(v, linear(i, r->rsi, i->segment, bits), i->size,
		            e->from, false))
			return false;
	}
	if (i->kind == INSN_SCAS)
		return locate(v, linear(i, r->rdi, SEG_ES, bits), i->size,
		              e->from, false);
	return i->kind == INSN_LODS ||
	       locate(v, linear(i, r->rdi, SEG_ES, bits), i->size, e->to,
	              true);
}

/* --- access to one part ------------------------------------------------------------------ */

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

static int access_all(struct kvm_vcpu *v,
                      const struct emulation_part parts[EMULATION_PARTS],
                      bool write)
{
	struct emulation *e = &v->arch.emulation;

	while (e->part < EMULATION_PARTS && parts[e->part].size) {
		u32 offset = e->part ? parts[0].size : 0;
		int ret = access_part(v, &parts[e->part], e->data + offset,
		                      write);

		if (ret <= 0)
			return ret;
		e->part++;
	}
	e->part = 0;
	return 1;
}

/* --- registers -------------------------------------------------------------------------------- */

static u64 source_of(struct kvm_vcpu *v, const struct insn *i)
{
	u64 value;

	if (i->kind == INSN_STOS)
		return cut_to(v->arch.vcpu.regs.rax, i->size);
	if (i->by_cl)
		return v->arch.vcpu.regs.rcx & 0xff;
	if (i->reg == NO_REGISTER)
		return cut_to((u64)i->immediate, i->size);
	value = vcpu_reg(&v->arch.vcpu, i->reg);
	return cut_to(i->high ? value >> 8 : value, i->reg_size);
}

static void set_source(struct kvm_vcpu *v, const struct insn *i, u64 value)
{
	unsigned reg = i->reg == NO_REGISTER ? 0 : i->reg; /* LODS: RAX */
	unsigned size = i->reg == NO_REGISTER ? i->size : i->reg_size;
	u64 old = vcpu_reg(&v->arch.vcpu, reg);

	if (i->high)
		value = (old & ~MASK(15, 8)) | (value & 0xff) << 8;
	else
		value = io_masked(old, value, cut_to(~0ul, size));
	vcpu_set_reg(&v->arch.vcpu, reg, value);
}

static void count_index(u64 *index, const struct insn *i)
{
	u64 step = i->size;

	if (vmcs_readnat(GUEST_RFLAGS) & RFLAGS_DF)
		step = -step;
	*index = io_masked(*index, *index + step,
	                   cut_to(~0ul, i->address_size));
}

/* Returns whether the instruction is over. */
static bool advance_string(struct kvm_vcpu *v, const struct insn *i, u64 flags)
{
	struct vmx_context *r = &v->arch.vcpu.regs;
	u64 mask = cut_to(~0ul, i->address_size);

	if (i->kind == INSN_MOVS || i->kind == INSN_LODS)
		count_index(&r->rsi, i);
	if (i->kind != INSN_LODS)
		count_index(&r->rdi, i);
	if (!i->rep && !i->repne)
		return true;
	r->rcx = io_masked(r->rcx, r->rcx - 1, mask);
	if (!(r->rcx & mask))
		return true;
	/* REPE goes on while equal, REPNE while not. */
	return i->kind == INSN_SCAS && !(flags & FLAGS_ZF) == i->rep;
}

static void leave_instruction(struct kvm_vcpu *v, const struct insn *i)
{
	u64 rip = v->exit_pc + i->length;

	vmcs_writenat(GUEST_RIP, code_bits() == 64 ? rip : (u32)rip);
	kvm_end_shadow();
}

/* Returns whether something is to be written. */
static bool compute(struct kvm_vcpu *v)
{
	struct emulation *e = &v->arch.emulation;
	const struct insn *i = &e->insn;
	struct insn_operands o = {
		.source = source_of(v, i),
		.rax = cut_to(v->arch.vcpu.regs.rax, i->size),
		.flags = vmcs_readnat(GUEST_RFLAGS),
	};
	u64 old_flags = o.flags;

	memcpy(&o.memory, e->data, i->size);
	insn_compute(i, &o);
	memcpy(e->data, &o.memory, i->size);
	if (i->kind == INSN_PUSH || i->kind == INSN_POP)
		vmcs_writenat(GUEST_RSP,
		              vmcs_readnat(GUEST_RSP) +
		                      (i->kind == INSN_POP ? i->size :
		                                             -(u64)i->size));
	if (o.writes_register)
		set_source(v, i, o.source);
	if (o.writes_rax)
		v->arch.vcpu.regs.rax = io_masked(v->arch.vcpu.regs.rax, o.rax,
		                                  cut_to(~0ul, i->size));
	if (o.flags != old_flags)
		vmcs_writenat(GUEST_RFLAGS, o.flags);
	if (!is_string(i) || advance_string(v, i, o.flags))
		leave_instruction(v, i);
	return o.writes_memory;
}

/* --- the steps ------------------------------------------------------------------------------------ */

/* anchor: steps */
static int next_step(struct kvm_vcpu *v)
{
	struct emulation *e = &v->arch.emulation;
	int ret;

	if (e->step == EMULATE_READ) {
		ret = reads_memory(&e->insn) ? access_all(v, e->from, false) :
		                               1;
		if (ret <= 0)
			return ret;
		e->step = EMULATE_COMPUTE;
	}
	if (e->step == EMULATE_COMPUTE) {
		if (!compute(v))
			return 1;
		e->step = EMULATE_WRITE;
	}
	return access_all(v, e->to, true);
}

/* The VMM comes back with the part that only it could do. */
int kvm_emulate_on(struct kvm_vcpu *v)
{
	struct emulation *e = &v->arch.emulation;
	u32 offset = e->part ? e->from[0].size : 0;

	if (e->step == EMULATE_READ)
		memcpy(e->data + offset, v->run->mmio.data,
		       e->from[e->part].size);
	e->part++;
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
		return kvm_internal_error(v, KVM_INTERNAL_ERROR_EMULATION);
	if ((e->insn.rep || e->insn.repne) && is_string(&e->insn) &&
	    !cut_to(v->arch.vcpu.regs.rcx, e->insn.address_size)) {
		leave_instruction(v, &e->insn);
		return EXIT_RESUME;
	}
	if (!locate_operands(v, bits))
		return EXIT_RESUME; /* with a page fault */
	e->step = EMULATE_READ;
	e->part = 0;
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
		return kvm_internal_error(v, KVM_INTERNAL_ERROR_EMULATION);
	return kvm_emulate(v);
}
/* end: violation */
