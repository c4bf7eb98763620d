/*
 * trap.c - the IDT; faults that were expected, interrupts, and everything
 * else: a bug of ours, decoded for the reader.
 */
#include "01-vmxon/trap.h"

#include "01-vmxon/cpu.h"
#include "lib/panic.h"

struct idt_entry {
	u16 offset_0;
	u16 selector;
	u8 ist;
	u8 type;
	u16 offset_16;
	u32 offset_32;
	u32 reserved;
};
_Static_assert(sizeof(struct idt_entry) == 16, "SDM figure 6-8");

#define INTERRUPT_GATE 0x8e /* present, ring 0, clears RFLAGS.IF */
#define GATE_DPL3 0x60
#define ENTRY_SIZE 16 /* of one stub in trap.S */

extern const u8 trap_entries[];

static struct idt_entry idt[256] __attribute__((aligned(16)));
static irq_handler irq_handlers[256];

static enum ist ist_of(unsigned vector)
{
	switch (vector) {
	case VECTOR_DF:
		return IST_DOUBLE_FAULT;
	case VECTOR_NMI:
		return IST_NMI;
	case VECTOR_MC:
		return IST_MACHINE_CHECK;
	default:
		return IST_NONE;
	}
}

void trap_set_gate(u8 vector, const void *entry, unsigned ist, bool for_user)
{
	u64 to = (u64)entry;

	idt[vector] = (struct idt_entry){
		.offset_0 = (u16)to,
		.selector = BOOT_CS,
		.ist = (u8)ist,
		.type = for_user ? INTERRUPT_GATE | GATE_DPL3 : INTERRUPT_GATE,
		.offset_16 = (u16)(to >> 16),
		.offset_32 = (u32)(to >> 32),
	};
}

void trap_init(void)
{
	for (unsigned i = 0; i < ARRAY_SIZE(idt); i++)
		trap_set_gate((u8)i, trap_entries + i * ENTRY_SIZE, ist_of(i),
		              false);
}

void trap_load_idt(void)
{
	static const struct table_ptr idtr = { sizeof(idt) - 1, (u64)idt };

	lidt(&idtr);
}

void irq_set_handler(u8 vector, irq_handler handler)
{
	irq_handlers[vector] = handler;
}

/* One row per instruction that may fault; see insn.h. */
struct ex_row {
	u64 insn, go_on;
};
extern const struct ex_row __ex_table_start[], __ex_table_end[];

static bool fixed_up(struct trap_frame *f)
{
	for (const struct ex_row *r = __ex_table_start; r < __ex_table_end;
	     r++) {
		if (f->rip != r->insn)
			continue;
		f->rip = r->go_on;
		f->rdi = FAULTED(f->vector);
		return true;
	}
	return false;
}

/* The error code of #PF (SDM 4.7) as words. */
static void describe_page_fault(u64 error)
{
	printk("  %s of address %#lx: %s%s\n",
	       error & BIT(4) ? "execution" :
	       error & BIT(1) ? "write" :
	                        "read",
	       read_cr2(),
	       error & BIT(0) ? "not permitted by the page tables" :
	                        "no page there",
	       error & BIT(3) ? " (reserved bit set)" : "");
}

/*
 * Frame pointers make a chain: [rbp] is the caller's, [rbp + 8] the return.
 * It is followed on the stacks of CPUs and, in stage 05, of threads.
 */
static void back_trace(const u64 *rbp)
{
	const u64 *low = (const u64 *)cpu_stacks;
	const u64 *high = (const u64 *)(cpu_stacks + MAX_CPUS);

	if (rbp >= this_cpu()->stack_low && rbp < this_cpu()->stack_high) {
		low = this_cpu()->stack_low;
		high = this_cpu()->stack_high;
	}

	for (int depth = 0; depth < 12 && rbp >= low && rbp < high; depth++) {
		if (!rbp[1])
			break;
		printk("  called from [%#lx]\n", rbp[1] - 1);
		rbp = (const u64 *)rbp[0];
	}
}

static void dump_frame(const struct trap_frame *f)
{
	printk("  at [%#lx], error code %#lx\n", f->rip, f->error);
	if (f->vector == VECTOR_PF)
		describe_page_fault(f->error);
	printk("  rax %016lx  rbx %016lx  rcx %016lx\n"
	       "  rdx %016lx  rsi %016lx  rdi %016lx\n"
	       "  rbp %016lx  rsp %016lx  r8  %016lx\n"
	       "  r9  %016lx  r10 %016lx  r11 %016lx\n"
	       "  r12 %016lx  r13 %016lx  r14 %016lx\n"
	       "  r15 %016lx  cs %04lx  ss %04lx  rflags %lx\n",
	       f->rax, f->rbx, f->rcx, f->rdx, f->rsi, f->rdi, f->rbp, f->rsp,
	       f->r8, f->r9, f->r10, f->r11, f->r12, f->r13, f->r14, f->r15,
	       f->cs, f->ss, f->rflags);
	back_trace((const u64 *)f->rbp);
}

/* Called by panic() for a bug that no exception reported. */
void arch_panic_state(void)
{
	printk("  on CPU %u: cr0 %#lx, cr2 %#lx, cr3 %#lx, cr4 %#lx\n",
	       this_cpu()->number, read_cr0(), read_cr2(), read_cr3(),
	       read_cr4());
	back_trace(__builtin_frame_address(0));
}

void trap_handle(struct trap_frame *f)
{
	if (f->vector >= VECTOR_FIRST_IRQ && irq_handlers[f->vector]) {
		irq_handlers[f->vector](f);
		return;
	}
	if (f->vector == VECTOR_NMI) {
		this_cpu()->nmi_count++;
		return;
	}
	if (fixed_up(f))
		return;

	last_words();
	printk("\nCPU %u: host exception %lu, %s\n", this_cpu()->number,
	       f->vector, exception_name(f->vector));
	dump_frame(f);
	stage_failed("host exception %s", exception_name(f->vector));
}
