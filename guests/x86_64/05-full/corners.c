/*
 * corners.c - what a CPU does seldom, and an emulated one wrongly at first.
 * With an irqchip, in xAPIC mode; at the end in x2APIC mode.
 */
#include "corner_insn.h"
#include "guest.h"
#include "lib/try.h"

#define VECTOR_DB 1
#define VECTOR_NMI 2
#define VECTOR_GP 13
#define VECTOR_ONE 0x21

#define DEVICE (TESTDEV_PAGE + TESTDEV_BYTES)
#define TSC 0x10

#define LAPIC 0xfee00000ul
#define LAPIC_SPURIOUS (LAPIC + 0xf0)
#define LAPIC_LVT_TIMER (LAPIC + 0x320)
#define LAPIC_INITIAL (LAPIC + 0x380)
#define LAPIC_CURRENT (LAPIC + 0x390)
#define LAPIC_DIVIDE (LAPIC + 0x3e0)
#define ENABLED 0x1ff
#define ONE_SHOT 0
#define DEADLINE (2u << 17)
#define MASKED BIT(16)
#define DIVIDE_BY_1 0xb
#define MS 1000000u /* of the timer's ticks */

#define MSR_APIC_BASE 0x1b
#define MSR_X2APIC_RESERVED 0x801
#define MSR_X2APIC_ICR 0x830
#define APIC_BASE_X2APIC BIT(10)
#define NOBODY 0x77u

#define IOAPIC 0xfec00000ul
#define NMI_OF_PIN_0 0x400
#define PIT_ONE_SHOT 0x30
#define PIT_HZ 1193182

static volatile u32 nmis, timers;
static bool failed;

COUNTING_HANDLER(nmi_handler, nmis, 0);
COUNTING_HANDLER(timer_handler, timers, 0xfee000b0);

static void expect(const char *what, u64 got, u64 wanted)
{
	if (got == wanted)
		return;
	printk("FAILED: %s: 0x%lx, not 0x%lx\n", what, got, wanted);
	failed = true;
}

static void lapic_timer(u32 mode, u32 ns)
{
	mmio_write32(LAPIC_DIVIDE, DIVIDE_BY_1);
	mmio_write32(LAPIC_LVT_TIMER, mode | VECTOR_ONE);
	mmio_write32(LAPIC_INITIAL, ns);
}

/* The PIT's interrupt, once, as an NMI. */
static void nmi_after(u32 ms)
{
	u32 count = PIT_HZ / 1000 * ms;

	mmio_write32(IOAPIC, 0x11);
	mmio_write32(IOAPIC + 0x10, 0);
	mmio_write32(IOAPIC, 0x10);
	mmio_write32(IOAPIC + 0x10, NMI_OF_PIN_0);
	out8(0x43, PIT_ONE_SHOT);
	out8(0x40, (u8)count);
	out8(0x40, (u8)(count >> 8));
}

static void wait_for_nmi(u32 n)
{
	while (nmis < n)
		exit_to_kernel();
}

/* --- the LAPIC --------------------------------------------------------------- */

/* The interrupt is there long before the NMI: but it may not wake the CPU. */
static void test_halt(void)
{
	nmi_after(20);
	lapic_timer(ONE_SHOT, MS);
	halt_with_interrupts_off();
	expect("HLT, interrupts off: what woke it, NMIs", nmis, 1);
	expect("  interrupts", timers, 0);
	wait_for_nmi(1);
	lapic_timer(ONE_SHOT, MS);
	while (timers < 2)
		halt_with_interrupts_on();
	expect("HLT, interrupts on: what woke it", nmis, 1);
}

/* A timer that counts is stopped when its mode changes to or from deadline. */
static void test_timer_mode(void)
{
	u32 before = timers;

	lapic_timer(ONE_SHOT, 10 * MS);
	expect("the timer counts", mmio_read32(LAPIC_CURRENT) > MS, true);
	mmio_write32(LAPIC_LVT_TIMER, DEADLINE | VECTOR_ONE);
	expect("  not in deadline mode", mmio_read32(LAPIC_CURRENT), 0);
	nmi_after(20);
	irqs_on();
	wait_for_nmi(2);
	irqs_off();
	expect("  and it is over", timers, before);
	mmio_write32(LAPIC_LVT_TIMER, MASKED);
}

/* The count goes on at another speed. */
static void test_timer_divide(void)
{
	u32 fast, slow;

	lapic_timer(ONE_SHOT | MASKED, 1000 * MS);
	fast = mmio_read32(LAPIC_CURRENT);
	mmio_write32(LAPIC_DIVIDE, 3); /* by 16 */
	slow = mmio_read32(LAPIC_CURRENT);
	expect("the count when the divisor changes", slow > fast / 2, true);
	lapic_timer(ONE_SHOT | MASKED, 0);
}

static void read_reserved(void)
{
	rdmsr(MSR_X2APIC_RESERVED);
}

static void test_x2apic(void)
{
	wrmsr(MSR_APIC_BASE, rdmsr(MSR_APIC_BASE) | APIC_BASE_X2APIC);
	wrmsr(MSR_X2APIC_ICR, (u64)NOBODY << 32 | VECTOR_ONE);
	expect("x2APIC's ICR", rdmsr(MSR_X2APIC_ICR),
	       (u64)NOBODY << 32 | VECTOR_ONE);
	expect("x2APIC's 801H", (u64)guest_try(read_reserved), VECTOR_GP);
}

/* --- single steps --------------------------------------------------------------- */

STEP_OVER(step_nop, "nop");
STEP_OVER(step_msr, "rdmsr");
STEP_OVER(step_out, "outb %%al, $0x80");
STEP_OVER(step_in, "inb $0x80, %%al");
STEP_OVER(step_load, "movl (%%rsi), %%eax");
STEP_OVER(step_store, "movl %%eax, (%%rsi)");

static void expect_step(const char *what, void (*fn)(void), const u8 *behind)
{
	expect(what, (u64)guest_try(fn), VECTOR_DB);
	expect("  where", guest_fault_rip, (u64)behind);
}

static void test_steps(void)
{
	expect_step("a step over NOP", step_nop, behind_step_nop);
	expect_step("a step over RDMSR", step_msr, behind_step_msr);
	expect_step("a step over OUT", step_out, behind_step_out);
	expect_step("a step over IN", step_in, behind_step_in);
	expect_step("a step over a load", step_load, behind_step_load);
	expect_step("a step over a store", step_store, behind_step_store);
}

/* --- control registers -------------------------------------------------------- */

static void test_paging(void)
{
	expect("CR0.PG off in 64-bit mode", (u64)guest_try(paging_off),
	       VECTOR_GP);
	expect("  its error code", guest_error_code, 0);
}

int guest_main(void)
{
	guest_catch_exceptions();
	guest_set_gate(VECTOR_NMI, nmi_handler);
	guest_set_gate(VECTOR_ONE, timer_handler);
	test_paging();
	test_steps();
	mmio_write32(LAPIC_SPURIOUS, ENABLED);
	test_halt();
	test_timer_mode();
	test_timer_divide();
	test_x2apic();
	if (!failed)
		printk("round all corners\n");
	return failed;
}
