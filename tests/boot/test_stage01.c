/*
 * test_stage01.c - VMXON: into VMX operation, and every reason why not.
 */
#include "tests/boot/boot.h"

Test(stage01, two_cpus_enter_and_leave)
{
	struct boot *b = boot("01", "--cpus 2", NULL);

	expect_status(b, OK);
	expect_line(b, "2 CPUs");
	expect_line(b, "CPU [01]: VMXON done, in VMX root operation");
	expect_line(b, "CPU [01]: VMXON done, in VMX root operation");
	expect_line(b, "CPU [01]: VMXOFF done");
	expect_line(b, "stage 01: ok");
	expect_no_line(b, "but the manual says");
}

Test(stage01, four_cpus)
{
	struct boot *b = boot("01", "--cpus 4", NULL);

	expect_status(b, OK);
	expect_line(b, "4 CPUs");
}

/* The values are those that bochs.md recorded for the model. */
Test(stage01, capabilities_by_name)
{
	struct boot *b = boot("01", "--cpus 1", NULL);

	expect_status(b, OK);
	expect_line(b, "IA32_VMX_BASIC +0x480 +00d810000000002b");
	expect_line(b, "revision 0x2b, regions of 4096 bytes");
	expect_line(b, "\\* external-interrupt exiting");
	expect_line(b, "- monitor trap flag");
	expect_line(b, "\\* 1 GiB pages");
}

Test(stage01, vmxon_failures_decoded)
{
	struct boot *b = boot("01", "--cpus 1", NULL);

	expect_line(b, "CR4.VMXE is 0 +#UD invalid opcode");
	expect_line(b, "CR0.NE is 0.* +#GP general protection");
	expect_line(b, "page is not mapped +#PF page fault");
	expect_line(b, "not page-aligned +VMfailInvalid");
	expect_line(b, "another revision +VMfailInvalid");
	expect_line(b, "in VMX operation already.* +VMfailInvalid");
}

Test(stage01, other_cpu_models)
{
	expect_status(boot("01", "--cpus 1 --model corei7_haswell_4770", NULL),
	              OK);
	expect_status(boot("01", "--cpus 1 --model corei7_icelake_u", NULL),
	              OK);
}

Test(stage01, no_vmx_in_the_cpu_model)
{
	struct boot *b =
		boot("01", "--cpus 1 --model p4_prescott_celeron_336", NULL);

	expect_status(b, FAILED);
	expect_line(b, "stage 01: FAILED: this CPU has no VMX");
}

/* Said by 32-bit code: going on would end in a triple fault. */
Test(stage01, no_64_bit_mode)
{
	struct boot *b = boot("01", "--cpus 1 --model pentium", NULL);

	expect_status(b, FAILED);
	expect_line(b, "^stage 01: FAILED: this CPU has no 64-bit mode");
}

Test(stage01, too_little_memory)
{
	struct boot *b = boot("01", "--cpus 1 --mem 16", NULL);

	expect_status(b, FAILED);
	expect_line(b, "FAILED: 15 MiB of memory are too few; 24 are needed");
}

Test(stage01, host_exception_with_file_and_line)
{
	struct boot *b = boot("01", "--cpus 1", "crash");

	expect_status(b, FAILED);
	expect_line(b, "host exception 6, #UD invalid opcode");
	expect_line(b, "at \\[0x[0-9a-f]+\\].*(ud2|provoke).*stages/01-vmxon/"
	               "[a-z]+\\.[ch]:[0-9]+.*boot_main");
	expect_line(b, "called from .*boot_entry64 stages/01-vmxon/boot.S");
	expect_line(b, "FAILED: host exception #UD");
}

/* Four reports mixed could not be read: the first one is printed. */
Test(stage01, cpus_that_die_together)
{
	struct boot *b = boot("01", "--cpus 4", "crash-all");

	expect_status(b, FAILED);
	expect_line(b, "^CPU [0-3]: host exception 6, #UD invalid opcode$");
	expect_line(
		b, "^  rax [0-9a-f]{16}  rbx [0-9a-f]{16}  rcx [0-9a-f]{16}$");
	expect_line(b, "^  r15 [0-9a-f]{16}  cs 0008  ss 0010  rflags ");
	expect_line(b,
	            "^stage 01: FAILED: host exception #UD invalid opcode$");
	cr_assert_null(
		strstr(strstr(b->out, "exception 6") + 1, "exception 6"));
}
