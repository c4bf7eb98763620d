#include "04-arm64-el2/canary.h"
#include "04-arm64-el2/cpu.h"
#include "04-arm64-el2/gicv3.h"
#include "04-arm64-el2/machine.h"
#include "04-arm64-el2/memory.h"
#include "04-arm64-el2/page.h"
#include "04-arm64-el2/smp.h"
#include "04-arm64-el2/timer.h"
#include "lib/panic.h"

const char stage_number[] = "04";
_Noreturn void primary_main(u64 fdt_pa);
extern char guest_tour[];
extern u64 guest_tour_size;

_Noreturn void primary_main(u64 fdt_pa)
{
	static struct vm vm;
	static struct vcpu v;
	cpu_init(&percpus[0], 0);
	printk("hello from EL%d, fdt %lx\n", (int)current_el(), (long)fdt_pa);
	machine_read(fdt_pa);
	page_init();
	cpu_read_features();
	vmid_init(&vmid_pool, cpu_features.vmid_bits);
	gic_init();
	gic_cpu_init();
	timer_init();
	unsigned cpus = smp_start();
	printk("%d cpus, args '%s'\n", cpus, machine.cmdline);
	write_daif(0);
	vm_create(&vm, "tour", guest_tour, guest_tour_size, 1 * MiB);
	vcpu_reset(&v, &vm, "tour.0", GUEST_RAM);
	vcpu_load(&v);
	for (int i = 0; i < 3; i++) {
		enum exit_why why = vcpu_run_loop(&v);
		printk("why %d x1 %ld pc %lx\n", why, (long)v.x[1],
		       (long)v.pc);
	}
	vcpu_put(&v);
	canary_run(cpus);
	stage_ok();
}
