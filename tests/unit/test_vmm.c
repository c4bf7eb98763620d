/*
 * test_vmm.c - the VMM's pure parts: ELF files, the UART, the bus, dates.
 */
#include <criterion/criterion.h>
#include <linux/elf.h>
#include <string.h>

#include "05-full/vmm/bus.h"
#include "05-full/vmm/elf.h"
#include "05-full/vmm/uart16550.h"
#include "05-full/vmm/x86/pc.h"

/* --- ELF ---------------------------------------------------------------- */

static struct {
	Elf64_Ehdr h;
	Elf64_Phdr p[2];
	struct {
		Elf64_Nhdr n;
		char name[16];
	} note;
	u8 text[16];
} program;

static void make_program(void)
{
	memset(&program, 0, sizeof(program));
	memcpy(program.h.e_ident, ELFMAG, SELFMAG);
	program.h.e_ident[EI_CLASS] = ELFCLASS64;
	program.h.e_ident[EI_DATA] = ELFDATA2LSB;
	program.h.e_machine = EM_X86_64;
	program.h.e_entry = 0xffffffff80000004;
	program.h.e_phoff = sizeof(program.h);
	program.h.e_phnum = 2;
	program.h.e_phentsize = sizeof(program.p[0]);
	program.p[0] = (Elf64_Phdr){
		.p_type = PT_LOAD,
		.p_offset = offsetof(typeof(program), text),
		.p_vaddr = 0xffffffff80000000,
		.p_paddr = 0x100000,
		.p_filesz = 16,
		.p_memsz = 64,
	};
	program.p[1] = (Elf64_Phdr){
		.p_type = PT_NOTE,
		.p_offset = offsetof(typeof(program), note),
		.p_filesz = sizeof(program.note),
	};
	program.note.n = (Elf64_Nhdr){ .n_namesz = 13 };
	strcpy(program.note.name, "World Switch");
}

Test(vmm_elf, a_program)
{
	struct elf_segment s;
	struct elf_file e;

	make_program();
	cr_assert_null(elf_open(&e, &program, sizeof(program)));
	cr_assert(e.is64 && e.machine == ELF_X86_64);
	cr_assert_eq(elf_segment(&e, 0, &s), 1);
	cr_assert(s.paddr == 0x100000 && s.filesz == 16 && s.memsz == 64);
	cr_assert_eq(elf_segment(&e, 1, &s), 0);
	cr_assert(elf_has_note(&e, "World Switch"));
	cr_assert_not(elf_has_note(&e, "World Switc"));
	cr_assert_eq(elf_to_physical(&e, e.entry), 0x100004);
	cr_assert_eq(elf_to_physical(&e, 0x5000), 0x5000);
}

Test(vmm_elf, broken_ones)
{
	struct elf_segment s;
	struct elf_file e;

	make_program();
	for (size_t n = 0; n < sizeof(program.h) + sizeof(program.p); n++)
		cr_assert_not_null(elf_open(&e, &program, n), "%zu bytes", n);
	program.p[0].p_offset = ~0ul;
	elf_open(&e, &program, sizeof(program));
	cr_assert_eq(elf_segment(&e, 0, &s), -1);
	make_program();
	program.p[0].p_filesz = 100; /* more than memsz */
	elf_open(&e, &program, sizeof(program));
	cr_assert_eq(elf_segment(&e, 0, &s), -1);
	make_program();
	program.p[0].p_memsz = ~0ul; /* wraps */
	elf_open(&e, &program, sizeof(program));
	cr_assert_eq(elf_segment(&e, 0, &s), -1);
	make_program();
	program.note.n.n_namesz = ~0u;
	elf_open(&e, &program, sizeof(program));
	cr_assert_not(elf_has_note(&e, "World Switch"));
	make_program();
	program.p[1].p_filesz = 8; /* the note is cut off */
	elf_open(&e, &program, sizeof(program));
	cr_assert_not(elf_has_note(&e, "World Switch"));
	make_program();
	program.h.e_phoff = ~0ul;
	cr_assert_not_null(elf_open(&e, &program, sizeof(program)));
}

/* --- UART ----------------------------------------------------------------- */

static char sent[256];
static size_t sent_count;
static int interrupts;
static bool line;

static void take(void *ctx, u8 c)
{
	(void)ctx;
	sent[sent_count++] = (char)c;
}

static void pin(void *ctx, bool level)
{
	(void)ctx;
	cr_assert_neq(level, line, "only when it changes");
	line = level;
	interrupts += level;
}

