/*
 * vgic.c - arm64: the CPU interface of the GIC is in the CPU from load to put,
 * list registers too while an interrupt waits or is in service.  Nothing of it
 * may be lost, and nothing of another guest's may be found.
 *
 * --append says how many rounds (default 100), each with values of its own; two
 * guests with different numbers have different values.  Between any two steps
 * is an exit to the VMM: put and load.  In some rounds there are many, so that
 * another guest can come between the two.
 */
#include "guest.h"
#include "irq.h"
#include "vgic_insn.h"

#define GICD_CTLR 0x08000000ul
#define GICD_IGROUPR1 0x08000084ul
#define GICD_ISENABLER1 0x08000104ul
#define GICD_ISPENDR1 0x08000204ul
#define GICR_SGI 0x080b0000ul
#define GICR_IGROUPR0 (GICR_SGI + 0x80)
#define GICR_ISENABLER0 (GICR_SGI + 0x100)
#define GICR_ISPENDR0 (GICR_SGI + 0x200)
#define GICR_ISACTIVER0 (GICR_SGI + 0x300)
#define GICR_IPRIORITYR (GICR_SGI + 0x400)

#define GICD_ARE 0x10u
#define GICD_GROUP1 2u
#define CTLR_EOIMODE BIT(1)
#define CTLR_CBPR BIT(0)
#define NOTHING 1023
#define IDLE 0xff

enum { URGENT = 1, NORMAL, GROUP0, VTIMER = 27, PTIMER = 30, UART = 33 };

/* More than there are list registers: QEMU has 4, no CPU more than 16. */
#define MANY_SGIS MASK(15, 4)

/* A device whose wire stays high: ready to send, and nobody does. */
#define UART_IER 0x09000001ul
#define UART_THRI 2

#define SLOW_ROUND 4
#define MANY 100
#define SOON 100   /* ticks until a timer fires */
#define LONG 10000 /* exits in which it must */

static bool failed;
static int exits;

/* Interrupts stay masked here: who is pending is asked. */
void guest_irq(u32 id)
{
	(void)id;
}

static void to_the_vmm(void)
{
	for (int i = 0; i < exits; i++)
		testdev_write(TESTDEV_NOP, 0, 4);
}

static void expect(const char *what, u64 got, u64 wanted)
{
	if (got != wanted) {
		printk("FAILED: %s: 0x%lx, not 0x%lx\n", what, got, wanted);
		failed = true;
	}
	to_the_vmm();
}

static void set_priority(u32 intid, u64 priority)
{
	mmio_write8(GICR_IPRIORITYR + intid, (u8)priority);
}

static void send(u32 intid)
{
	gic_send_sgi((u64)intid << 24 | 1);
}

static u64 active(u32 intid)
{
	return mmio_read32(GICR_ISACTIVER0) >> intid & 1;
}

static void init(void)
{
	irq_init();
	mmio_write32(GICR_IGROUPR0, ~(u32)BIT(GROUP0));
	mmio_write32(GICR_ISENABLER0,
	             (u32)(BIT(URGENT) | BIT(NORMAL) | BIT(GROUP0) |
	                   MANY_SGIS | BIT(VTIMER) | BIT(PTIMER)));
	mmio_write32(GICD_IGROUPR1, (u32)BIT(UART - 32));
	mmio_write32(GICD_ISENABLER1, (u32)BIT(UART - 32));
}

/* What ICH_VMCR_EL2 holds.  Eight priorities from 0x80 on, as masks. */
static void test_settings(u64 value)
{
	u64 pmr = 0x80 | (value & 0x78), bpr0 = 3 + (value & 3);
	u64 bpr1 = 4 + (value >> 2 & 1), on = value >> 3 & 1;
	u64 ctlr = value >> 4 & (CTLR_EOIMODE | CTLR_CBPR);

	write_icc_ctlr(ctlr);
	expect("ICC_CTLR", read_icc_ctlr() & 3, ctlr);
	write_icc_ctlr(0);
	write_icc_pmr(pmr);
	write_icc_bpr0(bpr0);
	write_icc_bpr1(bpr1);
	write_icc_igrpen0(on);
	write_icc_igrpen1(!on);
	to_the_vmm();
	expect("ICC_CTLR, 0 again", read_icc_ctlr() & 3, 0);
	expect("ICC_PMR", read_icc_pmr(), pmr);
	expect("ICC_BPR0", read_icc_bpr0(), bpr0);
	expect("ICC_BPR1", read_icc_bpr1(), bpr1);
	expect("ICC_IGRPEN0", read_icc_igrpen0(), on);
	expect("ICC_IGRPEN1", read_icc_igrpen1(), !on);
	write_icc_igrpen0(1);
	write_icc_igrpen1(1);
}

