/*
 * arm64_cpu.c - the registers of the fake Arm CPU, and memory for its tables.
 */
#include "tests/fake/arm64_cpu.h"

#include <stdlib.h>
#include <string.h>

#include "04-arm64-el2/stage2.h"
#include "04-arm64-el2/sysreg_insn.h"
#include "04-arm64-el2/vmid.h"

#define VARIABLE(name) u64 fake_##name;
#define EL12(name, ...) VARIABLE(name##_EL1) VARIABLE(name##_EL12)
#define EL02(name, ...) VARIABLE(name##_EL0) VARIABLE(name##_EL02)
#define SAME(name, ...) VARIABLE(name)
#define HOST(name, ...) VARIABLE(name)
#include "04-arm64-el2/sysregs.def"

long fake_pages, fake_page_limit = 1000000;
unsigned fake_flushes_all, fake_flushes_ipa, fake_vmid_flushes;
u64 fake_flushed_ipa;

void *page_alloc(unsigned n)
{
	void *p;

	if (fake_pages + n > fake_page_limit)
		return NULL;
	p = aligned_alloc(n * PAGE_SIZE, n * PAGE_SIZE);
	fake_pages += n;
	return memset(p, 0, n * PAGE_SIZE);
}

void page_free(void *p, unsigned n)
{
	fake_pages -= n;
	free(p);
}

/* Physical addresses are those of this process: below 2^47 on Linux. */
u64 page_to_phys(const void *p)
{
	return (u64)p;
}

void *page_from_phys(u64 pa)
{
	return (void *)pa;
}

void stage2_flush_ipa(const struct stage2 *s, u64 ipa)
{
	(void)s;
	fake_flushed_ipa = ipa;
	fake_flushes_ipa++;
}

void stage2_flush_all(const struct stage2 *s)
{
	(void)s;
	fake_flushes_all++;
}

void vmid_flush_all(void)
{
	fake_vmid_flushes++;
}
