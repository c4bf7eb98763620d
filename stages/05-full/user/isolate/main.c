/*
 * main.c - a process that treats its host badly: kernel pointers, memory and
 * descriptors taken away under running vCPUs, threads until there are no more,
 * death in the middle.  The host must live and get every page back.
 *
 * usage: isolate [NAME]     (all, without a NAME)
 */
#include "05-full/user/isolate/isolate.h"

#define TRY(name)                                                             \
	{                                                                     \
#name, isolate_##name                                         \
	}
static const struct {
	const char *name;
	void (*fn)(void);
} tries[] = {
	TRY(kernel_pointers), TRY(unmap_running), TRY(close_running),
	TRY(slots_running),   TRY(many_machines), TRY(thread_bomb),
	TRY(fork_bomb),       TRY(die_running),
};

/* Each in its own process: it may die of what it does. */
static bool isolate_try(const char *name, void (*fn)(void))
{
	int child = os_fork(), status = 0;

	if (!child) {
		fn();
		os_exit(0);
	}
	if (child < 0) {
		user_print("%s: no process: %s\n", name,
		           user_error_text(child));
		return false;
	}
	os_wait(child, &status);
	/* Killed by a signal is fine; a status is what a check found. */
	if (status & 0x7f)
		user_print("%s: ended by signal %d\n", name, status & 0x7f);
	else
		user_print("%s: ended with status %d\n", name, status >> 8);
	return !(status >> 8 & 0xff);
}

int user_main(int argc, char **argv)
{
	int failed = 0;

	for (size_t i = 0; i < ARRAY_SIZE(tries); i++)
		if (argc < 2 || !strcmp(tries[i].name, argv[1]))
			failed += !isolate_try(tries[i].name, tries[i].fn);
	if (isolate_left_over()) {
		user_print("FAILED: an exit has changed FS, GDTR or IDTR\n");
		failed++;
	}
	user_print("isolate: %d failed\n", failed);
	return failed != 0;
}
