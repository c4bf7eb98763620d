/*
 * machine.c - the device tree, read by libfdt.
 *
 * The tree is input from outside: it is checked as a whole before anything is
 * believed, and every missing thing has a sentence.  libfdt.a was compiled for
 * user space and may use FP registers: no guest may have run yet.
 */
#include "04-arm64-el2/machine.h"

#include <libfdt.h>

#include "04-arm64-el2/mmu.h"
#include "04-arm64-el2/psci.h"
#include "04-arm64-el2/uart.h"
#include "lib/panic.h"

#define MIN_MEMORY (64 * MiB)

struct machine machine;

/* Debian's libfdt.a is compiled with stack protection; we supply its ends. */
extern u64 __stack_chk_guard;
u64 __stack_chk_guard = 0x57a7e04c0ffee000;
_Noreturn void __stack_chk_fail(void);
_Noreturn void __stack_chk_fail(void)
{
	panic("libfdt wrote past an array on its stack");
}

static const void *checked_tree(u64 pa)
{
	const void *fdt = phys_to_virt(pa);
	u64 room = FDT_WINDOW - (pa & (2 * MiB - 1));
	int err;

	if (pa & 7 || pa >= BIT(VA_BITS) || pa < 16 * MiB)
		stage_failed("x0 = 0x%lx is not the address of a device tree",
		             pa);
	if (pa >= IMAGE_PA && pa < ALIGN_UP(virt_to_phys(image_end), 2 * MiB))
		stage_failed("the device tree at 0x%lx lies in this kernel",
		             pa);
	err = fdt_check_header(fdt);
	if (!err)
		err = fdt_check_full(fdt, room);
	if (err)
		stage_failed("the device tree at 0x%lx is corrupt: %s", pa,
		             fdt_strerror(err));
	return fdt;
}

/* Entry n of a node's "reg": address and size, as wide as its parent says. */
static bool read_reg(const void *fdt, int node, int n, u64 *addr, u64 *size)
{
	int parent = fdt_parent_offset(fdt, node), len;
	int ac = fdt_address_cells(fdt, parent);
	int sc = fdt_size_cells(fdt, parent);
	const fdt32_t *reg = fdt_getprop(fdt, node, "reg", &len);
	u64 value[2] = { 0, 0 };

	if (!reg || ac < 1 || ac > 2 || sc < 0 || sc > 2 ||
	    len < 4 * (n + 1) * (ac + sc))
		return false;
	reg += n * (ac + sc);
	for (int i = 0; i < ac + sc; i++)
		value[i >= ac] = value[i >= ac] << 32 | fdt32_to_cpu(reg[i]);
	*addr = value[0];
	if (size)
		*size = value[1];
	return true;
}

static void read_memory(const void *fdt)
{
	u64 total = 0, base, size;

	for (int n = -1; machine.nr_banks < MAX_BANKS;) {
		n = fdt_node_offset_by_prop_value(fdt, n, "device_type",
		                                  "memory", 7);
		if (n < 0)
			break;
		for (int i = 0; read_reg(fdt, n, i, &base, &size); i++) {
			if (machine.nr_banks == MAX_BANKS)
				break;
			machine.bank[machine.nr_banks].base = base;
			machine.bank[machine.nr_banks++].size = size;
			total += size;
		}
	}
	if (total < MIN_MEMORY)
		stage_failed("this machine has %lu MB of memory, but %lu MB "
		             "are needed (QEMU: -m 256)",
		             (total / MiB), (MIN_MEMORY / MiB));
}

static void read_cpus(const void *fdt)
{
	for (int n = -1; machine.nr_cpus < MAX_CPUS;) {
		n = fdt_node_offset_by_prop_value(fdt, n, "device_type", "cpu",
		                                  4);
		if (n < 0)
			break;
		if (read_reg(fdt, n, 0, &machine.mpidr[machine.nr_cpus], NULL))
			machine.nr_cpus++;
	}
	if (!machine.nr_cpus)
		stage_failed("the device tree names no CPU");
}

static void read_psci(const void *fdt)
{
	int n = fdt_node_offset_by_compatible(fdt, -1, "arm,psci-0.2");
	const char *method =
		n < 0 ? NULL : fdt_getprop(fdt, n, "method", NULL);

	if (!method)
		stage_failed("the device tree names no PSCI firmware, "
		             "so nothing could end this run");
	psci_conduit = strcmp(method, "hvc") ? PSCI_SMC : PSCI_HVC;
}

/* The first such node that is not switched off (by "status"), or negative. */
static int find_device(const void *fdt, const char *compatible)
{
	const char *status;
	int n = -1;

	do {
		n = fdt_node_offset_by_compatible(fdt, n, compatible);
		status = n < 0 ? NULL : fdt_getprop(fdt, n, "status", NULL);
	} while (status && strcmp(status, "okay"));
	return n;
}

static void read_devices(const void *fdt)
{
	int uart = find_device(fdt, "arm,pl011");
	int gic = find_device(fdt, "arm,gic-v3");

	if (uart >= 0)
		read_reg(fdt, uart, 0, &machine.uart, NULL);
	if (!machine.uart)
		stage_failed("the device tree names no PL011 console");
	if (find_device(fdt, "arm,cortex-a15-gic") >= 0)
		stage_failed("this machine has a GICv2, but a GICv3 is needed "
		             "(QEMU: -M virt,gic-version=3)");
	if (gic < 0 || !read_reg(fdt, gic, 0, &machine.gicd, NULL) ||
	    !read_reg(fdt, gic, 1, &machine.gicr, &machine.gicr_size))
		stage_failed("the device tree names no GICv3");
}

static void read_cmdline(const void *fdt)
{
	int chosen = fdt_path_offset(fdt, "/chosen");
	const char *args =
		chosen < 0 ? NULL : fdt_getprop(fdt, chosen, "bootargs", NULL);

	snprintk(machine.cmdline, sizeof(machine.cmdline), "%s",
	         args ? args : "");
}

/* All memory appears in the high half, but for what mmu_early put there. */
static void map_all(void)
{
	u64 image_lo = ALIGN_DOWN(virt_to_phys(image_start), 2 * MiB);
	u64 image_hi = ALIGN_UP(virt_to_phys(image_end), 2 * MiB);
	u64 tail = virt_to_phys(image_end);

	mmu_unmap(kernel_root,
	          LINEAR_BASE + ALIGN_DOWN(machine.fdt_pa, 2 * MiB),
	          FDT_WINDOW);
	mmu_map_linear(tail, image_hi - tail, MMU_RW);
	for (unsigned i = 0; i < machine.nr_banks; i++) {
		u64 lo = machine.bank[i].base;
		u64 hi = lo + machine.bank[i].size;

		if (lo <= image_lo && hi >= image_hi) {
			mmu_map_linear(lo, image_lo - lo, MMU_RW);
			lo = image_hi;
		}
		mmu_map_linear(lo, hi - lo, MMU_RW);
	}
	if (machine.uart != EARLY_UART_PA)
		mmu_map_linear(machine.uart, PAGE_SIZE, MMU_DEVICE);
	mmu_map_linear(machine.gicd, 64 * KiB, MMU_DEVICE);
	mmu_map_linear(machine.gicr, machine.gicr_size, MMU_DEVICE);
	uart_init(machine.uart);
}

void machine_read(u64 fdt_pa)
{
	const void *fdt = checked_tree(fdt_pa);

	machine.fdt_pa = fdt_pa;
	read_psci(fdt);
	read_memory(fdt);
	read_cpus(fdt);
	read_devices(fdt);
	read_cmdline(fdt);
	map_all();
}
