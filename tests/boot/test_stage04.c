/*
 * test_stage04.c - EL2 with VHE: exits, canaries, panics, unfit machines.
 */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/boot/boot.h"

#define COUNTED "--qemu-arg -icount --qemu-arg shift=0,sleep=off "

/*
 * The whole transcript, on both reference CPUs; by instruction count, so that
 * it does not depend on how busy this machine is.
 */
static void whole(const char *options, const char *bits)
{
	struct boot *b = boot("04", options, NULL);

	expect_status(b, OK);
	expect_line(b, "machine: 2 CPUs, 256 MB");
	expect_line(b, "E2H=1, EL2 is a host; TGE=1");
	expect_line(b, "exit at .*: HVC #0 -> done");
	expect_line(b, "exit at .*: SMC #0 -> done, next");
	expect_line(b, "exit at .*: MRS of LORSA_EL1 -> an exception");
	expect_line(b, "device: 1 byte.s. stored: 0x41");
	expect_line(b, "external abort, ESR_EL1 0x96000010");
	expect_line(b, "exit at .*: WFI -> the caller is asked");
	expect_line(b, "an SError came, ESR_EL1 0xbe000042");
	expect_line(b, "my program at EL0 called me, times 0x2");
	expect_line(b, "PSTATE = EL3h: ERET refuses");
	expect_line(b, "2 exits were fast");
	expect_line(b, "0x0040001000: nothing, at level 3");
	expect_line(b, "[1-9] rollovers");
	expect_line(b, "SError from EL2 in the world switch, running vCPU "
	               "\"victim.0\"");
	expect_line(b, "[0-9]+ system register accesses: [0-9]+ in C");
	expect_line(b, bits);
	expect_line(b, "two guests on one CPU: .*nothing lost");
	expect_line(b, "SErrors in the guest and in the window: delivered");
	expect_line(b, "the panic exit");
	expect_line(b, "four guests on two CPUs: .*nothing lost");
	expect_line(b, "CPUs exchanged: .*nothing lost");
	expect_line(b, "^stage 04: ok");
}

Test(stage04, neoverse_n1)
{
	whole(COUNTED "--cpus 2", "canary: 13 trap bits trap");
}

Test(stage04, max)
{
	whole(COUNTED "--cpus 2 --model max", "canary: 17 trap bits trap");
}

Test(stage04, canary)
{
	struct boot *b = boot("04", "--cpus 2 --model max", "canary");

	expect_status(b, OK);
	expect_line(b, "four guests on two CPUs: .*nothing lost");
}

/* Instructions are counted: the figure is the same on every machine. */
Test(stage04, cost)
{
	struct boot *b = boot("04", COUNTED "--cpus 2", "demo");

	expect_status(b, OK);
	cr_expect_leq(boot_number(b, "HVC round trip takes ([0-9]+) instr"),
	              200);
}

/* --- our own bugs ------------------------------------------------------------- */

Test(stage04, panic_exit_names_the_vcpu)
{
	struct boot *b = boot("04", NULL, "panic");

	expect_status(b, FAILED);
	expect_line(b, "panic: .*SError from EL2 in the world switch, running "
	               "vCPU \"victim.0\"");
	expect_line(b, "ESR_EL2 .*SError");
	expect_line(b, "ELR_EL2 .*serror_test");
}

Test(stage04, text_cannot_be_written)
{
	struct boot *b = boot("04", NULL, "write-text");

	expect_status(b, FAILED);
	expect_line(b, "write: permission fault");
	expect_line(b, "ELR_EL2 .*provoke_write_text");
}

Test(stage04, data_cannot_be_run)
{
	struct boot *b = boot("04", NULL, "run-data");

	expect_status(b, FAILED);
	expect_line(b, "instruction abort .*permission fault");
}

Test(stage04, wild_pointer)
{
	struct boot *b = boot("04", NULL, "wild");

	expect_status(b, FAILED);
	expect_line(b, "data abort .*write: translation fault");
	expect_line(b, "FAR_EL2 +0x0000000000001234");
}

Test(stage04, hang_ends)
{
	struct boot *b = boot("04", "--timeout 3", "hang");

	expect_status(b, TIMEOUT);
	expect_message(b, "time limit");
}

/* --- machines that will not do --------------------------------------------------- */

Test(stage04, started_at_el1)
{
	struct boot *b = boot("04", "--el1", NULL);

	expect_status(b, FAILED);
	expect_line(b, "started at EL1, but a hypervisor needs EL2");
}

Test(stage04, cpu_without_vhe)
{
	struct boot *b = boot("04", "--model cortex-a57", NULL);

	expect_status(b, FAILED);
	expect_line(b, "this CPU has no VHE");
}

Test(stage04, gicv2)
{
	struct boot *b = boot("04", "--gic 2", NULL);

	expect_status(b, FAILED);
	expect_line(b, "has a GICv2, but a GICv3 is needed");
}

Test(stage04, too_little_memory)
{
	struct boot *b = boot("04", "--mem 32", NULL);

	expect_status(b, FAILED);
	expect_line(b, "has 32 MB of memory, but 64 MB are needed");
}

/* liar.S damages the tree at offset before stage 04 sees it. */
static void damaged(unsigned offset, unsigned word, const char *sentence)
{
	char options[3 * PATH_MAX], image[PATH_MAX];
	struct boot *b;

	cr_assert(realpath(boot_image("04"), image), "no image");
	strcpy(strrchr(image, '.'), ".img"); /* as long as ".elf" */

	snprintf(options, sizeof(options),
	         "--qemu-arg -device --qemu-arg "
	         "loader,file=%s,addr=0x40200000,force-raw=on "
	         "--qemu-arg -device --qemu-arg "
	         "loader,addr=0x44100000,data=%u,data-len=4 "
	         "--qemu-arg -device --qemu-arg "
	         "loader,addr=0x44100008,data=%u,data-len=4 "
	         "build/tests/boot/liar/stage-04.elf",
	         image, offset, word);
	b = emu(options);
	expect_status(b, FAILED);
	expect_line(b, sentence);
}

Test(stage04, no_device_tree)
{
	damaged(1, 0, "x0 = 0x0 is not the address of a device tree");
}

Test(stage04, device_tree_of_zeros)
{
	damaged(2, 0, "the device tree at 0x44200000 is corrupt: .*MAGIC");
}

Test(stage04, corrupt_device_tree)
{
	/* Header: total size, offset of the structure, version. */
	damaged(4, 0xffffffff, "is corrupt");
	damaged(8, 0xffffff7f, "is corrupt");
	damaged(20, 0x01000000, "is corrupt");
	/* The structure itself: a token that is none. */
	damaged(0x48, 0x77777777, "is corrupt");
}
