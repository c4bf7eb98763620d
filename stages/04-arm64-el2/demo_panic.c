/*
 * demo_panic.c - the panic exit, rehearsed.
 *
 * With the hook set, switch_panic reports to us instead of ending the run.
 * The rest of the switch has not been undone then: what it had put on the CPU
 * for the guest is taken off here, by hand.
 */
#include "04-arm64-el2/cpu.h"
#include "04-arm64-el2/demo.h"
#include "04-arm64-el2/forge.h"
#include "04-arm64-el2/hcr.h"
#include "04-arm64-el2/memory.h"
#include "04-arm64-el2/mmu.h"
#include "04-arm64-el2/rehearse.h"
#include "lib/panic.h"

static struct rehearsal result;

static void hook(enum vector_slot slot, const struct vcpu *v)
{
	result = (struct rehearsal){
		.reached = true,
		.vcpu = v ? v->name : "none",
		.slot = slot,
		.hcr = read_sysreg(HCR_EL2),
		.vbar = read_sysreg(VBAR_EL2),
		.elr = read_sysreg(ELR_EL2),
	};
	rehearse_end();
}

struct rehearsal rehearse_panic(struct vcpu *v, enum forge what)
{
	struct percpu *cpu = this_cpu();
	u64 daif = mask_all(), sp_el0 = read_sysreg(SP_EL0);

	result = (struct rehearsal){ .vcpu = "none" };
	switch_panic_hook = hook;
	forge_on(what);
	rehearse_call(vcpu_run, v);
	forge_off();
	switch_panic_hook = NULL;
	write_sysreg(HCR_EL2, HCR_HOST);
	write_sysreg(VBAR_EL2, cpu->vectors);
	write_sysreg(CPTR_EL2, CPTR_HOST);
	write_sysreg(MDSCR_EL1, cpu->mdscr);
	write_sysreg(SP_EL0, sp_el0);
	isb();
	cpu->running = NULL;
	write_daif(daif);
	return result;
}

void demo_panic_exit(void)
{
	static struct vm vm;
	static struct vcpu v;
	struct rehearsal r;

	printk("--- the panic exit: an SError in the switch, where none may be\n");
	vm_create(&vm, "victim", guest_bench, guest_bench_size, 64 * KiB);
	vcpu_reset(&v, &vm, "victim.0", GUEST_RAM);
	vcpu_load(&v);
	r = rehearse_panic(&v, FORGE_IN_SWITCH);
	vcpu_put(&v);
	if (!r.reached)
		stage_failed("the panic exit was not reached");
	printk("  %s in the world switch, running vCPU \"%s\", ELR_EL2 "
	       "[0x%lx]\n",
	       slot_name(r.slot), r.vcpu, r.elr);
	printk("  and the CPU is the host's again: HCR_EL2 0x%lx. This was a "
	       "rehearsal;\n  the word \"panic\" shows the real thing.\n\n",
	       r.hcr);
	vm_destroy(&vm);
}
