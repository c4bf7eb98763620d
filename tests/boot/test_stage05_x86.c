/*
 * test_stage05_x86.c - the host of stage 05 on x86-64: user programs, what
 * they may not do, and that the host is the same afterwards.
 */
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>

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

/* No TSC deadline: the APIC's own count is the alarm. */
Test(stage05_x86, faults_with_counted_timer)
{
	struct boot *b = host(RAMFS "--cpus 2 --model core2_penryn_t9600",
	                      ".pages .ticks=500 /bin/faults");

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

/* Our own bugs: noticed, and told so that one can find them. */
Test(stage05_x86, breaks)
{
	static const char *const ways[][2] = {
		{ "stack", "kernel stack overflow: thread [0-9]+ .first." },
		{ "null", "write of address 0x0: no page there" },
		{ "text", "write of address .*: not permitted" },
		{ "constant", "write of address .*: not permitted" },
		{ "data", "execution of address .*: not permitted" },
		{ "frames", "panic: .*frames_free of 0x[0-9a-f]+: no block" },
		{ "schedule", "schedule.. with preemption off, count 1" },
		{ "user", "read of address 0x1.*: not permitted" },
		{ "jump", "execution of address 0x1.*: not permitted" },
	};

	for (unsigned i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
		char words[64];
		struct boot *b;

		snprintf(words, sizeof(words), ".break=%s /bin/hello",
		         ways[i][0]);
		b = boot("x86_64/05", RAMFS, words);
		expect_status(b, FAILED);
		expect_line(b, ways[i][1]);
		expect_line(b, "called from .0x.*stages/05-full");
		expect_line(b, "^stage 05: FAILED: ");
	}
}

/* What is typed comes by interrupts, byte by byte, and wakes the reader. */
Test(stage05_x86, typing_on_bochs)
{
	static const char *const command =
		"command -v bochs-bin >/dev/null || exit 77; "
		"printf 'ab\\001q' | build/tools/emu " RAMFS
		"build/x86_64/stage-05.elf .pages /bin/typist 2>/dev/null";
	char out[4096];
	FILE *f = popen(command, "r");
	size_t n = fread(out, 1, sizeof(out) - 1, f);
	int status = pclose(f);

	if (WEXITSTATUS(status) == 77)
		cr_skip_test("bochs-bin is missing");
	out[n] = 0;
	cr_assert_eq(status, 0, "status 0x%x:\n%s", status, out);
	cr_assert(strstr(out, "typist: 0x61"), "%s", out);
	cr_assert(strstr(out, "typist: 0x01"), "%s", out);
	cr_assert(strstr(out, "typist: 0x71"), "%s", out);
}
