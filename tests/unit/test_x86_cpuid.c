/*
 * test_x86_cpuid.c - which leaves guests may see, and how one is found.
 */
#include "05-full/kvm/x86/cpuid_policy.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

static struct guest_cpuid c;

/* A CPU that has everything; caches in leaf 4 up to index 2. */
static void boastful(u32 leaf, u32 index, u32 out[4])
{
	for (int i = 0; i < 4; i++)
		out[i] = ~0u;
	if (leaf == 4)
		out[0] = index < 3 ? 0x121 : 0;
}

static void supported(void)
{
	memset(&c, 0, sizeof(c));
	c.nent = cpuid_supported(c.entry, CPUID_ENTRIES, boastful, 50000);
	cr_assert_leq(c.nent, CPUID_ENTRIES);
	guest_cpuid_index(&c);
}

TestSuite(cpuid, .init = supported);

Test(cpuid, hides_what_is_not_switched)
{
	const struct kvm_cpuid_entry2 *e = guest_cpuid_exact(&c, 1, 0);

	cr_assert(!(e->ecx & BIT(5)), "VMX");
	cr_assert(!(e->ecx & BIT(26)), "XSAVE");
	cr_assert(!(e->ecx & BIT(28)), "AVX");
	cr_assert(!(e->ecx & BIT(17)), "PCID");
	cr_assert(!(e->ecx & BIT(3)), "MONITOR");
	cr_assert(e->ecx & BIT(21), "x2APIC");
	cr_assert(e->ecx & BIT(31), "hypervisor");
	cr_assert(e->edx & BIT(25), "SSE");
	e = guest_cpuid_exact(&c, 7, 0);
	cr_assert(!(e->ebx & BIT(5)), "AVX2");
	cr_assert(!(e->ebx & BIT(10)), "INVPCID");
	cr_assert_eq(e->edx, 0);
	e = guest_cpuid_exact(&c, 0xd, 0);
	cr_assert_eq(e->eax, 0);
}

Test(cpuid, tells_the_clock)
{
	static const u32 rates[] = { 50000, 49997, 2400003, 3500000, 1193 };
	const struct kvm_cpuid_entry2 *e = guest_cpuid_exact(&c, 0x15, 0);

	for (unsigned i = 0; i < ARRAY_SIZE(rates); i++) {
		s64 khz;

		cpuid_supported(c.entry, CPUID_ENTRIES, boastful, rates[i]);
		/* As Linux does it: kHz, 32 bits. */
		khz = e->ecx / 1000 * e->ebx / e->eax;
		cr_assert_eq((u64)e->ecx / 1000 * e->ebx >> 32, 0);
		cr_assert_leq(llabs(khz - rates[i]), 1 + rates[i] / 100000,
		              "%ld for %u", khz, rates[i]);
	}
}

Test(cpuid, caches_by_index)
{
	cr_assert_eq(guest_cpuid_exact(&c, 4, 2)->index, 2);
	cr_assert_eq(guest_cpuid_exact(&c, 4, 3)->eax, 0);
	cr_assert_null(guest_cpuid_exact(&c, 4, 4));
}

Test(cpuid, beyond_the_last_leaf)
{
	cr_assert_eq(guest_cpuid_find(&c, 0x12345, 0)->function, 0x15);
	cr_assert_null(guest_cpuid_find(&c, 0x13, 0), "in range: zeros");
	cr_assert_eq(guest_cpuid_find(&c, 0x80000077, 0)->function, 0x15);
	cr_assert_null(guest_cpuid_find(&c, 0x40000099, 0));
	cr_assert_eq(guest_cpuid_find(&c, 0x40000000, 0)->ebx, 0x4b4d564b);
}

Test(cpuid, counts_beyond_its_room)
{
	struct kvm_cpuid_entry2 two[2];

	cr_assert_eq(cpuid_supported(two, 2, boastful, 1), c.nent);
	cr_assert_eq(two[1].function, 1);
}

Test(cpuid, empty_table)
{
	c.nent = 0;
	guest_cpuid_index(&c);
	cr_assert_null(guest_cpuid_find(&c, 1, 0));
	cr_assert_null(guest_cpuid_find(&c, 0x80000001, 0));
}
