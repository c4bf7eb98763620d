/*
 * fdt.c - arm64: the device tree, which tells a kernel what machine it is on.
 *
 * libfdt's sequential functions write it in one go, front to back; the first
 * error (there can be only one: no space) ends the program.
 */
#include <libfdt.h>

#include "05-full/vmm/arch.h"
#include "05-full/vmm/arm64/arm64.h"

#define PHANDLE_GIC 1
#define PHANDLE_CLOCK 2
#define GIC_SPI 0
#define GIC_PPI 1
#define IRQ_LEVEL_HIGH 4
#define UART_CLOCK 1843200

static void *fdt;

/* libfdt comes with a stack protector; any value will do for it. */
extern unsigned long __stack_chk_guard;
unsigned long __stack_chk_guard = 0x00ff0a0d57305717;

static void fdt_must(int error)
{
	if (error)
		vmm_die("the device tree: %s", fdt_strerror(error));
}

static void fdt_begin(const char *name)
{
	fdt_must(fdt_begin_node(fdt, name));
}

static void fdt_end(void)
{
	fdt_must(fdt_end_node(fdt));
}

static void fdt_text(const char *name, const char *value)
{
	fdt_must(fdt_property_string(fdt, name, value));
}

static void fdt_cells(const char *name, const u32 *value, size_t n)
{
	u32 big[16];

	for (size_t i = 0; i < n && i < ARRAY_SIZE(big); i++)
		big[i] = cpu_to_fdt32(value[i]);
	fdt_must(fdt_property(fdt, name, big, (int)(n * sizeof(u32))));
}
#define CELLS(name, ...)                                                      \
	fdt_cells(name, (const u32[]){ __VA_ARGS__ },                         \
	          sizeof((const u32[]){ __VA_ARGS__ }) / sizeof(u32))
#define HIGH(v) (u32)((v) >> 32)
#define LOW(v) (u32)(v)

static void fdt_add_cpus(const struct vmm *vm)
{
	char name[16];

	fdt_begin("cpus");
	CELLS("#address-cells", 1);
	CELLS("#size-cells", 0);
	for (u32 i = 0; i < (u32)vm->ncpus; i++) {
		snprintk(name, sizeof(name), "cpu@%u", i);
		fdt_begin(name);
		fdt_text("device_type", "cpu");
		fdt_text("compatible", "arm,arm-v8");
		fdt_text("enable-method", "psci");
		CELLS("reg", i); /* KVM gives vCPU i the affinity i */
		fdt_end();
	}
	fdt_end();
}

static void fdt_add_gic(const struct vmm *vm)
{
	u64 redists = ARM64_GICR_SIZE * (u64)vm->ncpus;

	fdt_begin("interrupt-controller@8000000");
	fdt_text("compatible", "arm,gic-v3");
	CELLS("#interrupt-cells", 3);
	fdt_must(fdt_property(fdt, "interrupt-controller", NULL, 0));
	CELLS("reg", 0, ARM64_GICD, 0, ARM64_GICD_SIZE, 0, ARM64_GICR, 0,
	      LOW(redists));
	CELLS("phandle", PHANDLE_GIC);
	fdt_end();
	fdt_begin("timer");
	fdt_text("compatible", "arm,armv8-timer");
	fdt_must(fdt_property(fdt, "always-on", NULL, 0));
	/* Secure, non-secure, virtual, hypervisor: interrupt IDs 29 to 26. */
	CELLS("interrupts", GIC_PPI, 13, IRQ_LEVEL_HIGH, GIC_PPI, 14,
	      IRQ_LEVEL_HIGH, GIC_PPI, 11, IRQ_LEVEL_HIGH, GIC_PPI, 10,
	      IRQ_LEVEL_HIGH);
	fdt_end();
}

static void fdt_add_uart(void)
{
	fdt_begin("serial@9000000");
	fdt_text("compatible", "ns16550a");
	CELLS("reg", 0, ARM64_UART, 0, ARM64_UART_SIZE);
	CELLS("clock-frequency", UART_CLOCK);
	CELLS("interrupts", GIC_SPI, ARM64_UART_SPI, IRQ_LEVEL_HIGH);
	fdt_end();
}

static void fdt_add_chosen(const struct vmm *vm, u64 start, u64 stop)
{
	fdt_begin("chosen");
	fdt_text("bootargs",
	         vm->opt->append ? vm->opt->append : vmm_arch_command_line());
	fdt_text("stdout-path", "/serial@9000000");
	if (stop > start) {
		CELLS("linux,initrd-start", HIGH(start), LOW(start));
		CELLS("linux,initrd-end", HIGH(stop), LOW(stop));
	}
	fdt_end();
}

static void fdt_add_firmware(void)
{
	fdt_begin("psci");
	fdt_must(fdt_property(fdt, "compatible", "arm,psci-1.0\0arm,psci-0.2",
	                      26));
	fdt_text("method", "hvc");
	fdt_end();
}

void arm64_make_fdt(const struct vmm *vm, void *buf, size_t size,
                    u64 initrd_start, u64 initrd_end)
{
	fdt = buf;
	fdt_must(fdt_create(fdt, (int)size));
	fdt_must(fdt_finish_reservemap(fdt));
	fdt_begin("");
	fdt_text("compatible", "linux,dummy-virt");
	fdt_text("model", "World Switch");
	CELLS("#address-cells", 2);
	CELLS("#size-cells", 2);
	CELLS("interrupt-parent", PHANDLE_GIC);
	fdt_add_chosen(vm, initrd_start, initrd_end);
	fdt_begin("memory@40000000");
	fdt_text("device_type", "memory");
	CELLS("reg", HIGH(vm->ram_base), LOW(vm->ram_base), HIGH(vm->ram_size),
	      LOW(vm->ram_size));
	fdt_end();
	fdt_add_cpus(vm);
	fdt_add_firmware();
	fdt_add_gic(vm);
	fdt_add_uart();
	fdt_end();
	fdt_must(fdt_finish(fdt));
}
