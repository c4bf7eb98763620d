/*
 * pio.c - IN, OUT, INS, OUTS: to a device in here, or to the VMM.
 *
 * The VMM finds the data in page 1 of its mapping.  Like Linux: IN waits for
 * the answer, OUT is stepped over when the VMM comes back, OUTS before; INS
 * fetches as many elements at once as fit into the guest's page.
 */
#include "01-vmxon/regs.h"
#include "03-entry-exit/guest_mem.h"
#include "03-entry-exit/io_decode.h"
#include "05-full/kvm/x86/irqchip.h"
#include "05-full/kvm/x86/x86.h"
#include "lib/string.h"

#define PIO_DATA PAGE_SIZE /* offset in the VMM's mapping */
#define PIO_BATCH 1024     /* bytes of one INS exit at most, as Linux */

static void *pio_data(struct kvm_vcpu *v)
{
	return (u8 *)v->run + PIO_DATA;
}

static enum exit_action ask_vmm(struct kvm_vcpu *v, complete_fn complete)
{
	const struct pio_wait *w = &v->arch.pio;
	struct kvm_run *run = v->run;

	run->io.direction = w->in ? KVM_EXIT_IO_IN : KVM_EXIT_IO_OUT;
	run->io.size = w->size;
	run->io.port = w->port;
	run->io.count = w->count;
	run->io.data_offset = PIO_DATA;
	v->arch.complete = complete;
	return kvm_leave_as(v, KVM_EXIT_IO);
}

/* AL and AX leave the rest of RAX alone, EAX clears the upper half. */
static void set_rax(struct kvm_vcpu *v, int size, u32 value)
{
	u64 *rax = &v->arch.vcpu.regs.rax;

	*rax = io_masked(*rax, value, MASK(8 * size - 1, 0));
}

/* --- IN and OUT ------------------------------------------------------------------- */

/* The VMM may have moved the guest meanwhile: then there is nothing to skip. */
static bool still_there(struct kvm_vcpu *v)
{
	return vmcs_readnat(GUEST_RIP) == v->arch.pio.rip;
}

static void skip_pio(struct kvm_vcpu *v)
{
	vmcs_writenat(GUEST_RIP, v->arch.pio.rip + v->arch.pio.length);
	kvm_end_shadow();
}

static int complete_out(struct kvm_vcpu *v)
{
	if (still_there(v))
		skip_pio(v);
	return 1;
}

static int complete_in(struct kvm_vcpu *v)
{
	u32 value = 0;

	memcpy(&value, pio_data(v), v->arch.pio.size);
	set_rax(v, v->arch.pio.size, value);
	return complete_out(v);
}

static enum exit_action pio_simple(struct kvm_vcpu *v, struct io_access io)
{
	struct pio_wait *w = &v->arch.pio;
	u32 value = (u32)v->arch.vcpu.regs.rax;

	if (v->kvm->arch.irqchip && kvm_is_port(io.port) &&
	    kvm_port(v->kvm, io.port, io.size, io.in, &value)) {
		if (io.in)
			set_rax(v, io.size, value);
		kvm_skip(v);
		return EXIT_RESUME;
	}
	w->port = io.port;
	w->size = (u8)io.size;
	w->in = io.in;
	w->rep = false;
	w->count = 1;
	w->rip = v->exit_pc;
	w->length = (u8)vmcs_read32(VM_EXIT_INSTRUCTION_LENGTH);
	if (io.in)
		return ask_vmm(v, complete_in);
	*(u32 *)pio_data(v) = value; /* the VMM looks at io.size bytes of it */
	return ask_vmm(v, complete_out);
}

/* --- INS and OUTS -------------------------------------------------------------------- */

/*
 * An element's memory, which the CPU has not looked at: these instructions
 * exit before (SDM 26.1.3).  False: a page fault is queued.
 */
static bool reach_element(struct kvm_vcpu *v, bool write)
{
	const struct pio_wait *w = &v->arch.pio;
	u64 gpa;

	return kvm_reach(v, w->gva, write, &gpa) &&
	       (w->gva % PAGE_SIZE + w->size <= PAGE_SIZE ||
	        kvm_reach(v, ALIGN_UP(w->gva, PAGE_SIZE), write, &gpa));
}

static bool goes_down(void)
{
	return vmcs_readnat(GUEST_RFLAGS) & RFLAGS_DF;
}

