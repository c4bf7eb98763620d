/*
 * tour.c - arm64: the demo guest's exits.
 */
#include "tour.h"
#include "guest.h"
#include "lib/try.h"

#define PSCI_VERSION 0x84000000
#define PSCI_AFFINITY_INFO 0xc4000004
#define SMCCC_NOT_SUPPORTED (~0ul)
#define EC_UNKNOWN 0
#define EC_ABORT 0x25 /* data abort, same level */
#define EC_FETCH 0x21

static void read_el2(void)
{
	read_hcr();
}

static void read_nowhere(void)
{
	/* Behind the memory that a guest can have: no device, no RAM. */
	mmio_read64(0x08020000);
}

void demo_arch(void)
{
	demo_check("HVC: PSCI's version", hvc(PSCI_VERSION, 0) >= 2);
	demo_check("HVC: this CPU is on", hvc(PSCI_AFFINITY_INFO, 0) == 0);
	demo_check("HVC: unknown function",
	           hvc(0x8400ffff, 0) == SMCCC_NOT_SUPPORTED);
	demo_check("EL2's register: undefined",
	           guest_try(read_el2) == EC_UNKNOWN);
	demo_check("no device there: all ones, or an abort",
	           guest_try(read_nowhere) == -1);
	mmio_write_post(TESTDEV_PAGE + TESTDEV_BYTES, 0x77);
	demo_check("MMIO in two halves",
	           mmio_read8(TESTDEV_PAGE + TESTDEV_BYTES) == 0x77);
	demo_check("ID register: trapped and answered", read_isar0() != 0);
}