/* One in service, a more urgent one interrupts it: two active priorities. */
static void test_in_service(u64 value)
{
	u64 priorities, running;

	set_priority(NORMAL, 0x40 | (value & 0x38));
	set_priority(URGENT, value & 0x38);
	expect("nobody runs", read_icc_rpr(), IDLE);
	expect("no priority is active", read_icc_ap1r0(), 0);
	send(NORMAL);
	expect("the one that waits", read_icc_hppir1(), NORMAL);
	expect("the one that is taken", read_icc_iar1(), NORMAL);
	send(URGENT);
	expect("the one that interrupts it", read_icc_iar1(), URGENT);
	priorities = read_icc_ap1r0();
	running = read_icc_rpr();
	to_the_vmm();
	expect("active priorities", read_icc_ap1r0(), priorities);
	expect("are two", priorities && priorities & (priorities - 1), true);
	expect("running priority", read_icc_rpr(), running);
	expect("URGENT is active", active(URGENT), 1);
	write_icc_eoir1(URGENT);
	expect("it has ended", active(URGENT), 0);
	expect("the other has not", active(NORMAL), 1);
	write_icc_eoir1(NORMAL);
	expect("nobody runs any more", read_icc_rpr(), IDLE);
	expect("nothing waits", read_icc_iar1(), NOTHING);
}

/* EOI drops the priority only: active, in no active priority. */
static void test_split_end(void)
{
	write_icc_ctlr(CTLR_EOIMODE);
	send(NORMAL);
	expect("taken, with EOImode", read_icc_iar1(), NORMAL);
	write_icc_eoir1(NORMAL);
	expect("priority dropped", read_icc_rpr(), IDLE);
	expect("still active", active(NORMAL), 1);
	send(NORMAL);
	expect("active and pending", read_icc_hppir1(), NOTHING);
	write_icc_dir(NORMAL);
	expect("its second time", read_icc_iar1(), NORMAL);
	write_icc_eoir1(NORMAL);
	write_icc_dir(NORMAL);
	expect("not active", active(NORMAL), 0);
	write_icc_ctlr(0);
}

static void test_group0(u64 value)
{
	u64 priorities;

	set_priority(GROUP0, value & 0x78);
	send(GROUP0);
	expect("group 0, taken", read_icc_iar0(), GROUP0);
	priorities = read_icc_ap0r0();
	to_the_vmm();
	expect("group 0, active priorities", read_icc_ap0r0(), priorities);
	expect("is one", !!priorities, true);
	expect("group 1, none", read_icc_ap1r0(), 0);
	write_icc_eoir0(GROUP0);
	expect("group 0, ended", read_icc_ap0r0(), 0);
	gic_send_sgi0((u64)GROUP0 << 24 | 1);
	expect("group 0, by its own register", read_icc_iar0(), GROUP0);
	write_icc_eoir0(GROUP0);
	gic_send_sgi0((u64)NORMAL << 24 | 1);
	gic_send_asgi1((u64)NORMAL << 24 | 1);
	expect("which sends no others", read_icc_iar1(), NOTHING);
}

/* Each must fire once more after it has been ended: its claim is undone. */
static void test_timer(const char *name, u32 intid, void (*in)(u64),
                       void (*off)(void))
{
	int wait = 0;

	in(SOON);
	while (read_icc_hppir1() != intid && wait++ < LONG)
		testdev_write(TESTDEV_NOP, 0, 4);
	expect(name, read_icc_iar1(), intid);
	expect("it is active", active(intid), 1);
	off();
	to_the_vmm();
	expect("its line has fallen", mmio_read32(GICR_ISPENDR0), 0);
	write_icc_eoir1(intid);
	expect("it does not come again", read_icc_hppir1(), NOTHING);
	expect("it is not active", active(intid), 0);
}

