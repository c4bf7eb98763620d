/*
 * smp.c - starting CPUs, and giving them work.
 */
#include "04-arm64-el2/smp.h"

#include "04-arm64-el2/gicv3.h"
#include "04-arm64-el2/machine.h"
#include "04-arm64-el2/psci.h"
#include "04-arm64-el2/timer.h"
#include "lib/panic.h"

extern char boot_stacks[], secondary_entry[];
_Noreturn void secondary_main(struct percpu *cpu);

static void wake(void)
{
	/* the interrupt itself is the message */
}

/* WFI returns for a masked interrupt too: none is lost between test and WFI. */
static void work_or_wait(struct percpu *cpu)
{
	void (*work)(void *);
	u64 daif = mask_all();

	work = __atomic_load_n(&cpu->work, __ATOMIC_ACQUIRE);
	if (!work)
		wfi();
	write_daif(daif);
	if (work) {
		work(cpu->work_arg);
		__atomic_store_n(&cpu->work, NULL, __ATOMIC_RELEASE);
		sev();
	}
}

/* On the new CPU, in virtual memory now: work until the machine is off. */
_Noreturn void secondary_main(struct percpu *cpu)
{
	cpu_init(cpu, cpu->id);
	gic_cpu_init();
	timer_init();
	gic_on(INTID_WAKE, wake);
	write_daif(0);
	__atomic_store_n(&cpu->online, true, __ATOMIC_RELEASE);
	sev();
	for (;;)
		work_or_wait(cpu);
}

static bool start(unsigned id)
{
	struct percpu *cpu = &percpus[id];

	cpu->id = id;
	cpu->stack_top = (u64)boot_stacks + (id + 1) * BOOT_STACK_SIZE;
	/* It reads this with its caches off. */
	dc_civac((u64)cpu);
	dsb_sy();
	if (psci_call(PSCI_CPU_ON, machine.mpidr[id],
	              virt_to_phys(secondary_entry), virt_to_phys(cpu)))
		return false;
	while (!__atomic_load_n(&cpu->online, __ATOMIC_ACQUIRE))
		wfe();
	return true;
}

unsigned smp_start(void)
{
	unsigned n = 1;

	/* The device tree lists the CPU that we are, too: the first. */
	percpus[0].online = true;
	while (n < machine.nr_cpus && start(n))
		n++;
	return n;
}

void smp_run(unsigned cpu, void (*fn)(void *), void *arg)
{
	assert(!percpus[cpu].work);
	percpus[cpu].work_arg = arg;
	__atomic_store_n(&percpus[cpu].work, fn, __ATOMIC_RELEASE);
	gic_send(machine.mpidr[cpu], INTID_WAKE);
}

void smp_wait(unsigned cpu)
{
	while (__atomic_load_n(&percpus[cpu].work, __ATOMIC_ACQUIRE))
		wfe();
}
