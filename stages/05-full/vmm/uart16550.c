/*
 * uart16550.c - a 16550 UART (PC16550D data sheet, 8.0).
 *
 * The transmitter is done at once.  The interrupt is the level of "something
 * enabled is pending", worked out again after each access: nothing is lost,
 * and nothing stays high.
 *
 * One thing is kinder than the data sheet.  A real UART's bytes are gone when
 * nobody reads them, and a driver that starts throws away what it finds.  A
 * person types `ls` while a guest boots, and wants it done when the shell is
 * there: so what comes waits unseen until the guest listens.
 */
#include "05-full/vmm/uart16550.h"

enum { RBR_THR, IER, IIR_FCR, LCR, MCR, LSR, MSR, SCR };

#define IER_RECEIVED BIT(0)
#define IER_EMPTY BIT(1)
#define IIR_NONE 0x01
#define IIR_EMPTY 0x02
#define IIR_RECEIVED 0x04
#define IIR_FIFOS 0xc0
#define FCR_ENABLE BIT(0)
#define FCR_CLEAR_RECEIVER BIT(1)
#define LCR_DLAB BIT(7)
#define MCR_DTR BIT(0)
#define MCR_RTS BIT(1)
#define MCR_OUT1 BIT(2)
#define MCR_OUT2 BIT(3)
#define MCR_LOOP BIT(4)
#define LSR_DATA BIT(0)
#define LSR_EMPTY (BIT(5) | BIT(6)) /* holding register, and shifter */
#define MSR_CTS BIT(4)
#define MSR_DSR BIT(5)
#define MSR_RI BIT(6)
#define MSR_DCD BIT(7)

#define POLLING 16 /* so many looks at LSR are no accident */

static bool uart_has_data(const struct uart16550 *u)
{
	if (u->mcr & MCR_LOOP)
		return u->looped;
	return (u->listening || u->ier & IER_RECEIVED) && u->head != u->tail;
}

/*
 * A guest listens when it looks for what there is with the interrupt enabled
 * (to enable it for a moment is how Linux finds out if there is a UART), or
 * when it does nothing but look at LSR again and again.
 */
static void uart_note_look(struct uart16550 *u, u32 reg)
{
	u->looks = reg == LSR ? u->looks + 1 : 0;
	if (((reg == LSR || reg == IIR_FCR) && u->ier & IER_RECEIVED) ||
	    u->looks == POLLING)
		u->listening = true;
}

/* The highest pending source that is enabled, in the data sheet's order. */
static u8 uart_pending(const struct uart16550 *u)
{
	if ((u->ier & IER_RECEIVED) && uart_has_data(u))
		return IIR_RECEIVED;
	if ((u->ier & IER_EMPTY) && u->thr_pending)
		return IIR_EMPTY;
	return IIR_NONE;
}

static void uart_update_line(struct uart16550 *u)
{
	bool level = uart_pending(u) != IIR_NONE;

	if (level != u->level) {
		u->level = level;
		u->interrupt(u->ctx, level);
	}
}

static void uart_put_fifo(struct uart16550 *u, u8 c)
{
	if (u->head - u->tail < UART_FIFO)
		u->fifo[u->head++ % UART_FIFO] = c;
}

static u8 uart_take_data(struct uart16550 *u)
{
	if (!uart_has_data(u))
		return 0;
	if (u->mcr & MCR_LOOP) {
		u->looped = false;
		return u->loop_byte;
	}
	return u->fifo[u->tail++ % UART_FIFO];
}

/* In loopback, the modem's outputs are its inputs. */
static u8 uart_modem_status(const struct uart16550 *u)
{
	u8 s = 0;

	if (!(u->mcr & MCR_LOOP))
		return MSR_CTS | MSR_DSR | MSR_DCD;
	s |= u->mcr & MCR_RTS ? MSR_CTS : 0;
	s |= u->mcr & MCR_DTR ? MSR_DSR : 0;
	s |= u->mcr & MCR_OUT1 ? MSR_RI : 0;
	s |= u->mcr & MCR_OUT2 ? MSR_DCD : 0;
	return s;
}

/* Reading it answers "transmitter empty". */
static u8 uart_read_iir(struct uart16550 *u)
{
	u8 iir = uart_pending(u);

	if (iir == IIR_EMPTY)
		u->thr_pending = false;
	return iir | (u->fcr & FCR_ENABLE ? IIR_FIFOS : 0);
}

static u8 uart_read_register(struct uart16550 *u, u32 reg)
{
	switch (reg) {
	case RBR_THR:
		if (u->lcr & LCR_DLAB)
			return (u8)u->divisor;
		return uart_take_data(u);
	case IER:
		return u->lcr & LCR_DLAB ? (u8)(u->divisor >> 8) : u->ier;
	case IIR_FCR:
		return uart_read_iir(u);
	case LCR:
		return u->lcr;
	case MCR:
		return u->mcr;
	case LSR:
		return LSR_EMPTY | (uart_has_data(u) ? LSR_DATA : 0);
	case MSR:
		return uart_modem_status(u);
	case SCR:
		return u->scr;
	}
	return 0;
}

static void uart_send(struct uart16550 *u, u8 c)
{
	if (u->mcr & MCR_LOOP) {
		u->loop_byte = c;
		u->looped = true;
	} else {
		u->transmit(u->ctx, c);
	}
	u->thr_pending = true;
}

static void uart_write_ier(struct uart16550 *u, u8 value)
{
	/* Enabling it while the transmitter is empty tells so at once. */
	if ((value & IER_EMPTY) && !(u->ier & IER_EMPTY))
		u->thr_pending = true;
	u->ier = value & 0x0f;
}

u8 uart16550_read(struct uart16550 *u, u32 reg)
{
	u8 value;

	uart_note_look(u, reg);
	value = uart_read_register(u, reg);
	uart_update_line(u);
	return value;
}

void uart16550_write(struct uart16550 *u, u32 reg, u8 value)
{
	u->looks = 0;
	switch (reg) {
	case RBR_THR:
		if (u->lcr & LCR_DLAB)
			u->divisor = (u->divisor & 0xff00) | value;
		else
			uart_send(u, value);
		break;
	case IER:
		if (u->lcr & LCR_DLAB)
			u->divisor = (u16)((u->divisor & 0xff) | value << 8);
		else
			uart_write_ier(u, value);
		break;
	case IIR_FCR:
		u->fcr = value;
		if (value & FCR_CLEAR_RECEIVER && u->listening)
			u->tail = u->head;
		break;
	case LCR:
		u->lcr = value;
		break;
	case MCR:
		u->mcr = value & 0x1f;
		break;
	case SCR:
		u->scr = value;
		break;
	}
	uart_update_line(u);
}

size_t uart16550_receive(struct uart16550 *u, const u8 *data, size_t n)
{
	size_t taken = 0;

	while (taken < n && u->head - u->tail < UART_FIFO)
		uart_put_fifo(u, data[taken++]);
	uart_update_line(u);
	return taken;
}