/* The most urgent one, taken and ended, with no exit of ours. */
static u64 take(void)
{
	u64 intid = read_icc_iar1();

	if (intid != NOTHING)
		write_icc_eoir1(intid);
	return intid;
}

static void test_many(void)
{
	u64 seen = 0, intid;

	for (u32 i = 4; i < 16; i++)
		send(i);
	to_the_vmm();
	while ((intid = take()) != NOTHING)
		seen |= BIT(intid);
	expect("all that were sent", seen, MANY_SGIS);
}

static void test_device(void)
{
	mmio_write8(UART_IER, UART_THRI);
	to_the_vmm();
	for (int i = 0; i < 3; i++)
		if (take() != UART)
			expect("a wire that is still high", i, 3);
	mmio_write8(UART_IER, 0);
	expect("a wire that is low", take(), NOTHING);
	mmio_write32(GICD_ISPENDR1, (u32)BIT(UART - 32));
	expect("pending by software", take(), UART);
	expect("that is once", take(), NOTHING);
}

/* No distributor: what is in service can still be ended. */
static void test_disabled(void)
{
	send(NORMAL);
	expect("taken", read_icc_iar1(), NORMAL);
	mmio_write32(GICD_CTLR, GICD_ARE);
	expect("in service without a distributor", active(NORMAL), 1);
	write_icc_eoir1(NORMAL);
	expect("ended without a distributor", active(NORMAL), 0);
	mmio_write32(GICD_CTLR, GICD_ARE | GICD_GROUP1);
}

/* The timer's wire is high until it is set anew. */
static u64 take_timer(void)
{
	u64 intid = read_icc_iar1();

	timer_off();
	if (intid != NOTHING)
		write_icc_eoir1(intid);
	return intid;
}

/* Waits, with one in service, for another: the list registers stay right. */
static void test_sleep(void)
{
	send(NORMAL);
	expect("taken before a sleep", read_icc_iar1(), NORMAL);
	timer_in(SOON);
	guest_halt();
	expect("what ends a sleep", take_timer(), VTIMER);
	expect("in service all the time", active(NORMAL), 1);
	write_icc_eoir1(NORMAL);
	expect("no more", active(NORMAL), 0);
}

/* It does not sleep: somebody waits, less urgent than who is in service. */
static void test_no_sleep(void)
{
	u64 first, second, third;

	send(URGENT);
	first = read_icc_iar1();
	send(NORMAL);
	guest_halt();
	write_icc_eoir1(first);
	second = take();
	timer_in(SOON);
	guest_halt(); /* both have ended since list registers were read */
	third = take_timer();
	expect("who was in service", first, URGENT);
	expect("who waited", second, NORMAL);
	expect("what ends this sleep", third, VTIMER);
	expect("and nothing else", take(), NOTHING);
}

/* The end, in the middle of an interrupt: whoever is next has a timer, too. */
static void leave_in_service(void)
{
	timer_in(SOON);
	guest_halt();
	if (read_icc_iar1() != VTIMER)
		failed = true;
}

int guest_main(void)
{
	u64 rounds = guest_number(100);

	init();
	for (u64 r = 1; r <= rounds && !failed; r++) {
		u64 value = (r + (rounds << 32)) * 0x9e3779b97f4a7c15 >> 40;

		exits = r % SLOW_ROUND ? 1 : MANY;
		test_settings(value);
		test_in_service(value);
		test_split_end();
		test_group0(value);
		test_timer("virtual timer", VTIMER, timer_in, timer_off);
		test_timer("physical timer", PTIMER, ptimer_in, ptimer_off);
		test_many();
		test_device();
		test_disabled();
		test_sleep();
		test_no_sleep();
	}
	leave_in_service();
	if (!failed)
		printk("vgic: %lu rounds, nothing lost\n", rounds);
	return failed;
}
