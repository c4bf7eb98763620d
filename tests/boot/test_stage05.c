/*
 * test_stage05.c - the host: programs, their ends, what they may not do.
 *
 * hosttest and faults find out by themselves what is wrong (user/hosttest,
 * user/faults); here it counts that they end well on every CPU, with threads
 * interrupted and moved, and that no page is lost.
 */
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>

#include "tests/boot/boot.h"

#define ARM "--cpus 2 --initrd build/arm64/ramfs.cpio "

static struct boot *run_arm(const char *options, const char *words)
{
	char all[256];

	snprintf(all, sizeof(all), ARM "%s", options);
	return boot("arm64/05", all, words);
}

static void all_is_well(const char *options, const char *words)
{
	struct boot *b = run_arm(options, words);

	expect_status(b, OK);
	expect_line(b, "^stage 05: ok");
}

Test(stage05_host, hello)
{
	struct boot *b = run_arm("", "/bin/hello you");

	expect_status(b, OK);
	expect_line(b, "hello from process [0-9]+ you");
	expect_line(b, "^stage 05: ok");
}

Test(stage05_host, hosttest)
{
	struct boot *b = run_arm("", ".pages /bin/hosttest");

	expect_status(b, OK);
	expect_line(b, "hosttest: limits: passed");
	expect_line(b, "pages: ([0-9]+) free before, [0-9]+ after");
}

Test(stage05_host, hosttest_on_other_machines)
{
	all_is_well("--model max", ".pages /bin/hosttest");
	all_is_well("--qemu-arg -smp --qemu-arg 1", ".pages /bin/hosttest");
	all_is_well(
		"--qemu-arg -smp --qemu-arg 4 --qemu-arg -m --qemu-arg 128",
		".pages /bin/hosttest");
}

Test(stage05_host, interrupted_and_moved)
{
	all_is_well("", ".pages .ticks=1000 .migrate /bin/hosttest");
	/* Often enough to come between two steps of a thread's end. */
	all_is_well("--cpus 2 ", ".pages .ticks=5000 .migrate /bin/hosttest");
	all_is_well("", ".pages .ticks=1000 .migrate /bin/faults & /bin/faults"
	                " & /bin/hosttest threads & /bin/hosttest files");
}

Test(stage05_host, faults)
{
	struct boot *b = run_arm("", ".pages /bin/faults");

	expect_status(b, OK);
	expect_line(b, "faults: read-kernel: killed by signal 11");
	expect_line(b, "faults: stack-overflow: killed by signal 11");
	expect_line(b, "faults: 0 wrong");
}

/* The verdict says how a program ended. */
Test(stage05_host, verdicts)
{
	struct boot *b = run_arm("", "/bin/hello ; /bin/nothing");

	expect_status(b, FAILED);
	expect_line(b, "hello from process");
	expect_line(b, "/bin/nothing: cannot start: .*not in the ramfs");
	expect_line(b, "^stage 05: FAILED: cannot start /bin/nothing");
	b = run_arm("", "/bin/vmm --no-such-option");
	expect_status(b, FAILED);
	expect_line(b, "^stage 05: FAILED: /bin/vmm exited with [1-9]");
	b = run_arm("", ".nonsense /bin/hello");
	expect_status(b, FAILED);
	expect_line(b, "FAILED: unknown word .nonsense");
}

/* No initrd, or half of one: a sentence, not a panic. */
Test(stage05_host, damaged_archive)
{
	struct boot *b = boot("arm64/05", "--cpus 2", "/bin/hello");

	expect_status(b, FAILED);
	expect_line(b, "cannot start /bin/hello");
	b = boot("arm64/05", "--cpus 2 --initrd tests/boot/boot.c",
	         "/bin/hello");
	expect_status(b, FAILED);
	expect_line(b, "ramfs: the initrd is damaged at byte 0");
}

/* Our own bugs: noticed, and told so that one can find them. */
Test(stage05_host, breaks)
{
	static const char *const ways[][2] = {
		{ "stack", "kernel stack overflow: thread [0-9]+ .first." },
		{ "null", "data abort from this level: write: translation" },
		{ "text", "data abort from this level: write: permission" },
		{ "constant",
		  "data abort from this level: write: permission" },
		{ "data", "instruction abort from this level: permission" },
		{ "frames", "panic: .*frames_free of 0x[0-9a-f]+: no block" },
		{ "schedule", "schedule.. with preemption off, count 1" },
		{ "user", "data abort from this level: read: permission" },
		{ "jump", "instruction abort from this level: permission" },
	};

	for (unsigned i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
		char words[64];
		struct boot *b;

		snprintf(words, sizeof(words), ".break=%s /bin/hello",
		         ways[i][0]);
		b = run_arm("", words);
		expect_status(b, FAILED);
		expect_line(b, ways[i][1]);
		expect_line(b, "^stage 05: FAILED: panic");
	}
}

/* What is typed comes by interrupts, byte by byte, and wakes the reader. */
Test(stage05_host, typing)
{
	static const char *const command =
		"command -v qemu-system-aarch64 >/dev/null || exit 77; "
		"printf 'ab\\001q' | build/tools/emu " ARM
		"build/arm64/stage-05.elf .pages /bin/typist 2>/dev/null";
	char out[4096];
	FILE *f = popen(command, "r");
	size_t n = fread(out, 1, sizeof(out) - 1, f);
	int status = pclose(f);

	if (WEXITSTATUS(status) == 77)
		cr_skip_test("qemu-system-aarch64 is missing");
	out[n] = 0;
	cr_assert_eq(status, 0, "status 0x%x:\n%s", status, out);
	cr_assert(strstr(out, "typist: 0x61"), "%s", out);
	cr_assert(strstr(out, "typist: 0x01"), "%s", out);
	cr_assert(strstr(out, "typist: 0x71"), "%s", out);
}
