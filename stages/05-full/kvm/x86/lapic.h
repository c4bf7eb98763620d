/*
 * lapic.h - a local APIC in software (SDM chapter 11).
 *
 * Pure but for the seams at the end, which tests have their own of.  State is
 * a page in the layout of the APIC's registers, as the VMM (KVM_GET_LAPIC)
 * and the CPU (virtual-APIC page) want it.  Other CPUs set IRR bits; all else
 * is done by the thread of the vCPU itself, or with it stopped.
 */
#pragma once

#include "lib/types.h"

/* Registers by offset into the page (SDM table 11-1). */
enum lapic_register {
	APIC_ID = 0x20,
	APIC_VERSION = 0x30,
	APIC_TPR = 0x80,
	APIC_APR = 0x90,
	APIC_PPR = 0xa0,
	APIC_EOI = 0xb0,
	APIC_LDR = 0xd0,
	APIC_DFR = 0xe0,
	APIC_SVR = 0xf0,
	APIC_ISR = 0x100, /* eight registers of 32 bits, 0x10 apart */
	APIC_TMR = 0x180,
	APIC_IRR = 0x200,
	APIC_ESR = 0x280,
	APIC_LVT_CMCI = 0x2f0,
	APIC_ICR = 0x300,
	APIC_ICR2 = 0x310,
	APIC_LVT_TIMER = 0x320,
	APIC_LVT_THERMAL = 0x330,
	APIC_LVT_PERF = 0x340,
	APIC_LVT_LINT0 = 0x350,
	APIC_LVT_LINT1 = 0x360,
	APIC_LVT_ERROR = 0x370,
	APIC_TIMER_INITIAL = 0x380,
	APIC_TIMER_CURRENT = 0x390,
	APIC_TIMER_DIVIDE = 0x3e0,
	APIC_SELF_IPI = 0x3f0,
};

#define APIC_SVR_ENABLED BIT(8)
#define APIC_LVT_MASKED BIT(16)
#define APIC_LVT_VECTOR MASK(7, 0)
#define APIC_LVT_MODE MASK(10, 8)
#define APIC_NO_VECTOR (-1)

enum lapic_delivery {
	APIC_FIXED = 0,
	APIC_LOWEST = 1,
	APIC_SMI = 2,
	APIC_NMI = 4,
	APIC_INIT = 5,
	APIC_STARTUP = 6,
	APIC_EXTINT = 7,
};

enum lapic_timer_mode { TIMER_ONE_SHOT, TIMER_PERIODIC, TIMER_DEADLINE };

struct lapic {
	u8 *page;     /* 4 KiB: the registers */
	void *owner;  /* for the seams: the vCPU */
	u32 id;       /* APIC ID at reset, and always in x2APIC mode */
	bool enabled; /* IA32_APIC_BASE[11] */
	bool x2apic;
	/*
	 * The CPU delivers from the page by itself (APICv).  Then it writes
	 * IRR while the guest runs, and nobody else may: requests wait here.
	 */
	bool hardware_vid;
	u32 posted[8];
	/* The CPU only executes EOI by itself, in x2APIC mode (APICv). */
	bool hardware_eoi;
	bool eoi_awaited; /* ... and exits then, because something waits */

	/* Time is ns of the host's clock; 1 ns is a tick of the bus. */
	u64 timer_start;    /* when the count began */
	u64 timer_deadline; /* of the next interrupt; 0: none */
	u64 tsc_deadline;   /* as the guest wrote it; 0: not armed */
	/* With APICv a register has its new value before we hear of it. */
	u8 timer_mode, timer_shift; /* as they are in effect */

	volatile bool init_pending, sipi_pending;
	u8 sipi_vector;
};

/* A message to one or more LAPICs (SDM 11.6.1, 11.11). */
struct lapic_message {
	u8 vector;
	u8 delivery; /* enum lapic_delivery */
	bool logical, level, assert;
	u8 shorthand; /* 0 destination, 1 self, 2 all, 3 all but self */
	u32 destination;
};

