/*
 * main.c - faults: a user program that goes wrong in every way there is, each time
 * in a process of its own: that one is killed by the right signal, and the
 * kernel and everybody else go on.  Runs on Linux as well.
 *
 * usage: faults [NAME]...
 */
#include "05-full/user/faults/faults.h"

#include <asm/errno.h>

#include "05-full/user/user.h"

#define PAGE 4096ul
#define SIGNAL_OF(status) ((status)&0x7f)
#define EXIT_OF(status) ((status) >> 8 & 0xff)

static const char constant[64] = { 1 };
static u8 data[64];

/* Volatile: the compiler must not know what it is about to do. */
static volatile u64 target;

static void touch(u64 address, bool write)
{
	volatile u8 *p = (volatile u8 *)address;

	if (write)
		*p = 1; // cppcheck-suppress nullPointer // NOLINT
	else
		(void)*p; // cppcheck-suppress nullPointer // NOLINT
}

static void read_null(void)
{
	touch(target = 0, false);
}

static void write_constant(void)
{
	touch(target = (u64)constant, true);
}

static void write_code(void)
{
	touch(target = (u64)write_code, true);
}

static void read_kernel(void)
{
	touch(target = kernel_address, false);
}

static void write_kernel(void)
{
	touch(target = kernel_address, true);
}

static void read_odd(void)
{
	touch(target = odd_address, false);
}

static void go_to(u64 address)
{
	((void (*)(void))address)(); // NOLINT: into nowhere, on purpose
}

static void jump_null(void)
{
	go_to(target = 0);
}

static void jump_kernel(void)
{
	go_to(target = kernel_address);
}

static void run_data(void)
{
	go_to(target = (u64)data);
}

static void after_unmap(void)
{
	u8 *p = user_alloc(PAGE);

	p[0] = 1;
	os_munmap(p, PAGE);
	touch(target = (u64)p, false);
}

static void no_access(void)
{
	u8 *p = user_alloc(PAGE);

	p[0] = 1;
	os_mprotect(p, PAGE, OS_PROT_NONE);
	touch(target = (u64)p, false);
}

static void read_only(void)
{
	u8 *p = user_alloc(PAGE);

	p[0] = 1;
	os_mprotect(p, PAGE, OS_PROT_READ);
	touch(target = (u64)p, false);
	touch(target = (u64)p, true);
}

static u64 deeper(u64 n)
{
	volatile u8 frame[2 * PAGE];

	frame[0] = (u8)n;
	/* Nobody has so much stack; but the compiler asks for an end. */
	return n == ~0ul ? 0 : deeper(n + 1) + frame[0];
}

static void stack_overflow(void)
{
	target = deeper(0);
}

/* A process that must live: system calls with bad addresses. */
static void bad_pointers(void)
{
	u8 *gone = user_alloc(PAGE);
	u64 bad[] = { 0, 8, kernel_address, odd_address, ~0ul, (u64)gone };

	os_munmap(gone, PAGE);
	for (unsigned i = 0; i < ARRAY_SIZE(bad); i++) {
		long r = os_write(1, (void *)bad[i], 16);

		if (r != -EFAULT)
			os_exit(1);
		if (os_open((char *)bad[i], OS_O_RDONLY) != -EFAULT)
			os_exit(2);
		if (os_clock(1, (struct os_timespec *)bad[i]) != -EFAULT)
			os_exit(3);
	}
	if (os_clock(1, (struct os_timespec *)constant) != -EFAULT)
		os_exit(4);
}

/* Half of it is there. */
static void bad_end(void)
{
	u8 *p = user_alloc(2 * PAGE);

	os_munmap(p + PAGE, PAGE);
	if (os_clock(1, (struct os_timespec *)(p + PAGE - 8)) != -EFAULT)
		os_exit(1);
	if (os_clock(1, (struct os_timespec *)(p + PAGE - 16)))
		os_exit(2);
}

static const struct fault faults[] = {
	{ "read-null", read_null, FAULT_SEGV, 0 },
	{ "write-constant", write_constant, FAULT_SEGV, 0 },
	{ "write-code", write_code, FAULT_SEGV, 0 },
	{ "read-kernel", read_kernel, FAULT_SEGV, 0 },
	{ "write-kernel", write_kernel, FAULT_SEGV, 0 },
	{ "read-odd", read_odd, FAULT_SEGV, 0 },
	{ "jump-null", jump_null, FAULT_SEGV, 0 },
	{ "jump-kernel", jump_kernel, FAULT_SEGV, 0 },
	{ "run-data", run_data, FAULT_SEGV, 0 },
	{ "after-unmap", after_unmap, FAULT_SEGV, 0 },
	{ "no-access", no_access, FAULT_SEGV, 0 },
	{ "read-only", read_only, FAULT_SEGV, 0 },
	{ "stack-overflow", stack_overflow, FAULT_SEGV, 0 },
	{ "bad-pointers", bad_pointers, 0, 0 },
	{ "bad-end", bad_end, 0, 0 },
	{ NULL, NULL, 0, 0 },
};

static bool try_fault(const struct fault *f)
{
	int status = 0, pid = os_fork();

	if (pid == 0) {
		f->fn();
		os_exit(0);
	}
	if (pid < 0 || os_wait(pid, &status) != pid) {
		user_err("faults: %s: fork: %s\n", f->name,
		         user_error_text(-pid));
		return false;
	}
	if (EXIT_OF(status) == 0 &&
	    (SIGNAL_OF(status) == f->signal ||
	     (f->or_this && SIGNAL_OF(status) == f->or_this))) {
		user_print("faults: %s: %s %d\n", f->name,
		           f->signal ? "killed by signal" : "lives, exit",
		           SIGNAL_OF(status));
		return true;
	}
	user_print("faults: %s: WRONG: exit %d, signal %d; expected was "
	           "signal %d\n",
	           f->name, EXIT_OF(status), SIGNAL_OF(status), f->signal);
	return false;
}

static bool wanted(const char *name, int argc, char **argv)
{
	for (int i = 1; i < argc; i++)
		if (!strcmp(argv[i], name))
			return true;
	return argc < 2;
}

static unsigned try_list(const struct fault *f, int argc, char **argv)
{
	unsigned wrong = 0;

	for (; f->name; f++)
		if (wanted(f->name, argc, argv) && !try_fault(f))
			wrong++;
	return wrong;
}

int user_main(int argc, char **argv)
{
	unsigned wrong = try_list(faults, argc, argv) +
	                 try_list(arch_faults, argc, argv);

	user_print("faults: %u wrong\n", wrong);
	return wrong != 0;
}
