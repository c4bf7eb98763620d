/*
 * demo_life.c - the life of a VMCS, shown.
 */
#include "01-vmxon/pages.h"
#include "01-vmxon/vmx_caps.h"
#include "01-vmxon/vmx_insn.h"
#include "02-vmcs/demo.h"
#include "02-vmcs/probe.h"
#include "lib/panic.h"

static void say_current(const char *after)
{
	hpa_t current = vmcs_current();

	if (current.v == VMCS_NONE)
		printk("  %-28s the current VMCS is: none\n", after);
	else
		printk("  %-28s the current VMCS is: %#lx\n", after,
		       current.v);
}

void demo_life(struct vmcs_demo *d)
{
	struct vmcs other;

	printk("\nThe life of a VMCS (SDM 25.1, 25.11):\n");
	say_current("after VMXON");
	vmcs_init(&d->vmcs, page_alloc(), d->caps);
	vmcs_init(&other, page_alloc(), d->caps);
	printk("  two regions of revision %#x, VMCLEARed: A at %#lx, B at "
	       "%#lx\n",
	       vmx_revision(d->caps), d->vmcs.pa.v, other.pa.v);
	vmcs_load(&d->vmcs);
	say_current("after VMPTRLD of A");
	vmcs_write16(GUEST_ES_SELECTOR, 0xaa);
	vmcs_load(&other);
	say_current("after VMPTRLD of B");
	vmcs_write16(GUEST_ES_SELECTOR, 0xbb);
	vmcs_load(&d->vmcs);
	say_current("after VMPTRLD of A again");
	printk("  GUEST_ES_SELECTOR of A is still %#x\n",
	       vmcs_read16(GUEST_ES_SELECTOR));
	vmcs_clear(&d->vmcs);
	say_current("after VMCLEAR of A");
	vmcs_clear(&other);
	page_free(other.region);
}

static void say_entry(const char *what, enum probe_how how)
{
	struct probe_answer a = probe(how);

	if (a.failed)
		printk("  %-34s error %u: %s\n", what, a.error,
		       vmx_error_words(a.error));
	else
		printk("  %-34s the guest ran until exit %u\n", what,
		       (u16)a.reason);
}

void demo_launch_state(struct vmcs_demo *d)
{
	printk("\nThe launch state of a VMCS (SDM 25.1): VMLAUNCH makes it "
	       "\"launched\", only\nVMCLEAR makes it \"clear\" again.  No "
	       "field tells it; software keeps count.\n");
	vmcs_clear(&d->vmcs);
	vmcs_load(&d->vmcs);
	say_entry("VMRESUME of a clear VMCS", PROBE_VMRESUME);
	say_entry("VMLAUNCH right after a MOV SS", PROBE_AFTER_MOV_SS);
	say_entry("VMLAUNCH", PROBE_VMLAUNCH);
	say_entry("VMLAUNCH again", PROBE_VMLAUNCH);
	say_entry("VMRESUME", PROBE_VMRESUME);
	vmcs_clear(&d->vmcs);
	vmcs_load(&d->vmcs);
	say_entry("VMCLEAR, VMPTRLD, VMRESUME", PROBE_VMRESUME);
	say_entry("VMLAUNCH", PROBE_VMLAUNCH);
}
