/*
 * provoke.c - see provoke.h.  None of this may go unnoticed.
 */
#include "05-full/host/provoke.h"

#include "05-full/host/arch.h"
#include "05-full/host/memory.h"
#include "lib/panic.h"
#include "lib/string.h"

static u64 recurse(u64 n)
{
	volatile u64 frame[64];

	frame[n % 64] = n;
	return n == ~0ul ? 0 : recurse(n + 1) + frame[n % 64];
}

/* Down to the page that is not there. */
static void break_stack(void)
{
	printk("%lu\n", recurse(0));
}

static void break_null(void)
{
	volatile u64 *p = arch_hpa_to_virt(arch_virt_to_hpa(NULL));

	*(volatile u64 *)((u64)p & 0xfff) = 1;
}

static void break_text(void)
{
	*(volatile u32 *)(u64)provoke_break = 0;
}

static void break_constant(void)
{
	*(volatile char *)(u64)stage_number = 0;
}

static void break_data(void)
{
	static u64 code[8];

	((void (*)(void))(u64)code)();
}

static void break_frames(void)
{
	void *p = frames_alloc(1);

	frames_free(p, 1);
	frames_free(p, 1);
}

static void break_schedule(void)
{
	preempt_disable();
	schedule();
}

/* PAN, SMAP: user memory is reached by copy_from_user and nothing else. */
static void break_user(void)
{
	struct mm *mm = mm_create();
	u64 word = 1;
	s64 at = mm_map(mm, 0, PAGE_SIZE, PROT_R | PROT_W, false, NULL, 0,
	                false);

	assert(at > 0 && !mm_write(mm, (u64)at, &word, sizeof(word)));
	preempt_disable();
	arch_mm_switch(mm);
	printk("read %lu\n", *(volatile u64 *)at);
}

static void break_jump_to_user(void)
{
	struct mm *mm = mm_create();
	s64 at = mm_map(mm, 0, PAGE_SIZE, PROT_R | PROT_X, false, NULL, 0,
	                false);
	u64 word = 0;

	assert(at > 0 && !mm_write(mm, (u64)at, &word, sizeof(word)));
	preempt_disable();
	arch_mm_switch(mm);
	((void (*)(void))at)();
}

static const struct {
	const char *word;
	void (*fn)(void);
} ways[] = {
	{ "stack", break_stack },       { "null", break_null },
	{ "text", break_text },         { "constant", break_constant },
	{ "data", break_data },         { "frames", break_frames },
	{ "schedule", break_schedule }, { "user", break_user },
	{ "jump", break_jump_to_user },
};

void provoke_break(const char *word)
{
	for (unsigned i = 0; i < ARRAY_SIZE(ways); i++) {
		if (strcmp(ways[i].word, word))
			continue;
		ways[i].fn();
		stage_failed(".break=%s went unnoticed", word);
	}
}
