/*
 * acpi.c - x86: the tables that tell Linux of CPUs, interrupts and power-off
 * (ACPI specification 6.4, chapter 5).
 */
#include "05-full/vmm/x86/pc.h"
#include "05-full/vmm/x86/x86.h"

#define PACKED __attribute__((packed))

struct acpi_header {
	char signature[4];
	u32 length;
	u8 revision, checksum;
	char oem[6], table[8];
	u32 oem_revision;
	char creator[4];
	u32 creator_revision;
} PACKED;

struct acpi_rsdp {
	char signature[8];
	u8 checksum;
	char oem[6];
	u8 revision;
	u32 rsdt, length;
	u64 xsdt;
	u8 checksum_all, reserved[3];
} PACKED;

struct acpi_address { /* 5.2.3.2 */
	u8 space, bits, offset, access;
	u64 address;
} PACKED;
#define SPACE_IO 1

struct acpi_fadt { /* 5.2.9 */
	struct acpi_header h;
	u32 facs, dsdt;
	u8 reserved, profile;
	u16 sci;
	u32 smi_command;
	u8 acpi_enable, acpi_disable, s4bios, pstate;
	u32 pm1a_event, pm1b_event, pm1a_control, pm1b_control, pm2_control;
	u32 pm_timer, gpe0, gpe1;
	u8 pm1_event_len, pm1_control_len, pm2_control_len, pm_timer_len;
	u8 gpe0_len, gpe1_len, gpe1_base, cst;
	u16 c2_latency, c3_latency, flush_size, flush_stride;
	u8 duty_offset, duty_width, day_alarm, month_alarm, century;
	u16 boot_flags;
	u8 reserved2;
	u32 flags;
	struct acpi_address reset;
	u8 reset_value;
	u16 arm_flags;
	u8 minor;
	u64 x_facs, x_dsdt;
	struct acpi_address x[8]; /* empty: the addresses above count */
	struct acpi_address sleep_control, sleep_status;
	u64 hypervisor;
} PACKED;
_Static_assert(sizeof(struct acpi_fadt) == 276, "revision 6");

#define BOOT_LEGACY_DEVICES BIT(0)
#define BOOT_NO_VGA BIT(2)
#define BOOT_NO_MSI BIT(3)
#define FLAG_WBINVD BIT(0)
#define FLAG_NO_POWER_BUTTON BIT(4)
#define FLAG_NO_SLEEP_BUTTON BIT(5)
#define FLAG_RESET_REGISTER BIT(10)

struct acpi_madt { /* 5.2.12 */
	struct acpi_header h;
	u32 lapic, flags;
} PACKED;
#define MADT_PC_COMPATIBLE 1 /* there are two 8259 as well */

struct madt_lapic {
	u8 type, length, processor, id;
	u32 flags;
} PACKED;
struct madt_ioapic {
	u8 type, length, id, reserved;
	u32 address, base;
} PACKED;
struct madt_override {
	u8 type, length, bus, source;
	u32 gsi;
	u16 flags;
} PACKED;
#define OVERRIDE_HIGH_LEVEL 0x0d

/*
 * The DSDT in AML, 20.2: Name(\_S5_, Package(4) { 5, 5, 0, 0 }).
 */
static const u8 aml[] = { 0x08, '_',           'S',  '5',  '_',
	                  0x12, 0x08,          0x04, 0x0a, PC_SLP_TYP_S5,
	                  0x0a, PC_SLP_TYP_S5, 0x00, 0x00 };

static u64 next; /* where the next table goes */

static u8 acpi_checksum(const void *data, size_t n)
{
	const u8 *p = data;
	u8 sum = 0;

	while (n--)
		sum += *p++;
	return (u8)-sum;
}

static void acpi_fill(struct acpi_header *h, const char *signature,
                      u8 revision, size_t length)
{
	memcpy(h->signature, signature, 4);
	memcpy(h->oem, "WORLDS", 6);
	memcpy(h->table, "WSWITCH ", 8);
	memcpy(h->creator, "WSWI", 4);
	h->oem_revision = h->creator_revision = 1;
	h->revision = revision;
	h->length = (u32)length;
	h->checksum = 0;
	h->checksum = acpi_checksum(h, length);
}

