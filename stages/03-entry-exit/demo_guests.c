/*
 * demo_guests.c - guests that do ordinary things, and one that does not stop.
 */
#include "01-vmxon/insn.h"
#include "01-vmxon/lapic.h"
#include "01-vmxon/pages.h"
#include "01-vmxon/trap.h"
#include "01-vmxon/vmx_caps.h"
#include "03-entry-exit/demo.h"
#include "03-entry-exit/machine.h"
#include "lib/panic.h"

static struct machine m;

/* What a caller of vcpu_run does with an exit that nobody handled. */
static void give_memory(struct vcpu *v)
{
	u64 gpa = vmcs_read64(GUEST_PHYSICAL_ADDRESS);
	u64 how = vmcs_readnat(EXIT_QUALIFICATION);
	hpa_t page = ptr_to_hpa(page_alloc());

	printk("  EPT violation: the guest %s gpa %#lx (its address %#lx); "
	       "the host maps a page there\n",
	       how & EPT_WRITE ? "writes" : "reads", gpa,
	       vmcs_readnat(GUEST_LINEAR_ADDRESS));
	ept_map(&v->vm->ept, (gpa_t){ ALIGN_DOWN(gpa, PAGE_SIZE) }, page,
	        PAGE_SIZE, EPT_RWX | EPT_WB);
}

void demo_first_guest(const struct vmx_caps *caps)
{
	printk("\nA guest in 64-bit mode:\n");
	machine_init(&m, caps);
	machine_start_64(&m, GUEST_IMAGE(hello64));
	machine_must_run(&m, EXIT_EPT_VIOLATION);
	give_memory(&m.v);
	machine_must_run(&m, EXIT_HLT);
	printk("  HLT: nothing to wait for, the host lets it go on\n");
	machine_must_run(&m, EXIT_VMCALL);
	machine_report(&m);
	machine_done(&m);
}

void demo_real_mode(const struct vmx_caps *caps)
{
	printk("\nA guest in real mode (\"unrestricted guest\"):\n");
	machine_init(&m, caps);
	machine_start_real(&m, GUEST_IMAGE(real16));
	machine_must_run(&m, EXIT_VMCALL);
	machine_report(&m);
	machine_done(&m);
}

void demo_loop_without_end(const struct vmx_caps *caps)
{
	printk("\nA guest that loops for ever, and nobody stops it:\n");
	machine_init(&m, caps);
	machine_start_64(&m, GUEST_IMAGE(spin64));
	machine_must_run(&m, EXIT_PREEMPTION_TIMER); /* it is not set */
}

#define VECTOR_TICK 0x52
#define TICK_COUNT 20000
/* spin64's second entry, which leaves RFLAGS.IF alone. */
#define SPIN_PLAIN_ENTRY (MACHINE_ENTRY + 8)

static volatile u32 ticks_taken;
static volatile bool ticks_wanted;

static void on_tick(struct trap_frame *f)
{
	(void)f;
	ticks_taken++;
	lapic_eoi();
	if (ticks_wanted)
		lapic_timer_start(VECTOR_TICK, TICK_COUNT);
}

/* Interrupts reach the host while the guest spins, and the guest goes on. */
static void interrupts_meanwhile(void)
{
	vmcs_writenat(GUEST_RIP, SPIN_PLAIN_ENTRY);
	vmcs_writenat(GUEST_RFLAGS, RFLAGS_FIXED | RFLAGS_IF);
	irq_set_handler(VECTOR_TICK, on_tick);
	ticks_wanted = true;
	lapic_timer_start(VECTOR_TICK, TICK_COUNT);
	vcpu_set_timer(&m.v, 200000 >> vmx_timer_shift(m.v.caps));
	machine_must_run(&m, EXIT_PREEMPTION_TIMER);
	ticks_wanted = false; /* one may still be pending */
	lapic_timer_start(VECTOR_TICK, 0);
	irq_window();
	if (!ticks_taken)
		stage_failed("no timer interrupt got through");
	printk("  meanwhile, interrupts on: the host took %u timer interrupts "
	       "out of it\n",
	       ticks_taken);
	machine_report(&m);
}

void demo_endless_loop(const struct vmx_caps *caps)
{
	const u32 ticks = 1000000;
	u64 before;

	printk("\nA guest that loops for ever, its interrupts off:\n");
	machine_init(&m, caps);
	machine_start_64(&m, GUEST_IMAGE(spin64));
	vmcs_writenat(GUEST_RFLAGS, RFLAGS_FIXED);
	if (!vcpu_set_timer(&m.v, ticks >> vmx_timer_shift(caps))) {
		printk("  skipped: this CPU has no VMX-preemption timer\n");
		machine_done(&m);
		return;
	}
	before = rdtsc();
	machine_must_run(&m, EXIT_PREEMPTION_TIMER);
	printk("  stopped by the VMX-preemption timer, set to %u TSC ticks, "
	       "after %lu\n",
	       ticks, rdtsc() - before);
	interrupts_meanwhile();
	machine_done(&m);
}
