/*
 * serial.c - the UART on the bus, between the guest and our terminal.
 */
#include "05-full/vmm/arch.h"
#include "05-full/vmm/bus.h"
#include "05-full/vmm/console.h"
#include "05-full/vmm/devices.h"
#include "05-full/vmm/uart16550.h"

static struct serial {
	struct uart16550 uart;
	struct vmm *vm;
	u32 line;
	u64 uses;
	bool rung; /* the line is high for serial_ring */
	struct bus_device device;
} serial;

static void serial_interrupt(void *ctx, bool level)
{
	struct serial *s = ctx;

	vmm_arch_raise(s->vm, s->line, level);
}

static void serial_note_use(struct serial *s)
{
	s->uses++;
	if (s->rung)
		serial_interrupt(s, s->uart.level);
	s->rung = false;
}

static u64 serial_read(void *ctx, u64 offset, unsigned size)
{
	struct serial *s = ctx;

	(void)size;
	serial_note_use(s);
	return uart16550_read(&s->uart, (u32)offset);
}

static void serial_write(void *ctx, u64 offset, unsigned size, u64 value)
{
	struct serial *s = ctx;

	(void)size;
	serial_note_use(s);
	uart16550_write(&s->uart, (u32)offset, (u8)value);
}

static void serial_transmit(void *ctx, u8 c)
{
	(void)ctx;
	vmm_console_put(c);
}

/* On the listener's thread. */
static size_t serial_take(void *ctx, const u8 *data, size_t n)
{
	struct serial *s = ctx;

	user_lock(&s->vm->lock);
	n = uart16550_receive(&s->uart, data, n);
	user_unlock(&s->vm->lock);
	return n;
}

/* After the escape key. */
static void serial_command(void *ctx, u8 key)
{
	struct serial *s = ctx;

	if (key == 'x')
		vmm_end(s->vm, 0, "stopped by Ctrl-A x");
	if (key == 's')
		vmm_save(s->vm);
}

u64 serial_ring(void)
{
	u64 uses;

	user_lock(&serial.vm->lock);
	uses = serial.uses;
	serial.rung = true;
	serial_interrupt(&serial, false); /* an edge, for who wants edges */
	serial_interrupt(&serial, true);
	user_unlock(&serial.vm->lock);
	return uses;
}

u64 serial_uses(void)
{
	return __atomic_load_n(&serial.uses, __ATOMIC_RELAXED);
}

struct uart16550 *serial_state(void)
{
	return &serial.uart;
}

void serial_add(struct vmm *vm, bool ports, u64 base, u32 line)
{
	serial.vm = vm;
	vmm_last_words_of(vm);
	serial.line = line;
	serial.uart.transmit = serial_transmit;
	serial.uart.interrupt = serial_interrupt;
	serial.uart.ctx = &serial;
	serial.device = (struct bus_device){
		.name = "16550",
		.base = base,
		.size = UART_REGISTERS,
		.ctx = &serial,
		.read = serial_read,
		.write = serial_write,
	};
	bus_add(ports ? BUS_PORTS : BUS_MEMORY, &serial.device);
}

void serial_listen(void)
{
	vmm_console_listen(serial_take, serial_command, &serial);
}