static struct uart16550 uart = { .transmit = take, .interrupt = pin };
enum { DATA, IER, IIR, LCR, MCR, LSR, MSR, SCR };

Test(vmm_uart, transmits)
{
	uart16550_write(&uart, DATA, 'a');
	cr_assert(sent_count == 1 && sent[0] == 'a');
	cr_assert_eq(interrupts, 0);
	cr_assert_eq(uart16550_read(&uart, LSR), 0x60);
	uart16550_write(&uart, IER, 2); /* empty: told at once */
	cr_assert(line);
	cr_assert_eq(uart16550_read(&uart, IIR), 0x02);
	cr_assert_not(line, "reading IIR answers it");
	cr_assert_eq(uart16550_read(&uart, IIR), 0x01);
	uart16550_write(&uart, DATA, 'b');
	cr_assert(line);
	uart16550_write(&uart, IER, 0);
	cr_assert_not(line);
}

Test(vmm_uart, receives)
{
	u8 many[UART_FIFO + 100];

	memset(many, 'x', sizeof(many));
	uart16550_write(&uart, IER, 1);
	cr_assert_eq(uart16550_receive(&uart, (const u8 *)"ab", 2), 2);
	cr_assert(line);
	cr_assert_eq(uart16550_read(&uart, IIR), 0x04);
	cr_assert_eq(uart16550_read(&uart, LSR), 0x61);
	cr_assert_eq(uart16550_read(&uart, DATA), 'a');
	cr_assert(line, "one more");
	cr_assert_eq(uart16550_read(&uart, DATA), 'b');
	cr_assert_not(line);
	cr_assert_eq(uart16550_receive(&uart, many, sizeof(many)), UART_FIFO);
	uart16550_write(&uart, IIR, 0x02); /* FCR: clear the receiver */
	cr_assert_not(line);
	cr_assert_eq(uart16550_read(&uart, LSR), 0x60);
}

static size_t type(const char *text)
{
	return uart16550_receive(&uart, (const u8 *)text, strlen(text));
}

/* What Linux's driver does at its start, and what a real UART loses by it. */
Test(vmm_uart, what_is_typed_early_waits)
{
	cr_assert_eq(type("ls\n"), 3);
	cr_assert_eq(uart16550_read(&uart, LSR), 0x60, "nobody has asked");
	uart16550_write(&uart, IER, 0x0f); /* is there a UART? */
	cr_assert_eq(uart16550_read(&uart, IER), 0x0f);
	uart16550_write(&uart, IER, 0);
	uart16550_write(&uart, IIR, 7); /* FCR: clear both FIFOs */
	uart16550_read(&uart, LSR);
	uart16550_read(&uart, DATA);
	cr_assert_eq(uart16550_read(&uart, IIR), 0xc1);
	cr_assert_not(line);
	uart16550_write(&uart, IER, 5); /* now it is in use */
	cr_assert(line);
	cr_assert_eq(uart16550_read(&uart, IIR), 0xc4);
	uart16550_write(&uart, IER, 0); /* while the interrupt is served */
	cr_assert_eq(uart16550_read(&uart, LSR), 0x61);
	cr_assert_eq(uart16550_read(&uart, DATA), 'l');
	cr_assert_eq(uart16550_read(&uart, DATA), 's');
	cr_assert_eq(uart16550_read(&uart, DATA), '\n');
	cr_assert_eq(uart16550_read(&uart, LSR), 0x60);
}

/* Without the interrupt, by looking; to look before each byte sent is not. */
Test(vmm_uart, who_polls_listens)
{
	cr_assert_eq(type("x"), 1);
	for (int i = 0; i < 50; i++) {
		cr_assert_eq(uart16550_read(&uart, LSR), 0x60);
		uart16550_write(&uart, DATA, '.');
	}
	for (int i = 0; i < 20; i++)
		uart16550_read(&uart, LSR);
	cr_assert_eq(uart16550_read(&uart, LSR), 0x61);
	cr_assert_eq(uart16550_read(&uart, DATA), 'x');
}

Test(vmm_uart, loopback_is_between_the_guest_and_itself)
{
	uart16550_write(&uart, MCR, 0x10);
	cr_assert_eq(type("ab"), 2);
	cr_assert_eq(uart16550_read(&uart, LSR), 0x60);
	uart16550_write(&uart, DATA, 'z');
	cr_assert_eq(uart16550_read(&uart, LSR), 0x61);
	cr_assert_eq(uart16550_read(&uart, DATA), 'z');
	cr_assert_eq(uart16550_read(&uart, LSR), 0x60);
	uart16550_write(&uart, MCR, 0);
	uart16550_write(&uart, IER, 1);
	cr_assert_eq(uart16550_read(&uart, DATA), 'a');
}

