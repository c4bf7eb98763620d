/*
 * limits.c - everything until it is refused; the refusal is an errno, and
 * afterwards everything works again.
 */
#include "05-full/user/hosttest/hosttest.h"

#define MANY 600
#define RW (OS_PROT_READ | OS_PROT_WRITE)
#define ANON (OS_MAP_PRIVATE | OS_MAP_ANONYMOUS)

static void descriptors(void)
{
	long fd = 0, n = 0;

	while (n < 5000 && (fd = os_open("/dev/null", OS_O_RDONLY)) >= 0)
		n++;
	expect_eq(fd, -EMFILE);
	for (long i = 0; i < n; i++)
		expect_eq(os_close((int)(3 + i)), 0);
}

static u32 go;

static void wait_for_go(void *arg)
{
	(void)arg;
	while (!__atomic_load_n(&go, __ATOMIC_ACQUIRE))
		os_futex_wait(&go, 0);
}

static void threads(void)
{
	static struct user_thread t[MANY];
	struct os_timespec little = { 0, 100000000 };
	int n = 0, err = 0;

	while (n < MANY &&
	       !(err = user_thread_start(&t[n], wait_for_go, NULL)))
		n++;
	expect_eq(n > 100, true);
	expect_eq(err == -EAGAIN || err == -ENOMEM, true);
	__atomic_store_n(&go, 1, __ATOMIC_RELEASE);
	os_futex_wake(&go, MANY);
	for (int i = 0; i < n; i++)
		user_thread_join(&t[i]);
	os_sleep(&little); /* they have to leave the kernel, too */
	user_print("hosttest: %d threads, then error %d\n", n, -err);
}

static void processes(void)
{
	static int pids[MANY];
	struct os_timespec long_time = { 1000, 0 };
	int n = 0, pid = 0, status;

	while (n < MANY && (pid = os_fork()) > 0)
		pids[n++] = pid;
	if (!pid)
		for (;;)
			os_sleep(&long_time);
	expect_eq(pid == -EAGAIN || pid == -ENOMEM, true);
	user_print("hosttest: %d processes, then error %d\n", n, -pid);
	for (int i = 0; i < n; i++) {
		expect_eq(user_syscall(__NR_kill, pids[i], 9, 0, 0, 0, 0), 0);
		expect_eq(os_wait(pids[i], &status), pids[i]);
		expect_eq(status, 9);
	}
}

/* Address space is cheap, memory is not: whoever wants too much of it dies. */
static void memory_hog(void)
{
	for (;;) {
		u8 *p = (u8 *)os_mmap(NULL, 16 * MiB, RW, ANON, -1, 0);

		if ((long)p < 0 && (long)p > -4096)
			os_exit(1);
		for (u64 at = 0; at < 16 * MiB; at += PAGE_SIZE)
			p[at] = 1;
	}
}

static void memory(void)
{
	int status, pid = os_fork();

	if (!pid)
		memory_hog();
	expect_eq(os_wait(pid, &status), pid);
	user_print("hosttest: the memory hog ended with 0x%x\n", status);
	expect_eq(status != 0, true);
}

void test_limits(void)
{
	descriptors();
	threads();
	processes();
	memory();
}
