/*
 * lapic.c - the local APIC, in memory (xAPIC) or in MSRs (x2APIC) as the
 * firmware left it.
 */
#include "01-vmxon/lapic.h"

#include "01-vmxon/insn.h"

/* Register offsets in the memory page (SDM table 11-1). */
enum {
	LAPIC_EOI = 0x0b0,
	LAPIC_SPURIOUS = 0x0f0,
	LAPIC_IRR = 0x200,
	LAPIC_ICR_LOW = 0x300,
	LAPIC_ICR_HIGH = 0x310,
	LAPIC_LVT_TIMER = 0x320,
	LAPIC_TIMER_INITIAL = 0x380,
	LAPIC_TIMER_CURRENT = 0x390,
	LAPIC_TIMER_DIVIDE = 0x3e0,
};

#define APIC_BASE_EXTD BIT(10) /* x2APIC mode */
#define APIC_BASE_EN BIT(11)
#define APIC_BASE_ADDRESS MASK(35, 12)
#define SPURIOUS_ENABLE BIT(8)
#define LVT_MASKED BIT(16)
#define LVT_TSC_DEADLINE BIT(18)
#define DIVIDE_BY_1 0xb
#define ICR_PENDING BIT(12)

#define PIC1_DATA 0x21
#define PIC2_DATA 0xa1

static bool x2apic;
static volatile u8 *page;

static u32 lapic_read(u32 reg)
{
	if (x2apic)
		return (u32)rdmsr(IA32_X2APIC_FIRST + reg / 16);
	return *(volatile u32 *)(page + reg);
}

static void lapic_write(u32 reg, u32 v)
{
	if (x2apic)
		wrmsr(IA32_X2APIC_FIRST + reg / 16, v);
	else
		*(volatile u32 *)(page + reg) = v;
}

void lapic_init(void)
{
	u64 base = rdmsr(IA32_APIC_BASE);

	x2apic = base & APIC_BASE_EXTD;
	page = (volatile u8 *)(base & APIC_BASE_ADDRESS);
	wrmsr(IA32_APIC_BASE, base | APIC_BASE_EN);
	outb(PIC1_DATA, 0xff);
	outb(PIC2_DATA, 0xff);
	lapic_write(LAPIC_SPURIOUS, SPURIOUS_ENABLE | LAPIC_SPURIOUS_VECTOR);
	lapic_write(LAPIC_LVT_TIMER, LVT_MASKED);
	lapic_write(LAPIC_TIMER_DIVIDE, DIVIDE_BY_1);
}

void lapic_eoi(void)
{
	lapic_write(LAPIC_EOI, 0);
}

void lapic_send(u32 apic_id, u32 command)
{
	if (x2apic) {
		wrmsr(IA32_X2APIC_FIRST + LAPIC_ICR_LOW / 16,
		      (u64)apic_id << 32 | command);
		return;
	}
	lapic_write(LAPIC_ICR_HIGH, apic_id << 24);
	lapic_write(LAPIC_ICR_LOW, command);
	while (lapic_read(LAPIC_ICR_LOW) & ICR_PENDING)
		pause();
}

void lapic_timer_start(u8 vector, u32 count)
{
	lapic_write(LAPIC_LVT_TIMER, count ? vector : LVT_MASKED);
	lapic_write(LAPIC_TIMER_INITIAL, count);
}

u32 lapic_timer_left(void)
{
	return lapic_read(LAPIC_TIMER_CURRENT);
}

void lapic_timer_by_tsc(u8 vector)
{
	lapic_write(LAPIC_LVT_TIMER, LVT_TSC_DEADLINE | vector);
	/* In memory, it must be there before the first WRMSR (SDM 11.5.4.1). */
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
}

bool lapic_is_pending(u8 vector)
{
	return lapic_read(LAPIC_IRR + vector / 32 * 16) & BIT(vector % 32);
}

/* Channel 2 of the PIT, gated by port 0x61, counts down and raises bit 5. */
#define PIT_CHANNEL2 0x42
#define PIT_COMMAND 0x43
#define PORT_B 0x61
#define PIT_ONE_SHOT 0xb0 /* channel 2, low then high byte, mode 0 */

void delay_us(u32 us)
{
	u32 count = us * 1193 / 1000 + 1;

	outb(PORT_B, (inb(PORT_B) & ~0x2) | 0x1); /* gate on, speaker off */
	outb(PIT_COMMAND, PIT_ONE_SHOT);
	outb(PIT_CHANNEL2, (u8)count);
	outb(PIT_CHANNEL2, (u8)(count >> 8));
	while (!(inb(PORT_B) & 0x20))
		pause();
}
