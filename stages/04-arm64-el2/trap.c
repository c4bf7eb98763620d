/*
 * trap.c - exceptions of the host itself, and the last words of a CPU.
 */
#include "04-arm64-el2/trap.h"

#include "04-arm64-el2/esr.h"
#include "04-arm64-el2/gicv3.h"
#include "04-arm64-el2/mmu.h"
#include "04-arm64-el2/percpu.h"
#include "04-arm64-el2/vcpu.h"
#include "lib/panic.h"

static void host_irq(struct trap_frame *f)
{
	(void)f;
	gic_handle();
}

void (*host_trap_handlers[SLOTS])(struct trap_frame *f) = {
	[SLOT_CURRENT_SPX + SLOT_IRQ] = host_irq,
};

const char *slot_name(enum vector_slot slot)
{
	static const char *const kind[] = { "synchronous exception", "IRQ",
		                            "FIQ", "SError" };
	static const char *const from[] = { "EL2 on SP_EL0", "EL2",
		                            "a lower level",
		                            "a lower level in AArch32" };
	static char text[64];

	snprintk(text, sizeof(text), "%s from %s", kind[slot % 4],
	         from[slot / 4 % 4]);
	return text;
}

/* What the CPU wrote down about the exception that brought us here. */
static void print_syndrome(void)
{
	char text[96];
	u64 esr = read_sysreg(ESR_EL2);

	printk("  ESR_EL2  0x%08lx  %s\n", esr,
	       esr_describe(esr, text, sizeof(text)));
	printk("  ELR_EL2  [0x%016lx]\n", read_sysreg(ELR_EL2));
	printk("  FAR_EL2  0x%016lx  HPFAR_EL2 0x%lx\n", read_sysreg(FAR_EL2),
	       read_sysreg(HPFAR_EL2));
	printk("  SPSR_EL2 0x%08lx  HCR_EL2 0x%lx  SCTLR_EL2 0x%lx\n",
	       read_sysreg(SPSR_EL2), read_sysreg(HCR_EL2),
	       read_sysreg(SCTLR_EL2));
}

void arch_panic_state(void)
{
	struct percpu *cpu = this_cpu();

	if (!cpu)
		return;
	printk("  cpu %u\n", cpu->id);
	print_syndrome();
	if (cpu->loaded)
		printk("  loaded   vCPU \"%s\" of VM \"%s\", PC 0x%lx\n",
		       cpu->loaded->name, cpu->loaded->vm->name,
		       cpu->loaded->pc);
}

static void print_frame(const struct trap_frame *f)
{
	for (int i = 0; i < 31; i++)
		printk("  x%-2d 0x%016lx%s", i, f->x[i],
		       i % 4 == 3 || i == 30 ? "\n" : "");
}

void host_trap(struct trap_frame *f, enum vector_slot slot)
{
	if (host_trap_handlers[slot]) {
		host_trap_handlers[slot](f);
		return;
	}
	last_words();
	printk("\nunexpected %s\n", slot_name(slot));
	print_frame(f);
	panic("unexpected %s", slot_name(slot));
}

/*
 * switch_panic - the panic exit (C12): an exception in the world switch
 * itself.  entry.S has made the CPU the host's again as far as needed to
 * print.  The host context remembers whose turn it was (C1).
 */
void (*switch_panic_hook)(enum vector_slot slot, const struct vcpu *v);

_Noreturn void switch_panic(enum vector_slot slot);
_Noreturn void switch_panic(enum vector_slot slot)
{
	struct vcpu *v = this_cpu()->running;

	if (switch_panic_hook)
		switch_panic_hook(slot, v);
	panic("%s in the world switch, running vCPU \"%s\"", slot_name(slot),
	      v ? v->name : "none");
}
