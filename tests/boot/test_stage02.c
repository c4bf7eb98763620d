/*
 * test_stage02.c - stage 02 in the emulator: the VMCS by name, and the entry
 * checker held against the CPU.
 */
#include "tests/boot/boot.h"

Test(stage02, shows_it_all_and_ends_ok)
{
	static const char *const errors[] = {
		"VMCLEAR, address not aligned +error 2:",
		"VMCLEAR of the VMXON region +error 3:",
		"VMPTRLD, address not aligned +error 9:",
		"VMPTRLD of the VMXON region +error 10:",
		"VMPTRLD of an empty page +error 11:",
		"VMREAD of encoding 0x7ffe +error 12:",
		"VMXON in VMX operation +error 15:",
		"INVEPT of type 99 +error 28:",
		"VMREAD of GUEST_RIP +VMfailInvalid",
	};
	struct boot *b = boot("02", "--cpus 1", NULL);

	expect_status(b, OK);
	expect_line(b, "after VMPTRLD of B +the current VMCS is: 0x");
	expect_line(b, "GUEST_ES_SELECTOR of A is still 0xaa");

	/* The dump: names, values, words. */
	expect_line(b,
	            "VM_ENTRY_CONTROLS .* load debug controls, IA-32e mode");
	expect_line(b, "GUEST_CS .*code, readable, accessed, DPL 0, 64-bit");
	expect_line(b, "GUEST_CR0 +[0-9a-f]+ +PE ET NE PG");
	expect_line(b, "HOST_RIP +[0-9a-f]+$");

	expect_line(b, "tries its [0-9]+ rules: 0 broken");
	expect_line(b, "The CPU: success: the guest runs, until exit 18");
	expect_line(b, "VMRESUME of a clear VMCS +error 5:");
	expect_line(b, "right after a MOV SS +error 26:");
	expect_line(b, "VMLAUNCH again +error 4:");
	for (unsigned i = 0; i < sizeof(errors) / sizeof(errors[0]); i++)
		expect_line(b, errors[i]);
	expect_line(b, "^stage 02: ok$");
}

/* The CPU's answer equals the checker's prediction, in all four kinds. */
Test(stage02, checker_and_cpu_agree)
{
	struct boot *b = boot("02", "--cpus 1", "all");

	expect_line(b, "^  error 7 .*\"NMI-window exiting\" needs");
	expect_line(b, "^  error 8 .*HOST_CR4 = ");
	expect_line(b, "^  exit 33 .*GUEST_RFLAGS = 0x0: bit 1 of RFLAGS");
	expect_line(b, "^  exit 33:4 VMCS_LINK_POINTER = ");
	expect_line(b, "^  exit 33:2 GUEST_PDPTE0 = ");
	expect_line(b, "^  exit 34:2 entry 2 \\(MSR 0xc0000100 = 0x0\\)");
	cr_expect_geq(boot_number(b, "^([0-9]+) violations provoked"), 200);
	expect_line(b, " 0 unknown ones");
	expect_no_line(b, "NOT KNOWN");
	expect_line(b, "^stage 02: ok$");
}

/* A model with other controls: MTF, CET, event error codes left free. */
Test(stage02, checker_and_tigerlake_agree)
{
	struct boot *b = boot("02", "--cpus 1 --model tigerlake", NULL);

	expect_status(b, OK);
	cr_expect_geq(boot_number(b, "^([0-9]+) violations provoked"), 200);
	expect_line(b, " 0 unknown ones");
}
