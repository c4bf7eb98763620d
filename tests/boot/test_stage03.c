/*
 * test_stage03.c - the world switch: guests, events, failures, canaries.
 */
#include "tests/boot/boot.h"

Test(stage03, demo)
{
	struct boot *b = boot("03", "--cpus 1", "demo");

	expect_status(b, OK);
	expect_line(b, "guest: hello from VMX non-root operation");
	expect_line(b, "guest: and this line was one REP OUTSB");
	expect_line(b, "guest: CPUID says that I run on World Switch");
	expect_line(b, "guest writes gpa 0x3f000000");
	expect_line(b, "memory that I reached for is there now");
	expect_line(b, "guest: hello from real mode");
	expect_line(b, "guest: INT 0x40 came through");
	expect_line(b, "guest: now in protected mode");
	expect_line(b, "guest: now in 64-bit mode");
	expect_line(b, "guest: and back in real mode");
}

Test(stage03, ept_pages_of_every_size)
{
	struct boot *b = boot("03", "--cpus 1", "demo");

	expect_line(b, "one 1 GiB page, read-only: the guest reads");
	expect_line(b, "4 KiB unmapped, INVEPT: reading it is an EPT");
	expect_line(b, "one 2 MiB page, read-only: the guest reads");
	expect_line(b, "one 4 KiB page, read-only: the guest reads");
}

Test(stage03, events)
{
	struct boot *b = boot("03", "--cpus 1", "demo");

	expect_line(b, "took vector 65, error code 0x0");
	expect_line(b, "wait for the interrupt-window exit");
	expect_line(b, "took vector 13, error code 0x1234");
	expect_line(b, "took vector 2,");
	expect_line(b, "wait for the NMI-window exit");
	expect_line(b, "stopped by the VMX-preemption timer");
	expect_line(b, "the host took [1-9][0-9]* timer interrupts");
}

Test(stage03, failed_entries_are_named)
{
	struct boot *b = boot("03", "--cpus 1", "demo");

	expect_line(b, "VMRESUME of a VMCS that is clear: error 5");
	expect_line(b, "VMLAUNCH of a VMCS that is launched: error 4");
	expect_line(b, "exit reason 0x80000021");
	expect_line(b, "VMLAUNCH without a current VMCS: VMfailInvalid");
	expect_line(b, "exit reason 2, triple fault");
}

Test(stage03, the_checker_explains_a_refused_guest)
{
	struct boot *b = boot("03", "--cpus 1", "demo");

	expect_line(b, "the entry checker: GUEST_RFLAGS = 0x[0-9a-f]+: bit 1");
}

Test(stage03, a_guest_that_nobody_stops)
{
	struct boot *b = boot("03", "--cpus 1 --timeout 5", "loop");

	expect_status(b, TIMEOUT);
	expect_line(b, "loops for ever, and nobody stops it");
	expect_message(b, "time limit");
	expect_message(b, "CPU 0 was at 0x4001000");
}

/* Every kind of exit, 2000 rounds each, on two CPUs at the same time. */
Test(stage03, canaries)
{
	struct boot *b = boot("03", "--cpus 2 --timeout 240", "canary");
	int kinds = 0;

	expect_status(b, OK);
	expect_line(b, "Canaries on 2 CPUs at the same time");
	while (boot_find(b, "^  [^ ].* +[0-9]+ exits$"))
		kinds++;
	cr_assert_geq(kinds, 20, "%d kinds of exit", kinds);
	expect_no_line(b, "skipped");
}

Test(stage03, canaries_on_a_cpu_without_newer_features)
{
	struct boot *b =
		boot("03", "--cpus 2 --model corei7_haswell_4770", "quick");

	expect_status(b, OK);
	expect_line(b, "nothing changed on either side");
}

/* Sandy Bridge has no 1 GiB pages: not in EPT, nor for a guest's own tables. */
Test(stage03, a_cpu_without_1_gib_pages)
{
	struct boot *b = boot(
		"03", "--cpus 1 --model corei7_sandy_bridge_2600k", "demo");

	expect_status(b, OK);
	expect_line(b, "guest: now in 64-bit mode");
	expect_no_line(b, "one 1 GiB page");
}

/* DESIGN 11: the line that scripts rely on, and the target. */
Test(stage03, cost)
{
	struct boot *b = boot("03", "--cpus 1", "demo");
	long long ours;

	ours = boot_number(b, "^bench x86_64 inkernel ours=([0-9]+) kvm=960 "
	                      "\\(recorded\\) ratio=0\\.[0-9]{2}$");
	cr_assert_leq(ours, 150, "a CPUID round trip took %lld ticks", ours);
}
