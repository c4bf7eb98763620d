/*
 * pc.c - x86: the few parts of a PC that Linux cannot do without.
 */
#include "05-full/vmm/x86/pc.h"
#include "05-full/vmm/arch.h"
#include "05-full/vmm/bus.h"
#include "05-full/vmm/devices.h"

/* --- keyboard controller: only its reset line --------------------------- */

#define I8042_PULSE_RESET 0xfe

static u64 i8042_read(void *ctx, u64 offset, unsigned size)
{
	(void)ctx;
	(void)size;
	/* Status: no data, ready for commands.  Data: nothing. */
	return offset == PC_I8042_COMMAND - PC_I8042_DATA ? 0 : 0xff;
}

static void i8042_write(void *ctx, u64 offset, unsigned size, u64 value)
{
	(void)size;
	if (offset == PC_I8042_COMMAND - PC_I8042_DATA &&
	    (u8)value == I8042_PULSE_RESET)
		vmm_rebooted(ctx);
}

/* --- ACPI: power management 1 ------------------------------------------- */

static u16 pm1_enable, pm1_control = PC_SCI_EN;

static u64 pm_read(void *ctx, u64 offset, unsigned size)
{
	(void)ctx;
	(void)size;
	if (offset == PC_PM1_CONTROL - PC_PM1_EVENT)
		return pm1_control;
	return offset == 2 ? pm1_enable : 0; /* nothing ever happens */
}

static void pm_write(void *ctx, u64 offset, unsigned size, u64 value)
{
	(void)size;
	if (offset == 2)
		pm1_enable = (u16)value;
	if (offset != PC_PM1_CONTROL - PC_PM1_EVENT)
		return;
	if ((value & PC_SLP_EN) && BITS(value, 12, 10) == PC_SLP_TYP_S5)
		vmm_end(ctx, 0, "the guest powered off");
	pm1_control = (u16)((value & ~PC_SLP_EN) | PC_SCI_EN);
}

/* --- clock: the date of our own clock, in BCD ----------------------------- */

#define CMOS_STATUS_A 0x0a
#define CMOS_STATUS_B 0x0b
#define CMOS_STATUS_D 0x0d
#define STATUS_A_32768_HZ 0x26
#define STATUS_B_24_HOURS 0x02
#define STATUS_D_VALID 0x80

static u8 cmos_index, cmos_ram[128];

static u8 pc_bcd(u64 n)
{
	return (u8)(n / 10 % 10 << 4 | n % 10);
}

static u8 cmos_value(u8 index)
{
	struct os_timespec now = { 0 };
	struct pc_date d;

	os_clock(0, &now);
	pc_date(&d, (u64)now.sec);
	switch (index) {
	case 0:
		return pc_bcd(d.second);
	case 2:
		return pc_bcd(d.minute);
	case 4:
		return pc_bcd(d.hour);
	case 6:
		return pc_bcd(d.weekday);
	case 7:
		return pc_bcd(d.day);
	case 8:
		return pc_bcd(d.month);
	case 9:
		return pc_bcd(d.year % 100);
	case 0x32:
		return pc_bcd(d.year / 100);
	case CMOS_STATUS_A:
		return STATUS_A_32768_HZ;
	case CMOS_STATUS_B:
		return STATUS_B_24_HOURS;
	case CMOS_STATUS_D:
		return STATUS_D_VALID;
	}
	return cmos_ram[index];
}

static u64 cmos_read(void *ctx, u64 offset, unsigned size)
{
	(void)ctx;
	(void)size;
	return offset ? cmos_value(cmos_index) : 0xff;
}

static void cmos_write(void *ctx, u64 offset, unsigned size, u64 value)
{
	(void)ctx;
	(void)size;
	if (!offset)
		cmos_index = value & 0x7f;
	else
		cmos_ram[cmos_index] = (u8)value;
}

/* --- all together ------------------------------------------------------------ */

void pc_add(struct vmm *vm)
{
	static struct bus_device i8042 = {
		.name = "i8042",
		.base = PC_I8042_DATA,
		.size = PC_I8042_COMMAND - PC_I8042_DATA + 1,
		.read = i8042_read,
		.write = i8042_write,
	};
	static struct bus_device pm = {
		.name = "ACPI",
		.base = PC_PM1_EVENT,
		.size = 8,
		.read = pm_read,
		.write = pm_write,
	};
	static const struct bus_device cmos = {
		.name = "CMOS",
		.base = PC_CMOS,
		.size = 2,
		.read = cmos_read,
		.write = cmos_write,
	};

	i8042.ctx = pm.ctx = vm;
	bus_add(BUS_PORTS, &i8042);
	bus_add(BUS_PORTS, &pm);
	bus_add(BUS_PORTS, &cmos);
	serial_add(vm, true, PC_COM1, PC_COM1_IRQ);
}
