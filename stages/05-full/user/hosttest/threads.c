/*
 * threads.c - threads, futexes, and that they are preempted.
 */
#include "05-full/user/hosttest/hosttest.h"

#define THREADS 6
#define ROUNDS 2000

static struct user_mutex mutex;
static struct user_cond cond;
static u64 counter;
static u32 turn;

static void count(void *arg)
{
	(void)arg;
	for (int i = 0; i < ROUNDS; i++) {
		user_lock(&mutex);
		counter++;
		user_unlock(&mutex);
	}
}

static void many_count(void)
{
	struct user_thread t[THREADS];

	for (int i = 0; i < THREADS; i++)
		expect_eq(user_thread_start(&t[i], count, NULL), 0);
	for (int i = 0; i < THREADS; i++)
		user_thread_join(&t[i]);
	expect_eq(counter, THREADS * ROUNDS);
}

static void take_turns(void *arg)
{
	u32 me = (u32)(u64)arg;

	for (int i = 0; i < 100; i++) {
		user_lock(&mutex);
		while (turn % 2 != me)
			user_cond_wait(&cond, &mutex);
		turn++;
		user_cond_broadcast(&cond);
		user_unlock(&mutex);
	}
}

static void ping_pong(void)
{
	struct user_thread t[2];

	for (u64 i = 0; i < 2; i++)
		user_thread_start(&t[i], take_turns, (void *)i);
	for (int i = 0; i < 2; i++)
		user_thread_join(&t[i]);
	expect_eq(turn, 200);
}

/* More spinning threads than CPUs: only preemption brings the last to run. */
static volatile u32 arrived;

static void spin(void *arg)
{
	(void)arg;
	__atomic_add_fetch(&arrived, 1, __ATOMIC_SEQ_CST);
	while (__atomic_load_n(&arrived, __ATOMIC_RELAXED) < THREADS)
		;
}

static void preemption(void)
{
	struct user_thread t[THREADS];

	for (int i = 0; i < THREADS; i++)
		user_thread_start(&t[i], spin, NULL);
	for (int i = 0; i < THREADS; i++)
		user_thread_join(&t[i]);
	expect_eq(arrived, THREADS);
}

/* Patterns in many FP registers, while others do the same. */
static volatile u32 fp_wrong;

static void fp_thread(void *arg)
{
	u64 seed = (u64)arg;
	u8 from[256], to[256];

	for (int i = 0; i < 300; i++) {
		for (unsigned k = 0; k < sizeof(from); k++)
			from[k] = (u8)(seed * 31 + k + (unsigned)i);
		memcpy(to, from, sizeof(to));
		if (i % 8 == 0)
			os_yield();
		if (memcmp(to, from, sizeof(to)))
			fp_wrong = 1;
	}
}

static void registers(void)
{
	struct user_thread t[THREADS];

	for (u64 i = 0; i < THREADS; i++)
		user_thread_start(&t[i], fp_thread, (void *)i);
	for (int i = 0; i < THREADS; i++)
		user_thread_join(&t[i]);
	expect_eq(fp_wrong, 0);
}

static void futex_errors(void)
{
	struct os_timespec soon = { 0, 1000000 }, bad = { 0, -1 };
	u32 word = 5;

	expect_eq(os_futex_wait(&word, 6), -EAGAIN);
	expect_eq(os_futex_wake(&word, 1), 0);
	expect_eq(user_syscall(__NR_futex, (long)&word, 0, 5, (long)&soon, 0,
	                       0),
	          -ETIMEDOUT);
	expect_eq(user_syscall(__NR_futex, (long)&word, 128, 5, (long)&bad, 0,
	                       0),
	          -EINVAL);
	expect_eq(user_syscall(__NR_futex, (long)&word + 1, 0, 5, 0, 0, 0),
	          -EINVAL);
	expect_eq(user_syscall(__NR_futex, 0x1000, 0, 5, 0, 0, 0), -EFAULT);
}

void test_threads(void)
{
	many_count();
	ping_pong();
	preemption();
	registers();
	futex_errors();
}
