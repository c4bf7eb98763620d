/*
 * kept_out.c - hostile: the string instructions whose memory KVM itself reads
 * and writes.  A program in ring 3 reaches no more by them than by a MOV, and
 * the page fault says the same.
 */
#include "guest.h"
#include "hostile_insn.h"
#include "lib/try.h"

#define FIFO (TESTDEV_PORT + TESTDEV_FIFO)
#define DEVICE (TESTDEV_PAGE + TESTDEV_BYTES)

#define KERNEL (64 * MiB)    /* ring 0's alone */
#define READ_ONLY (66 * MiB) /* everybody's, but not to write */
#define NOWHERE (68 * MiB)
#define PD 0x4000ul /* the first GiB's, as the VMM made it */
#define PTE_P BIT(0)
#define PTE_W BIT(1)
#define PTE_U BIT(2)

#define USER_FLAGS_IOPL 0x3002
#define VECTOR_PF 14
#define PF_P 1
#define PF_W 2
#define PF_U 4

static bool failed;
static u64 target;

static void set_rights(u64 at, u64 rights)
{
	((u64 *)PD)[at / (2 * MiB)] = at | rights | BIT(7);
}

static void insb(void)
{
	ins8(FIFO, (void *)target, 1);
}

static void outsb(void)
{
	outs8(FIFO, (const void *)target, 1);
}

static void from_device(void)
{
	move_byte(target, DEVICE);
}

static void to_device(void)
{
	move_byte(DEVICE, target);
}

static void push_device(void)
{
	push_from(target + 8, DEVICE);
}

static void expect(const char *what, int got, int wanted)
{
	if (got == wanted)
		return;
	printk("FAILED: %s: %d, not %d\n", what, got, wanted);
	failed = true;
}

/* code: of the page fault; below 0: none. */
static void try_user(const char *what, void (*fn)(void), u64 at, int code)
{
	int vector;

	target = at;
	write_cr2(0);
	vector = guest_try_user(fn);
	expect(what, vector, code < 0 ? -1 : VECTOR_PF);
	if (code < 0)
		return;
	expect("  its error code", (int)guest_error_code, code);
	expect("  its address", (int)read_cr2(), (int)at);
}

static void try_all(void)
{
	try_user("INS to the kernel's", insb, KERNEL, PF_P | PF_W | PF_U);
	try_user("INS to read-only", insb, READ_ONLY, PF_P | PF_W | PF_U);
	try_user("INS to nowhere", insb, NOWHERE, PF_W | PF_U);
	try_user("OUTS of the kernel's", outsb, KERNEL, PF_P | PF_U);
	try_user("OUTS of read-only", outsb, READ_ONLY, -1);
	try_user("MOVS to the kernel's", from_device, KERNEL,
	         PF_P | PF_W | PF_U);
	try_user("MOVS to read-only", from_device, READ_ONLY,
	         PF_P | PF_W | PF_U);
	try_user("MOVS of the kernel's", to_device, KERNEL, PF_P | PF_U);
	try_user("MOVS of read-only", to_device, READ_ONLY, -1);
	try_user("PUSH to the kernel's", push_device, KERNEL,
	         PF_P | PF_W | PF_U);
}

/* Ring 0 writes where CR0.WP does not forbid it. */
static void try_kernel(void)
{
	target = KERNEL;
	expect("INS by ring 0", guest_try(insb), -1);
	expect("MOVS by ring 0", guest_try(from_device), -1);
	target = READ_ONLY;
	write_cr0(read_cr0() | CR0_WP);
	expect("INS to read-only by ring 0", guest_try(insb), VECTOR_PF);
	expect("  its error code", (int)guest_error_code, PF_P | PF_W);
	write_cr0(read_cr0() & ~CR0_WP);
	expect("the same without CR0.WP", guest_try(insb), -1);
}

int guest_main(void)
{
	guest_catch_exceptions();
	guest_user_flags = USER_FLAGS_IOPL;
	set_rights(KERNEL, PTE_P | PTE_W);
	set_rights(READ_ONLY, PTE_P | PTE_U);
	set_rights(NOWHERE, 0);
	write_cr3(read_cr3());
	memset((void *)KERNEL, 0x5a, 16);
	try_all();
	expect("the kernel's bytes", *(u8 *)KERNEL, 0x5a);
	try_kernel();
	if (!failed)
		printk("kept out of what is not ring 3's\n");
	return failed;
}
