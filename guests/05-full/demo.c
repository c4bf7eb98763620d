/*
 * demo.c - a tour of the ways out of a guest: each is tried and checked.
 */
#include "guest.h"
#include "lib/try.h"
#include "tour.h"

static int failures;

void demo_check(const char *what, bool good)
{
	printk("  %s %s\n", good ? "ok    " : "FAILED", what);
	failures += !good;
}

/* Bytes that were written can be read, in all sizes and mixed. */
static void memory_mapped(void)
{
	u64 at = TESTDEV_PAGE + TESTDEV_BYTES;
	s64 loaded;

	mmio_write8(at, 0x11);
	demo_check("MMIO, 1 byte", mmio_read8(at) == 0x11);
	mmio_write16(at, 0x3322);
	demo_check("MMIO, 2 bytes", mmio_read16(at) == 0x3322);
	mmio_write32(at, 0x77665544);
	demo_check("MMIO, 4 bytes", mmio_read32(at) == 0x77665544);
	mmio_write64(at, 0xffeeddccbbaa9988);
	demo_check("MMIO, 8 bytes", mmio_read64(at) == 0xffeeddccbbaa9988);
	demo_check("MMIO, 2 of these", mmio_read16(at + 2) == 0xbbaa);
	/* QEMU 7.2 does not say SSE in its syndromes: then zero-extended. */
	loaded = mmio_read_signed8(at);
	demo_check("MMIO, a signed load",
	           loaded == -0x78 || loaded == GUEST_SIGNED_LOAD_OF_88);
	demo_check("where no device is, all ones",
	           mmio_read32(TESTDEV_PAGE + PAGE_SIZE) == 0xffffffff);
}

static void argument(void)
{
	char text[40] = "";

	for (size_t i = 0; i + 1 < sizeof(text); i++)
		if (!(text[i] = (char)testdev_read(TESTDEV_ARG, 1)))
			break;
	printk("  --append says \"%s\"\n", text);
}

int guest_main(void)
{
	printk("a small guest on " GUEST_ARCH "\n");
	guest_catch_exceptions();
	argument();
	memory_mapped();
	demo_arch();
	printk(failures ? "%d things went wrong\n" : "all is well\n",
	       failures);
	return failures != 0;
}