/* n elements further; over the instruction when RCX is used up. */
static void advance(struct kvm_vcpu *v, u32 n)
{
	const struct pio_wait *w = &v->arch.pio;
	struct vmx_context *r = &v->arch.vcpu.regs;
	u64 *index = w->in ? &r->rdi : &r->rsi;
	u64 step = (u64)n * w->size;

	*index = io_masked(*index, goes_down() ? *index - step : *index + step,
	                   w->mask);
	if (w->rep)
		r->rcx = io_masked(r->rcx, r->rcx - n, w->mask);
	if (!w->rep || !(r->rcx & w->mask))
		skip_pio(v);
}

/* Elements of one INS exit: what is left of the page, at least 1. */
static u32 batch(struct kvm_vcpu *v)
{
	const struct pio_wait *w = &v->arch.pio;
	u64 offset = v->arch.vcpu.regs.rdi % PAGE_SIZE;
	u64 bytes = goes_down() ? offset : PAGE_SIZE - offset;
	u64 n = MIN(bytes, PIO_BATCH) / w->size;

	n = MIN(n, v->arch.vcpu.regs.rcx & w->mask);
	return w->rep && n ? (u32)n : 1;
}

/* Ports and RAM: with a device's memory neither INS nor OUTS is carried out. */
static enum exit_action store_input(struct kvm_vcpu *v, const u8 *data,
                                    u32 count)
{
	struct pio_wait *w = &v->arch.pio;

	for (u32 i = 0; i < count; i++, data += w->size) {
		if (!reach_element(v, true))
			return EXIT_RESUME;
		if (!guest_write(&v->arch.vcpu, w->gva, data, w->size, NULL))
			return kvm_cannot_emulate(v);
		w->gva += goes_down() ? -(u64)w->size : w->size;
		advance(v, 1);
	}
	return EXIT_RESUME;
}

static int complete_ins(struct kvm_vcpu *v)
{
	if (!still_there(v))
		return 1;
	return store_input(v, pio_data(v), v->arch.pio.count) == EXIT_RESUME;
}

static enum exit_action pio_ins(struct kvm_vcpu *v)
{
	struct pio_wait *w = &v->arch.pio;
	u32 value = 0;

	if (!reach_element(v, true)) /* before the device is asked */
		return EXIT_RESUME;
	if (v->kvm->arch.irqchip && kvm_is_port(w->port) &&
	    kvm_port(v->kvm, w->port, w->size, true, &value))
		return store_input(v, (u8 *)&value, 1);
	w->count = batch(v);
	return ask_vmm(v, complete_ins);
}

static int complete_nothing(struct kvm_vcpu *v)
{
	(void)v;
	return 1;
}

static enum exit_action pio_outs(struct kvm_vcpu *v)
{
	struct pio_wait *w = &v->arch.pio;
	u32 value = 0;

	if (!reach_element(v, false))
		return EXIT_RESUME;
	if (!guest_read(&v->arch.vcpu, w->gva, &value, w->size, NULL))
		return kvm_cannot_emulate(v);
	advance(v, 1);
	if (v->kvm->arch.irqchip && kvm_is_port(w->port) &&
	    kvm_port(v->kvm, w->port, w->size, false, &value))
		return EXIT_RESUME;
	memcpy(pio_data(v), &value, w->size);
	w->count = 1;
	return ask_vmm(v, complete_nothing);
}

static enum exit_action pio_string(struct kvm_vcpu *v, struct io_access io)
{
	struct pio_wait *w = &v->arch.pio;

	*w = (struct pio_wait){
		.port = io.port,
		.size = (u8)io.size,
		.in = io.in,
		.rep = io.rep,
		.rip = v->exit_pc,
		.length = (u8)vmcs_read32(VM_EXIT_INSTRUCTION_LENGTH),
		.mask = io_address_mask(vmcs_read32(VM_EXIT_INSTRUCTION_INFO)),
		.gva = vmcs_readnat(GUEST_LINEAR_ADDRESS),
	};
	if (io.rep && !(v->arch.vcpu.regs.rcx & w->mask)) {
		skip_pio(v);
		return EXIT_RESUME;
	}
	return io.in ? pio_ins(v) : pio_outs(v);
}

enum exit_action handle_pio(struct vcpu *c)
{
	struct io_access io = io_decode(vmcs_readnat(EXIT_QUALIFICATION));
	struct kvm_vcpu *v = kvm_vcpu_of(c);

	return io.string ? pio_string(v, io) : pio_simple(v, io);
}
