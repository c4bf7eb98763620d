/*
 * lazy.c - registers that KVM brings into the CPU only for a guest that uses
 * them: SYSCALL's MSRs, TSC_AUX, KERNEL_GS_BASE, the debug registers.  Reading
 * them back proves little; here the CPU itself must know them.
 *
 * --append says how many rounds (default 100), each with values of its own, and
 * between any two steps an exit to the VMM: put and load.  In some rounds there
 * are many, so that another guest can come between the two.
 */
#include "guest.h"
#include "lazy_insn.h"
#include "lib/try.h"

#define EFER 0xc0000080
#define STAR 0xc0000081
#define LSTAR 0xc0000082
#define FMASK 0xc0000084
#define GS_BASE 0xc0000101
#define KERNEL_GS_BASE 0xc0000102
#define TSC_AUX 0xc0000103
#define EFER_SCE BIT(0)
#define FLAG_DF BIT(10)

#define DR6_RESET 0xffff0ff0ul
#define DR6_B2 BIT(2)
#define DR6_BD BIT(13)
#define DR6_BS BIT(14)
#define DR7_RESET 0x400ul
#define DR7_G2_WRITE_4 (DR7_RESET | BIT(5) | 0xdul << 24)
#define DR7_GD (DR7_RESET | BIT(13))
#define VECTOR_DB 1
#define VECTOR_UD 6
#define VECTOR_GP 13

SYSCALL_HANDLER(syscall_one, 1);
SYSCALL_HANDLER(syscall_two, 2);

#define SLOW_ROUND 8
#define MANY 100

static volatile u32 watched;
static bool failed;
static int exits;

static void to_the_vmm(void)
{
	for (int i = 0; i < exits; i++)
		testdev_write(TESTDEV_NOP, 0, 4);
}

static void expect(const char *what, u64 got, u64 wanted)
{
	to_the_vmm();
	if (got == wanted)
		return;
	printk("FAILED: %s: 0x%lx, not 0x%lx\n", what, got, wanted);
	failed = true;
}

/* --- SYSCALL ------------------------------------------------------------------ */

static void call(void)
{
	u64 flags;

	syscall_answer(&flags);
}

static void test_without_sce(void)
{
	wrmsr(EFER, rdmsr(EFER) & ~EFER_SCE);
	wrmsr(LSTAR, (u64)syscall_one);
	expect("SYSCALL without SCE", (u64)guest_try(call), VECTOR_UD);
	expect("LSTAR read back", rdmsr(LSTAR), (u64)syscall_one);
}

static void set_bad_lstar(void)
{
	wrmsr(LSTAR, BIT(60));
}

static void test_syscall(void)
{
	u64 flags;

	wrmsr(STAR, (u64)SEL_KERNEL_CODE << 32);
	wrmsr(FMASK, FLAG_DF);
	wrmsr(EFER, rdmsr(EFER) | EFER_SCE);
	to_the_vmm();
	expect("who answers SYSCALL", syscall_answer(&flags), 1);
	expect("DF in SYSCALL", flags & FLAG_DF, 0);
	wrmsr(LSTAR, (u64)syscall_two); /* while it is in use */
	expect("who answers then, at once", syscall_answer(&flags), 2);
	wrmsr(FMASK, 0);
	to_the_vmm();
	expect("who answers then", syscall_answer(&flags), 2);
	expect("DF with FMASK 0", flags & FLAG_DF, FLAG_DF);
	expect("LSTAR not canonical", (u64)guest_try(set_bad_lstar),
	       VECTOR_GP);
	expect("who answers after that", syscall_answer(&flags), 2);
}

/* --- GS, TSC_AUX ---------------------------------------------------------------- */

