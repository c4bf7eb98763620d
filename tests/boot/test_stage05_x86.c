/*
 * test_stage05_x86.c - the host of stage 05 on x86-64: user programs, what
 * they may not do, and that the host is the same afterwards.
 */
#include "tests/boot/boot.h"

#define RAMFS "--initrd build/x86_64/ramfs.cpio "

static struct boot *host(const char *options, const char *words)
{
	struct boot *b = boot("x86_64/05", options, words);

	expect_status(b, OK);
	expect_no_line(b, "host exception|panic");
	expect_line(b, "pages: ([0-9]+) free before, \\1 after");
	return b;
}

/* Each in a process of its own: killed by the right signal, or lives on. */
Test(stage05_x86, faults)
{
	struct boot *b = host(RAMFS "--cpus 2", ".pages /bin/faults");

	expect_no_line(b, "WRONG");
	b->at = 0;
	expect_line(b, "#GP general protection, .* pc .0x1");
	expect_line(b, "faults: trace_syscall: killed by signal 5");
	expect_line(b, "faults: odd_stack: killed by signal 7");
	expect_line(b, "faults: selectors: lives");
	expect_line(b, "faults: last_syscall: killed by signal 11");
	expect_line(b, "faults: 0 wrong");
}

/* The same ways where the CPU has no SMAP, SMEP and UMIP to help. */
Test(stage05_x86, faults_without_smap)
{
	struct boot *b = host(RAMFS "--model corei7_haswell_4770",
	                      ".pages /bin/faults");

	b->at = 0;
	expect_line(b, "faults: 0 wrong");
}

Test(stage05_x86, hosttest)
{
	struct boot *b = host(RAMFS "--cpus 2", ".pages /bin/hosttest");

	expect_no_line(b, "FAILED|WRONG");
	b->at = 0;
	expect_line(b, "hosttest: threads: passed");
	expect_line(b, "hosttest: limits: passed");
}

/*
 * Interrupted a thousand times a second, and moved, with guests running.  The
 * programs' lines may be mixed: their exit statuses tell.
 */
Test(stage05_x86, moved_about)
{
	host(RAMFS "--cpus 3", ".pages .ticks=1000 .migrate "
	                       "/bin/faults & /bin/vmm --guest /guests/demo & "
	                       "/bin/vmm --guest /guests/demo");
}
