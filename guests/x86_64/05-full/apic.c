/*
 * apic.c - the local APIC by its addresses in memory (SDM 11.4.1), the way from
 * there to x2APIC mode in the midst of an interrupt, and then that mode.
 */
#include "guest.h"
#include "irq.h"
#include "lib/irq_vectors.h"
#include "lib/try.h"

#define XAPIC 0xfee00000ul
#define REG_ID 0x20
#define REG_VERSION 0x30
#define REG_TPR 0x80
#define REG_PPR 0xa0
#define REG_EOI 0xb0
#define REG_SVR 0xf0
#define REG_ISR 0x110 /* vectors 20 to 3f */
#define REG_IRR 0x210
#define REG_ICR 0x300
#define REG_ICR2 0x310
#define REG_LVT_TIMER 0x320
#define REG_INITIAL 0x380
#define REG_CURRENT 0x390
#define REG_DIVIDE 0x3e0

#define SVR_ON 0x100
#define ICR_SELF BIT(18)
#define DIVIDE_BY_1 11
#define MSR_APIC_BASE 0x1b
#define APIC_BASE_X2APIC BIT(10)
#define X2APIC_TPR 0x808
#define X2APIC_ICR 0x830

void irq_enter_timer(void);
void irq_enter_ipi(void);

static bool failed;
static volatile u32 taken[2], order, in_service;
static volatile bool x2apic, change_mode;

static u32 reg(u32 offset)
{
	return mmio_read32(XAPIC + offset);
}

static void set_reg(u32 offset, u32 value)
{
	mmio_write32(XAPIC + offset, value);
}

static void check(const char *what, bool good)
{
	printk("%s %s\n", good ? "ok    " : "FAILED", what);
	failed |= !good;
}

void guest_irq(u32 id)
{
	taken[id - VECTOR_TIMER] = taken[id - VECTOR_TIMER] + 1;
	order = order << 8 | id;
	if (change_mode) {
		change_mode = false;
		wrmsr(MSR_APIC_BASE, rdmsr(MSR_APIC_BASE) | APIC_BASE_X2APIC);
		x2apic = true;
	}
	if (x2apic) {
		irq_eoi(id);
		return;
	}
	in_service = reg(REG_ISR);
	set_reg(REG_EOI, 0);
}

static bool comes(u32 vector, u32 times)
{
	u64 until = guest_clock() + 1000000;

	while (taken[vector - VECTOR_TIMER] < times)
		if (guest_clock() > until)
			return false;
	return taken[vector - VECTOR_TIMER] == times;
}

static void test_registers(void)
{
	check("ID, version", reg(REG_ID) == 0 && (u8)reg(REG_VERSION) == 0x14);
	set_reg(REG_SVR, SVR_ON | VECTOR_SPURIOUS);
	check("SVR", reg(REG_SVR) == (SVR_ON | VECTOR_SPURIOUS));
}

static void test_ipis(void)
{
	set_reg(REG_ICR, ICR_SELF | VECTOR_IPI);
	check("to itself", comes(VECTOR_IPI, 1));
	check("in service, then not",
	      in_service == 1u << VECTOR_IPI % 32 && !reg(REG_ISR));
	set_reg(REG_ICR2, 0);
	set_reg(REG_ICR, VECTOR_IPI);
	check("to ID 0", comes(VECTOR_IPI, 2));
}

static void test_priorities(void)
{
	set_reg(REG_TPR, 0x20);
	set_reg(REG_ICR, ICR_SELF | VECTOR_IPI);
	check("below TPR: it waits",
	      !comes(VECTOR_IPI, 3) && reg(REG_PPR) == 0x20 &&
	              reg(REG_IRR) & 1u << VECTOR_IPI % 32);
	set_reg(REG_TPR, 0);
	check("TPR lower: it comes", comes(VECTOR_IPI, 3));
	irqs_off();
	set_reg(REG_ICR, ICR_SELF | VECTOR_TIMER);
	set_reg(REG_ICR, ICR_SELF | VECTOR_IPI);
	irqs_on();
	check("the higher first",
	      comes(VECTOR_TIMER, 1) &&
	              (u16)order == (VECTOR_IPI << 8 | VECTOR_TIMER));
}

static void test_timer(void)
{
	u32 first;

	set_reg(REG_LVT_TIMER, VECTOR_TIMER);
	set_reg(REG_DIVIDE, DIVIDE_BY_1);
	set_reg(REG_INITIAL, ~0u);
	first = reg(REG_CURRENT);
	check("the timer counts down", first && reg(REG_CURRENT) < first);
	set_reg(REG_INITIAL, 1000);
	check("and interrupts", comes(VECTOR_TIMER, 2));
}

/* What is in service stays in service; its EOI comes in the other mode. */
static void test_change(void)
{
	change_mode = true;
	set_reg(REG_ICR, ICR_SELF | VECTOR_IPI);
	check("to x2APIC mode in a handler", comes(VECTOR_IPI, 5));
	irq_send_self();
	check("it has ended there: the next", comes(VECTOR_IPI, 6));
}

/* Nothing else exits here: what comes has not been found by chance. */
static void test_x2apic(void)
{
	u64 to_nobody = 5ul << 32 | VECTOR_IPI;

	wrmsr(X2APIC_ICR, to_nobody);
	check("x2APIC, ICR is one register", rdmsr(X2APIC_ICR) == to_nobody);
	wrmsr(X2APIC_TPR, 0x20);
	irq_send_self();
	check("x2APIC, below TPR", !comes(VECTOR_IPI, 7));
	wrmsr(X2APIC_TPR, 0);
	check("x2APIC, TPR lower", comes(VECTOR_IPI, 7));
	irqs_off();
	wrmsr(X2APIC_ICR, ICR_SELF | VECTOR_TIMER);
	irq_send_self();
	irqs_on();
	check("x2APIC, two: the second after the first's EOI",
	      comes(VECTOR_TIMER, 3) && comes(VECTOR_IPI, 8));
}

int guest_main(void)
{
	guest_catch_exceptions();
	guest_set_gate(VECTOR_TIMER, irq_enter_timer);
	guest_set_gate(VECTOR_IPI, irq_enter_ipi);
	test_registers();
	irqs_on();
	test_ipis();
	test_priorities();
	test_timer();
	test_change();
	test_x2apic();
	return failed;
}
