/*
 * board.c - the rest of the device tree: the initrd, the console's interrupt.
 * machine.c has checked the tree.
 */
#include <libfdt.h>

#include "04-arm64-el2/machine.h"
#include "05-full/host/arch.h"
#include "05-full/host/arm64/arm64.h"

#define INTID_SHARED 32 /* the tree counts shared interrupts from 0 */

struct board board;

/* A number of one cell or two. */
static u64 read_number(const void *fdt, int node, const char *name)
{
	int len;
	const fdt32_t *cell = fdt_getprop(fdt, node, name, &len);
	u64 value = 0;

	for (int i = 0; cell && i < len / 4 && i < 2; i++)
		value = value << 32 | fdt32_to_cpu(cell[i]);
	return value;
}

static void read_initrd(const void *fdt)
{
	int chosen = fdt_path_offset(fdt, "/chosen");
	u64 start, end;

	if (chosen < 0)
		return;
	start = read_number(fdt, chosen, "linux,initrd-start");
	end = read_number(fdt, chosen, "linux,initrd-end");
	if (start && start < end) {
		board.initrd = start;
		board.initrd_size = end - start;
	}
}

/* interrupts = <0 (shared), number, flags> (Linux: arm,gic-v3.yaml). */
static void read_uart_interrupt(const void *fdt)
{
	int n = fdt_node_offset_by_compatible(fdt, -1, "arm,pl011"), len;
	const fdt32_t *cell =
		n < 0 ? NULL : fdt_getprop(fdt, n, "interrupts", &len);

	if (cell && len >= 8 && fdt32_to_cpu(cell[0]) == 0)
		board.uart_intid = INTID_SHARED + fdt32_to_cpu(cell[1]);
}

void board_read(void)
{
	const void *fdt = phys_to_virt(machine.fdt_pa);

	read_initrd(fdt);
	read_uart_interrupt(fdt);
}

const void *arch_initrd(u64 *size)
{
	*size = board.initrd_size;
	return phys_to_virt(board.initrd);
}
