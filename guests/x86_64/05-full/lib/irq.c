/*
 * irq.c - x86: a guest's local APIC, in x2APIC mode (SDM volume 3, 12.12).
 */
#include "irq.h"

#include "guest.h"
#include "lib/irq_vectors.h"
#include "lib/try.h"

#define MSR_APIC_BASE 0x1b
#define APIC_BASE_X2APIC BIT(10)
#define MSR_TSC_DEADLINE 0x6e0
#define X2APIC_EOI 0x80b
#define X2APIC_SPURIOUS 0x80f
#define APIC_ON 0x100
#define X2APIC_LVT_TIMER 0x832
#define LVT_TSC_DEADLINE (2u << 17)
#define X2APIC_SELF_IPI 0x83f

void irq_enter_timer(void);
void irq_enter_ipi(void);

void irq_init(void)
{
	guest_catch_exceptions();
	guest_set_gate(VECTOR_TIMER, irq_enter_timer);
	guest_set_gate(VECTOR_IPI, irq_enter_ipi);
	wrmsr(MSR_APIC_BASE, rdmsr(MSR_APIC_BASE) | APIC_BASE_X2APIC);
	wrmsr(X2APIC_SPURIOUS, APIC_ON | VECTOR_SPURIOUS);
	wrmsr(X2APIC_LVT_TIMER, LVT_TSC_DEADLINE | VECTOR_TIMER);
}

void irq_eoi(u32 id)
{
	(void)id;
	wrmsr(X2APIC_EOI, 0);
}

void irq_send_self(void)
{
	wrmsr(X2APIC_SELF_IPI, VECTOR_IPI);
}

bool irq_is_timer(u32 id)
{
	return id == VECTOR_TIMER;
}

void irq_timer(u64 after)
{
	if (after)
		wrmsr(MSR_TSC_DEADLINE, guest_clock() + after);
}