void vlapic_reset(struct lapic *a, bool init);
/* vlapic_set_base - IA32_APIC_BASE's mode bits have changed. */
void vlapic_set_base(struct lapic *a, bool enabled, bool x2apic);

/* --- the guest's accesses --------------------------------------------------- */
u32 vlapic_read(struct lapic *a, u32 offset);
void vlapic_write(struct lapic *a, u32 offset, u32 value);
/* x2APIC MSRs 800-8ff; false: #GP.  Reading one that exists is none. */
bool vlapic_msr_exists(u32 msr);
bool vlapic_msr_read(struct lapic *a, u32 msr, u64 *value);
bool vlapic_msr_write(struct lapic *a, u32 msr, u64 value);
void vlapic_set_deadline(struct lapic *a, u64 tsc, u64 ns);
u64 vlapic_get_deadline(const struct lapic *a);
void vlapic_set_tpr(struct lapic *a, u8 tpr);
void vlapic_eoi_by_guest(struct lapic *a);
/* vlapic_eoi_vector - the CPU did the rest of that EOI (APICv). */
void vlapic_eoi_vector(struct lapic *a, u8 vector);

/* --- delivery ------------------------------------------------------------------ */
/* vlapic_is_addressed - is that message for this one (shorthand 0)? */
bool vlapic_is_addressed(const struct lapic *a, const struct lapic_message *m);
/* vlapic_accept - a message has come; false: it was ignored. */
bool vlapic_accept(struct lapic *a, const struct lapic_message *m);
/* vlapic_pending - the vector to interrupt with now, or APIC_NO_VECTOR. */
int vlapic_pending(struct lapic *a);
/* vlapic_priority - of the processor, the PPR; for any CPU to ask. */
u8 vlapic_priority(const struct lapic *a);
/* vlapic_sync_posted - posted requests into IRR; by the vCPU's thread. */
void vlapic_sync_posted(struct lapic *a);
/* vlapic_ack - the CPU takes that vector: from IRR to ISR. */
void vlapic_ack(struct lapic *a, u8 vector);
/* vlapic_accepts_pic - do the PIC's interrupts come through LINT0? */
bool vlapic_accepts_pic(const struct lapic *a);
int vlapic_highest_irr(const struct lapic *a);
int vlapic_highest_isr(const struct lapic *a);
/* vlapic_timer_expired - the timer fired: set the interrupt, or start again. */
void vlapic_timer_expired(struct lapic *a);
/* vlapic_timer_restart - after the registers were set from outside. */
void vlapic_timer_restart(struct lapic *a);
/* vlapic_local - an LVT entry's interrupt (LINT0, LINT1). */
void vlapic_local(struct lapic *a, u32 lvt);

/* --- seams ---------------------------------------------------------------------- */
u64 vlapic_now(void); /* ns */
/* Call vlapic_timer_expired at that time; 0: never. */
void vlapic_set_alarm(struct lapic *a, u64 deadline);
/* Something may be deliverable, or INIT or SIPI came: look at it. */
void vlapic_notify(struct lapic *a);
void vlapic_nmi(struct lapic *a);
/* The guest sent a message. */
void vlapic_send_message(struct lapic *a, const struct lapic_message *m);
/* A level-triggered interrupt has ended. */
void vlapic_eoi_broadcast(struct lapic *a, u8 vector);

/* --- the page -------------------------------------------------------------------- */
static inline u32 vlapic_get(const struct lapic *a, u32 offset)
{
	return *(const volatile u32 *)(a->page + offset);
}

static inline u8 vlapic_tpr(const struct lapic *a)
{
	return (u8)vlapic_get(a, APIC_TPR);
}

static inline void vlapic_put(struct lapic *a, u32 offset, u32 value)
{
	*(volatile u32 *)(a->page + offset) = value;
}