Test(vmm_uart, registers)
{
	uart16550_write(&uart, LCR, 0x83);
	uart16550_write(&uart, DATA, 0x34);
	uart16550_write(&uart, IER, 0x12);
	cr_assert_eq(uart16550_read(&uart, DATA), 0x34);
	cr_assert_eq(uart16550_read(&uart, IER), 0x12);
	cr_assert_eq(sent_count, 0);
	uart16550_write(&uart, LCR, 3);
	cr_assert_eq(uart16550_read(&uart, IER), 0);
	uart16550_write(&uart, SCR, 0x5a);
	cr_assert_eq(uart16550_read(&uart, SCR), 0x5a);
	uart16550_write(&uart, IIR, 1);
	cr_assert_eq(uart16550_read(&uart, IIR), 0xc1, "a 16550A");
}

Test(vmm_uart, loopback)
{
	uart16550_write(&uart, MCR, 0x10 | 0x0a);
	cr_assert_eq(uart16550_read(&uart, MSR) & 0xf0, 0x90);
	uart16550_write(&uart, DATA, 'z');
	cr_assert_eq(sent_count, 0);
	cr_assert_eq(uart16550_read(&uart, DATA), 'z');
}

/* --- bus -------------------------------------------------------------------- */

static u64 last_value, last_offset;

static u64 device_read(void *ctx, u64 offset, unsigned size)
{
	(void)ctx;
	(void)size;
	last_offset = offset;
	return 0x1122334455667788;
}

static void device_write(void *ctx, u64 offset, unsigned size, u64 value)
{
	(void)ctx;
	(void)size;
	last_offset = offset;
	last_value = value;
}

Test(vmm_bus, finds_devices)
{
	static const struct bus_device d = { .base = 0x1000,
		                             .size = 16,
		                             .read = device_read,
		                             .write = device_write };
	u8 data[9] = { 1, 2, 3, 4, 5, 6, 7, 8, 0x77 };

	bus_add(BUS_MEMORY, &d);
	for (unsigned n = 1; n <= 8; n++) {
		cr_assert(bus_access(BUS_MEMORY, 0x1004, data, n, true));
		cr_assert_eq(last_value,
		             0x0807060504030201 & (~0ul >> (64 - 8 * n)));
	}
	cr_assert(bus_access(BUS_MEMORY, 0x1008, data, 8, false));
	cr_assert_eq(last_offset, 8);
	cr_assert(data[0] == 0x88 && data[7] == 0x11 && data[8] == 0x77);
	/* Over its end, before it, elsewhere: all ones. */
	cr_assert_not(bus_access(BUS_MEMORY, 0x100c, data, 8, false));
	cr_assert_not(bus_access(BUS_MEMORY, 0xfff, data, 1, false));
	cr_assert_not(bus_access(BUS_PORTS, 0x1000, data, 4, false));
	cr_assert(data[0] == 0xff && data[7] == 0xff && data[8] == 0x77);
	cr_assert_not(bus_access(BUS_MEMORY, 0x1000, data, 9, false));
	cr_assert_not(bus_access(BUS_MEMORY, ~0ul, data, 8, true));
}

/* --- dates -------------------------------------------------------------------- */

static void check_date(u64 seconds, u64 year, u64 month, u64 day, u64 weekday)
{
	struct pc_date d;

	pc_date(&d, seconds);
	cr_expect(d.year == year && d.month == month && d.day == day &&
	                  d.weekday == weekday,
	          "%lu: %lu-%lu-%lu, weekday %lu", seconds, d.year, d.month,
	          d.day, d.weekday);
	cr_expect_eq(d.hour * 3600 + d.minute * 60 + d.second,
	             seconds % 86400);
}

Test(vmm_date, known_days)
{
	check_date(0, 1970, 1, 1, 5);
	check_date(951782400, 2000, 2, 29, 3);
	check_date(951868800, 2000, 3, 1, 4);
	check_date(1735689599, 2024, 12, 31, 3);
	check_date(1735689600, 2025, 1, 1, 4);
	check_date(4107542400, 2100, 3, 1, 2);
}
