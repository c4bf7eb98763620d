/*
 * two_cpus.c - arm64: an interrupt of a device that two CPUs have to do with
 * (--cpus 2 --irqchip).  It is routed to the second one, which takes it; then
 * to the first, and is pending again.  It is the second's until that has ended
 * it; then the first, asleep, must be told.
 *
 * --append says how many rounds (default 20).
 */
#include "guest.h"
#include "irq.h"
#include "vgic_insn.h"

#define GICD_IGROUPR1 0x08000084ul
#define GICD_ISENABLER1 0x08000104ul
#define GICD_ISPENDR1 0x08000204ul
#define GICD_ISACTIVER1 0x08000304ul
#define GICD_IROUTER 0x08006000ul
#define GICR_WAKER_SECOND 0x080c0014ul /* 128 KiB behind the first's */

#define SPI 40 /* nobody's */
#define SPI_BIT ((u32)BIT(SPI - 32))
#define NOTHING 1023
#define EXITS 50 /* time for the other CPU to fall asleep */

void second_start(void);
void second_main(void);

/* Whose turn it is, by steps; both CPUs' caches are off. */
static volatile u64 step;
static volatile bool failed;
static u8 second_stack[8192] __attribute__((aligned(16)));

/* Interrupts stay masked here: who is pending is asked. */
void guest_irq(u32 id)
{
	(void)id;
}

static void wait_for(u64 n)
{
	while (step != n)
		;
}

static void exits(int n)
{
	while (n--)
		testdev_write(TESTDEV_NOP, 0, 4);
}

static void expect(const char *what, u64 got, u64 wanted)
{
	if (got == wanted)
		return;
	printk("FAILED: %s: 0x%lx, not 0x%lx\n", what, got, wanted);
	failed = true;
}

static void take(const char *who)
{
	u64 intid;

	while ((intid = read_icc_iar1()) == NOTHING)
		guest_halt();
	expect(who, intid, SPI);
}

/* --- the second CPU: steps 1 and 3 of each round --------------------------- */
void second_main(void)
{
	mmio_write32(GICR_WAKER_SECOND, 0);
	gic_cpu_on();
	for (u64 round = 0;; round += 4) {
		step = round + 1;
		take("the second CPU takes");
		exits(1); /* put and load, with the interrupt in service */
		step = round + 2;
		wait_for(round + 3);
		exits(EXITS);
		write_icc_eoir1(SPI);
		exits(1);
		wait_for(round + 4);
	}
}

/* --- the first: the others ---------------------------------------------------- */
static void play_round(u64 round)
{
	mmio_write64(GICD_IROUTER + 8 * SPI, 1);
	wait_for(round + 1);
	mmio_write32(GICD_ISPENDR1, SPI_BIT);
	wait_for(round + 2);
	expect("it is in service", mmio_read32(GICD_ISACTIVER1), SPI_BIT);
	mmio_write64(GICD_IROUTER + 8 * SPI, 0);
	mmio_write32(GICD_ISPENDR1, SPI_BIT);
	expect("not the first's yet", read_icc_iar1(), NOTHING);
	step = round + 3;
	take("the first CPU takes");
	write_icc_eoir1(SPI);
	expect("it has ended", mmio_read32(GICD_ISACTIVER1), 0);
	expect("and does not wait", mmio_read32(GICD_ISPENDR1), 0);
	step = round + 4;
}

int guest_main(void)
{
	u64 rounds = guest_number(20);

	irq_init();
	mmio_write32(GICD_IGROUPR1, SPI_BIT);
	mmio_write32(GICD_ISENABLER1, SPI_BIT);
	expect("PSCI CPU_ON",
	       psci_cpu_on(1, (u64)second_start,
	                   (u64)second_stack + sizeof(second_stack)),
	       0);
	for (u64 r = 0; r < rounds && !failed; r++)
		play_round(4 * r);
	if (!failed)
		printk("two_cpus: %lu rounds\n", rounds);
	return failed;
}
