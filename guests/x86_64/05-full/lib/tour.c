/*
 * tour.c - x86: the demo guest's exits.
 */
#include "tour.h"
#include "guest.h"
#include "lib/try.h"

#define MSR_LSTAR 0xc0000082
#define MSR_NONE 0x12345
#define HYPERVISOR BIT(31)
#define VECTOR_GP 13
#define VECTOR_UD 6

static void ports(void)
{
	u16 at = TESTDEV_PORT + TESTDEV_BYTES;

	out8(at, 0x5a);
	demo_check("port, 1 byte", in8(at) == 0x5a);
	out16(at, 0x1234);
	demo_check("port, 2 bytes", in16(at) == 0x1234);
	out32(at, 0xdeadbeef);
	demo_check("port, 4 bytes", in32(at) == 0xdeadbeef);
}

static void strings(void)
{
	static u8 from[2 * PAGE_SIZE], to[2 * PAGE_SIZE];
	u8 *a = from + PAGE_SIZE - 300, *b = to + PAGE_SIZE - 300;

	for (size_t i = 0; i < 600; i++)
		a[i] = (u8)(i * 7 + 1);
	outs8(TESTDEV_PORT + TESTDEV_FIFO, a, 600);
	ins8(TESTDEV_PORT + TESTDEV_FIFO, b, 600);
	demo_check("REP OUTSB, REP INSB, over a page's end",
	           !memcmp(a, b, 600));
	memset(b, 0, 600);
	outs32(TESTDEV_PORT + TESTDEV_FIFO, a, 150);
	ins32(TESTDEV_PORT + TESTDEV_FIFO, b, 150);
	demo_check("REP OUTSD, REP INSD", !memcmp(a, b, 600));
}

static void read_no_msr(void)
{
	rdmsr(MSR_NONE);
}

void demo_arch(void)
{
	struct cpuid c = cpuid(0x40000000, 0);

	ports();
	strings();
	demo_check("CPUID: there is a hypervisor",
	           cpuid(1, 0).ecx & HYPERVISOR);
	demo_check("CPUID: its name", c.eax >= 0x40000000 && c.ebx != 0);
	wrmsr(MSR_LSTAR, 0x123456789a);
	demo_check("WRMSR, RDMSR", rdmsr(MSR_LSTAR) == 0x123456789a);
	demo_check("RDMSR of none: #GP", guest_try(read_no_msr) == VECTOR_GP);
	write_cr4(read_cr4() | BIT(9));
	demo_check("CR4.OSFXSR", read_cr4() & BIT(9));
	mmio_write32(TESTDEV_PAGE + PAGE_SIZE - 2, 0x44332211);
	demo_check("MMIO over a page's end",
	           mmio_read32(TESTDEV_PAGE + PAGE_SIZE - 2) >> 16 == 0xffff);
}
