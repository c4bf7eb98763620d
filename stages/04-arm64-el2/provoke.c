/*
 * provoke.c - words on the command line that break something on purpose, to
 * see what that looks like (and for tests/boot/test_stage04.c).
 */
#include "04-arm64-el2/demo.h"
#include "04-arm64-el2/forge.h"
#include "04-arm64-el2/memory.h"
#include "04-arm64-el2/mmu.h"
#include "04-arm64-el2/sysreg_insn.h"
#include "lib/panic.h"
#include "lib/string.h"

/* An SError in the world switch. */
static void provoke_panic(void)
{
	static struct vm vm;
	static struct vcpu v;

	vm_create(&vm, "victim", guest_bench, guest_bench_size, 64 * KiB);
	vcpu_reset(&v, &vm, "victim.0", GUEST_RAM);
	vcpu_load(&v);
	forge_on(FORGE_IN_SWITCH);
	v.x[19] = 1;
	vcpu_run_loop(&v);
}

/* A write to our own code: W^X. */
static void provoke_write_text(void)
{
	*(volatile u32 *)image_start = 0;
}

/* Code in data. */
static void provoke_run_data(void)
{
	static u32 ret = 0xd65f03c0;

	((void (*)(void)) & ret)();
}

static void provoke_wild(void)
{
	*(volatile u32 *)0x1234 = 0;
}

static void provoke_hang(void)
{
	printk("hanging, as asked\n");
	for (;;)
		wfi();
}

static void provoke_assert(void)
{
	assert(!"asked to");
}

void provoke(const char *cmdline)
{
	static const struct {
		const char *word;
		void (*fn)(void);
	} words[] = {
		{ "panic", provoke_panic },
		{ "write-text", provoke_write_text },
		{ "run-data", provoke_run_data },
		{ "wild", provoke_wild },
		{ "hang", provoke_hang },
		{ "assert", provoke_assert },
	};

	for (unsigned i = 0; i < ARRAY_SIZE(words); i++) {
		if (!word_in(cmdline, words[i].word))
			continue;
		words[i].fn();
		stage_failed("\"%s\" did no harm", words[i].word);
	}
}
