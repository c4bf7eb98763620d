/*
 * demo_ept.c - the three page sizes: mapped, used by a guest, walked,
 * unmapped.
 */
#include "01-vmxon/pages.h"
#include "01-vmxon/vmx_caps.h"
#include "03-entry-exit/demo.h"
#include "03-entry-exit/guest_mem.h"
#include "03-entry-exit/machine.h"
#include "lib/panic.h"

static struct machine m;
static const u64 secret = 0x5ec2e7;

/* Where the guest finds the memory that the demo maps: at 1 GiB. */
#define FAR_GPA GiB
/* Its page tables show the last 2 MiB of their reach there. */
#define FAR_VA (GUEST_VA_BASE + GiB - 2 * MiB)
#define LAST_PDE 511
#define PTE_P_W_LARGE 0x83

/* Points the guest's window at the 2 MiB that hold gpa. */
static u64 window_to(u64 gpa)
{
	gpa_t pd = { GUEST_TABLES_GPA + 2 * PAGE_SIZE };
	u64 *entry = guest_ptr(&m.vm, pd, PAGE_SIZE);

	entry[LAST_PDE] = ALIGN_DOWN(gpa, 2 * MiB) | PTE_P_W_LARGE;
	return FAR_VA + gpa % (2 * MiB);
}

/* Lets the guest read at gpa; true if it got what it should. */
static bool guest_reads(u64 gpa, u64 want)
{
	m.v.regs.rdi = window_to(gpa);
	vmcs_writenat(GUEST_RIP, MACHINE_ENTRY);
	if (machine_run(&m) != RUN_EXIT)
		stage_failed("the guest cannot read gpa %#lx", gpa);
	return m.v.reason == EXIT_VMCALL && m.v.regs.rbx == want;
}

static const char *size_name(u64 size)
{
	return size == GiB ? "1 GiB" : size == 2 * MiB ? "2 MiB" : "4 KiB";
}

static void print_walk(gpa_t gpa)
{
	struct ept_walk w = ept_walk(&m.vm.ept, gpa);

	printk("    walk of %#lx:", gpa.v);
	for (int level = 4; level >= w.level; level--)
		printk(" L%d %#lx%s", level, w.entry[level],
		       level > w.level ? " ->" : "");
	if (!w.mapped)
		printk(", not mapped\n");
	else
		printk(", %s page at hpa %#lx\n", size_name(w.size), w.hpa.v);
}

/*
 * Shows the guest the host's memory around `secret`, read-only, in pages of
 * one size.
 */
static void show(u64 size)
{
	u64 hpa = (u64)&secret, base = ALIGN_DOWN(hpa, size);
	gpa_t at = { FAR_GPA + hpa - base };

	m.vm.ept.largest = size;
	ept_map(&m.vm.ept, (gpa_t){ FAR_GPA }, (hpa_t){ base }, size,
	        EPT_READ | EPT_WB);
	printk("  one %s page, read-only: ", size_name(size));
	if (!guest_reads(at.v, secret))
		stage_failed("the guest read %#lx", m.v.regs.rbx);
	printk("the guest reads the host's secret\n");
	print_walk(at);

	/* One small page out of it: a large one is split for that. */
	ept_unmap(&m.vm.ept, (gpa_t){ ALIGN_DOWN(at.v, PAGE_SIZE) },
	          PAGE_SIZE);
	vcpu_invalidate_ept(&m.v);
	if (guest_reads(at.v, secret) || m.v.reason != EXIT_EPT_VIOLATION)
		stage_failed("an unmapped page is still there");
	printk("    4 KiB unmapped, INVEPT: reading it is an EPT violation\n");
	print_walk(at);
	ept_unmap(&m.vm.ept, (gpa_t){ FAR_GPA }, size);
	vcpu_invalidate_ept(&m.v);
}

void demo_ept(const struct vmx_caps *caps)
{
	printk("\nEPT, in each page size of this CPU:\n");
	machine_init(&m, caps);
	machine_start_64(&m, GUEST_IMAGE(peek64));
	for (u64 size = m.vm.ept.largest; size >= PAGE_SIZE; size /= 512)
		show(size);
	ept_destroy(&m.vm.ept);
	machine_done(&m);
}