static u64 acpi_put(struct vmm *vm, const void *table, size_t n)
{
	u64 at = next;

	vmm_put(vm, at, table, n, "an ACPI table");
	next = ALIGN_UP(at + n, 16);
	return at;
}

static u64 put_dsdt(struct vmm *vm)
{
	struct {
		struct acpi_header h;
		u8 aml[sizeof(aml)];
	} PACKED t = { 0 };

	memcpy(t.aml, aml, sizeof(aml));
	acpi_fill(&t.h, "DSDT", 2, sizeof(t));
	return acpi_put(vm, &t, sizeof(t));
}

static u64 put_fadt(struct vmm *vm, u64 dsdt)
{
	struct acpi_fadt t = {
		.dsdt = (u32)dsdt,
		.x_dsdt = dsdt,
		.sci = PC_SCI_IRQ,
		.pm1a_event = PC_PM1_EVENT,
		.pm1a_control = PC_PM1_CONTROL,
		.pm1_event_len = 4,
		.pm1_control_len = 2,
		.c2_latency = 0xffff, /* there is no C2 and no C3 */
		.c3_latency = 0xffff,
		.century = 0x32,
		.boot_flags = BOOT_LEGACY_DEVICES | BOOT_NO_VGA | BOOT_NO_MSI,
		.flags = FLAG_WBINVD | FLAG_NO_POWER_BUTTON |
		         FLAG_NO_SLEEP_BUTTON | FLAG_RESET_REGISTER,
		.reset = { SPACE_IO, 8, 0, 1, PC_I8042_COMMAND },
		.reset_value = 0xfe,
	};

	acpi_fill(&t.h, "FACP", 6, sizeof(t));
	return acpi_put(vm, &t, sizeof(t));
}

static u64 put_madt(struct vmm *vm)
{
	struct {
		struct acpi_madt m;
		struct madt_ioapic ioapic;
		struct madt_override timer, sci;
		struct madt_lapic cpu[VMM_MAX_VCPUS];
	} PACKED t = {
		.m = { .lapic = PC_LAPIC, .flags = MADT_PC_COMPATIBLE },
		.ioapic = { 1, 12, 0, 0, PC_IOAPIC, 0 },
		.timer = { 2, 10, 0, 0, 2, 0 }, /* the PIT is at pin 2 */
		.sci = { 2, 10, 0, PC_SCI_IRQ, PC_SCI_IRQ,
		         OVERRIDE_HIGH_LEVEL },
	};
	size_t n = sizeof(t) -
	           (size_t)(VMM_MAX_VCPUS - vm->ncpus) * sizeof(t.cpu[0]);

	for (int i = 0; i < vm->ncpus; i++)
		t.cpu[i] = (struct madt_lapic){ 0, 8, (u8)i, (u8)i, 1 };
	acpi_fill(&t.m.h, "APIC", 4, n);
	return acpi_put(vm, &t, n);
}

u64 x86_put_acpi(struct vmm *vm)
{
	struct {
		struct acpi_header h;
		u64 table[2];
	} PACKED xsdt = { 0 };
	struct acpi_rsdp rsdp = { .revision = 2, .length = sizeof(rsdp) };

	next = X86_ACPI + ALIGN_UP(sizeof(rsdp), 16);
	xsdt.table[0] = put_fadt(vm, put_dsdt(vm));
	xsdt.table[1] = put_madt(vm);
	acpi_fill(&xsdt.h, "XSDT", 1, sizeof(xsdt));
	rsdp.xsdt = acpi_put(vm, &xsdt, sizeof(xsdt));
	memcpy(rsdp.signature, "RSD PTR ", 8);
	memcpy(rsdp.oem, "WORLDS", 6);
	rsdp.checksum = acpi_checksum(&rsdp, 20);
	rsdp.checksum_all = acpi_checksum(&rsdp, sizeof(rsdp));
	vmm_put(vm, X86_ACPI, &rsdp, sizeof(rsdp), "ACPI's RSDP");
	return X86_ACPI;
}
