/*
 * handle_io.c - IN, OUT, and their string forms (SDM table 28-5).
 */
#include "01-vmxon/regs.h"
#include "03-entry-exit/guest_mem.h"
#include "03-entry-exit/io_decode.h"
#include "03-entry-exit/vcpu.h"

static u32 port_in(struct vcpu *v, u16 port, int size)
{
	if (!v->vm->port_in)
		return 0xffffffff; /* nothing on the bus: all lines high */
	return v->vm->port_in(v, port, size);
}

static void port_out(struct vcpu *v, u16 port, int size, u32 value)
{
	if (v->vm->port_out)
		v->vm->port_out(v, port, size, value);
}

/* AL and AX leave the rest of RAX alone, EAX clears the upper half. */
static void set_accumulator(struct vcpu *v, int size, u32 value)
{
	u64 mask = size == 4 ? ~0ul : MASK(8 * size - 1, 0);

	v->regs.rax = (v->regs.rax & ~mask) | (value & MASK(8 * size - 1, 0));
}

static enum exit_action simple(struct vcpu *v, struct io_access io)
{
	if (io.in)
		set_accumulator(v, io.size, port_in(v, io.port, io.size));
	else
		port_out(v, io.port, io.size,
		         (u32)(v->regs.rax & MASK(8 * io.size - 1, 0)));
	vcpu_skip(v);
	return EXIT_RESUME;
}

/* Moves one element; false if the guest's memory is not there. */
static bool string_element(struct vcpu *v, struct io_access io, u64 *fault)
{
	u64 gva = vmcs_readnat(GUEST_LINEAR_ADDRESS);
	u32 value = 0;

	if (io.in) {
		value = port_in(v, io.port, io.size);
		return guest_write(v, gva, &value, (u64)io.size, fault);
	}
	if (!guest_read(v, gva, &value, (u64)io.size, fault))
		return false;
	port_out(v, io.port, io.size, value);
	return true;
}

/* Moves RSI or RDI by one element and counts RCX down, as the CPU would. */
static void string_advance(struct vcpu *v, struct io_access io, u64 mask)
{
	u64 *index = io.in ? &v->regs.rdi : &v->regs.rsi;
	u64 step = (u64)io.size;

	if (vmcs_readnat(GUEST_RFLAGS) & RFLAGS_DF)
		step = -step;
	*index = io_masked(*index, *index + step, mask);
	if (io.rep)
		v->regs.rcx = io_masked(v->regs.rcx, v->regs.rcx - 1, mask);
}

/*
 * One element per exit: RIP stays on a REP until RCX is zero, so the guest can
 * be interrupted in between, and comes back here for the next one.
 */
static enum exit_action string(struct vcpu *v, struct io_access io)
{
	u64 mask = io_address_mask(vmcs_read32(VM_EXIT_INSTRUCTION_INFO));
	u64 fault;

	if (io.rep && !(v->regs.rcx & mask)) {
		vcpu_skip(v);
		return EXIT_RESUME;
	}
	if (!string_element(v, io, &fault)) {
		v->regs.cr2 = fault;
		inject_exception_code(v, VECTOR_PF, io.in ? 2 : 0);
		return EXIT_RESUME;
	}
	string_advance(v, io, mask);
	if (!io.rep || !(v->regs.rcx & mask))
		vcpu_skip(v);
	return EXIT_RESUME;
}

enum exit_action handle_io(struct vcpu *v)
{
	struct io_access io = io_decode(vmcs_readnat(EXIT_QUALIFICATION));

	return io.string ? string(v, io) : simple(v, io);
}