static void test_gs(u64 value)
{
	u64 before = rdmsr(GS_BASE);

	wrmsr(KERNEL_GS_BASE, value);
	to_the_vmm();
	swapgs();
	expect("GS base after SWAPGS", rdmsr(GS_BASE), value);
	expect("KERNEL_GS_BASE after it", rdmsr(KERNEL_GS_BASE), before);
	swapgs();
	to_the_vmm();
	wrmsr(KERNEL_GS_BASE, value + 1);
	wrmsr(TSC_AUX, 1); /* an exit that moves some, not this one */
	expect("KERNEL_GS_BASE beside another", rdmsr(KERNEL_GS_BASE),
	       value + 1);
	wrmsr(KERNEL_GS_BASE, 0);
	to_the_vmm();
	expect("KERNEL_GS_BASE, 0 again", rdmsr(KERNEL_GS_BASE), 0);
}

static void test_tsc_aux(u32 value)
{
	wrmsr(TSC_AUX, value);
	expect("TSC_AUX at once", rdtscp_aux(), value);
	expect("TSC_AUX", rdtscp_aux(), value);
	wrmsr(TSC_AUX, 0); /* so that the next round begins with nothing */
	expect("TSC_AUX, 0 again", rdtscp_aux(), 0);
}

/* --- debug registers -------------------------------------------------------------- */

static void write_watched(void)
{
	watched++;
}

/* Nobody has touched a debug register: the CPU writes DR6 all the same. */
static void test_first_step(void)
{
	expect("the first step", (u64)guest_try(step_once), VECTOR_DB);
	expect("DR6, after an exit", read_dr6(), DR6_RESET | DR6_BS);
	write_dr6(DR6_RESET);
	to_the_vmm();
}

static void test_step(void)
{
	u64 vector = (u64)guest_try(step_once), dr6 = read_dr6();

	expect("a single step", vector, VECTOR_DB);
	expect("DR6 after it", dr6, DR6_RESET | DR6_BS);
	expect("DR6 later", read_dr6(), DR6_RESET | DR6_BS);
	write_dr6(DR6_RESET);
	expect("DR6 when reset", read_dr6(), DR6_RESET);
}

static void test_breakpoint(void)
{
	write_dr2((u64)&watched);
	to_the_vmm(); /* not enabled yet: it may be taken out of the CPU */
	write_dr7(DR7_G2_WRITE_4);
	to_the_vmm();
	expect("a watched write", (u64)guest_try(write_watched), VECTOR_DB);
	expect("DR6 after it", read_dr6(), DR6_RESET | DR6_B2);
	write_dr6(DR6_RESET);
	expect("DR7", read_dr7(), DR7_G2_WRITE_4);
	expect("another watched write", (u64)guest_try(write_watched),
	       VECTOR_DB);
	write_dr7(DR7_RESET);
	write_dr6(DR6_RESET);
	expect("the same, disabled", (u64)guest_try(write_watched), ~0ul);
	expect("DR6 after that", read_dr6() & DR6_BS, 0);
}

static void read_guarded(void)
{
	read_dr3();
}

/* The exit of the first MOV DR must not hide what the CPU says to it. */
static void test_guard(u64 value)
{
	write_dr(value, ~value);
	write_dr1(value + 1);
	to_the_vmm();
	expect("DR3 in ring 3", (u64)guest_try_user(read_guarded), VECTOR_GP);
	write_dr7(DR7_GD);
	to_the_vmm();
	expect("DR3, guarded", (u64)guest_try(read_guarded), VECTOR_DB);
	expect("DR6 after it", read_dr6() & DR6_BD, DR6_BD);
	write_dr6(DR6_RESET);
	write_dr7(DR7_RESET);
	to_the_vmm();
	expect("DR0", read_dr0(), value);
	expect("DR1", read_dr1(), value + 1);
	expect("DR3", read_dr3(), ~value);
}

int guest_main(void)
{
	u64 rounds = guest_number(100);

	guest_catch_exceptions();
	for (u64 r = 1; r <= rounds && !failed; r++) {
		u64 value = (r * 0x9e3779b97f4a7c15) & MASK(46, 0);

		exits = r % SLOW_ROUND ? 1 : MANY;
		test_without_sce();
		test_first_step();
		test_step();
		test_syscall();
		test_gs(value);
		test_tsc_aux((u32)value);
		test_breakpoint();
		test_guard(value);
	}
	if (!failed)
		printk("lazy: %lu rounds, all of it in the CPU\n", rounds);
	return failed;
}
