/*
 * pc.h - x86: where the parts of our PC are.
 */
#pragma once

#include "05-full/vmm/vmm.h"

#define PC_COM1 0x3f8
#define PC_COM1_IRQ 4
#define PC_I8042_DATA 0x60
#define PC_I8042_COMMAND 0x64
#define PC_CMOS 0x70

/* ACPI's power management registers (ACPI 6.4, 4.8.3). */
#define PC_SCI_IRQ 9
#define PC_PM1_EVENT 0x600 /* status, enable */
#define PC_PM1_CONTROL 0x604
#define PC_SCI_EN BIT(0)
#define PC_SLP_TYP_S5 5
#define PC_SLP_EN BIT(13)

#define PC_LAPIC 0xfee00000
#define PC_IOAPIC 0xfec00000

/* pc_add - put the PC's devices on the bus. */
void pc_add(struct vmm *vm);

struct pc_date {
	u64 year, month, day, weekday, hour, minute, second;
};

/* pc_date - the date of a number of seconds after 1970; weekday 1 is Sunday. */
void pc_date(struct pc_date *d, u64 seconds);
