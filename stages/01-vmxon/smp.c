/*
 * smp.c - INIT, SIPI, SIPI (SDM 9.4.4.1), and work for the others.
 *
 * The start-up messages go to all other CPUs at once; the number of those
 * that answer is the number that there are.  An idle CPU halts until an
 * interrupt wakes it: a spinning one would slow an emulator down.
 */
#include "01-vmxon/smp.h"

#include "01-vmxon/cpu.h"
#include "01-vmxon/lapic.h"
#include "01-vmxon/paging.h"
#include "01-vmxon/trap.h"
#include "lib/string.h"

#define VECTOR_WAKE_UP 0xf0

extern const u8 ap_boot_start[], ap_boot_end[], ap_boot_cr3[];
extern u32 smp_tickets;
_Noreturn void ap_main(u32 number);

/* The next CPU's number; ap_boot.S draws from it.  0 is the boot CPU. */
u32 smp_tickets = 1;

static u32 running = 1;
static struct {
	void (*fn)(void *);
	void *arg;
	u32 round;   /* rises by one for every call of smp_run */
	u32 pending; /* CPUs that have not finished this round */
} work;

static void wake_up(struct trap_frame *f)
{
	(void)f;
	lapic_eoi();
}

u32 smp_count(void)
{
	return running;
}

_Noreturn void ap_main(u32 number)
{
	u32 done = 0;

	paging_load();
	cpu_init(number);
	lapic_init();
	__atomic_fetch_add(&running, 1, __ATOMIC_RELEASE);
	for (;;) {
		irq_disable();
		while (__atomic_load_n(&work.round, __ATOMIC_ACQUIRE) == done)
			irq_enable_and_halt();
		done++;
		work.fn(work.arg);
		__atomic_fetch_sub(&work.pending, 1, __ATOMIC_RELEASE);
	}
}

void smp_start(void)
{
	u8 *copy = (u8 *)AP_BOOT_ADDR;

	irq_set_handler(VECTOR_WAKE_UP, wake_up);
	memcpy(copy, ap_boot_start, (size_t)(ap_boot_end - ap_boot_start));
	*(u32 *)(copy + (ap_boot_cr3 - ap_boot_start)) = paging_boot_cr3();

	lapic_send(0, ICR_ALL_BUT_SELF | ICR_INIT | ICR_ASSERT);
	delay_us(10000);
	for (int i = 0; i < 2; i++) {
		lapic_send(0, ICR_ALL_BUT_SELF | ICR_STARTUP | ICR_ASSERT |
		                      AP_BOOT_ADDR / PAGE_SIZE);
		delay_us(200);
	}
	delay_us(20000);
	/* Whoever drew a number is on the way: wait for it. */
	while (__atomic_load_n(&running, __ATOMIC_ACQUIRE) <
	       MIN(__atomic_load_n(&smp_tickets, __ATOMIC_ACQUIRE), MAX_CPUS))
		pause();
}

void smp_run(void (*fn)(void *arg), void *arg)
{
	work.fn = fn;
	work.arg = arg;
	work.pending = running - 1;
	__atomic_fetch_add(&work.round, 1, __ATOMIC_RELEASE);
	if (running > 1)
		lapic_send(0, ICR_ALL_BUT_SELF | ICR_FIXED | ICR_ASSERT |
		                      VECTOR_WAKE_UP);
	fn(arg);
	while (__atomic_load_n(&work.pending, __ATOMIC_ACQUIRE))
		pause();
}

void smp_barrier(void)
{
	static u32 arrived, generation;
	u32 mine = __atomic_load_n(&generation, __ATOMIC_ACQUIRE);

	if (__atomic_add_fetch(&arrived, 1, __ATOMIC_ACQ_REL) == running) {
		arrived = 0;
		__atomic_fetch_add(&generation, 1, __ATOMIC_RELEASE);
		return;
	}
	while (__atomic_load_n(&generation, __ATOMIC_ACQUIRE) == mine)
		pause();
}
