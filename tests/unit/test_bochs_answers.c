/*
 * test_bochs_answers.c - what bochs-gdb makes of what Bochs 2.7 says.
 */
#include <criterion/criterion.h>

#include "tools/bochs-gdb/bridge.h"

static struct stop stops[MAX_CPUS];

Test(bochs_answers, a_breakpoint)
{
	int cpus =
		stop_parse("c\n"
	                   "(0) Breakpoint 2, 0x000000004000800c in ?? ()\n"
	                   "Next at t=81826198\n"
	                   "(0) [0x00000400800c] 0008:000000004000800c (unk. "
	                   "ctxt): cpuid                     ; 0fa2\n",
	                   stops);

	cr_expect_eq(cpus, 1);
	cr_expect_eq(stops[0].kind, STOP_BREAK);
	cr_expect_eq(stops[0].where, 0x4000800c);
	cr_expect_eq(stops[0].ticks, 81826198);
}

Test(bochs_answers, the_other_cpus_watchpoint)
{
	int cpus = stop_parse(
		"Next at t=5\n"
		"(0) [0x0000001021d4] 0008:00000000001021d4 (unk. ctxt): nop\n"
		"(1) Caught write watch point at 0x000004007100\n"
		"(1) [0x000004008002] 0008:0000000040008002 (unk. ctxt): nop\n",
		stops);

	cr_expect_eq(cpus, 2);
	cr_expect_eq(stops[0].kind, STOP_NONE);
	cr_expect_eq(stops[1].kind, STOP_WATCH);
	cr_expect_eq(stops[1].where, 0x4007100);
}

Test(bochs_answers, exits_and_modes)
{
	stop_parse("(0) Caught VMEXIT breakpoint\n", stops);
	cr_expect_eq(stops[0].kind, STOP_VMEXIT);
	stop_parse("(0) Caught mode switch breakpoint switching to "
	           "'real mode'\n",
	           stops);
	cr_expect_eq(stops[0].kind, STOP_MODE);
}

Test(bochs_answers, what_is_no_reason)
{
	static const char *const texts[] = {
		"",
		"(",
		"()",
		"(99) Breakpoint 1, 0x1",
		"(0",
		"(-1) nop",
		"(0)",
		"(0) Breakpoint ",
		"(0) Caught ",
		"\n\n(x) y\n",
		"Next at t=",
	};

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		stop_parse(texts[i], stops);
		for (int cpu = 0; cpu < MAX_CPUS; cpu++)
			cr_expect_eq(stops[cpu].kind, STOP_NONE, "%s",
			             texts[i]);
	}
}

Test(bochs_answers, a_note_on_the_way)
{
	const char *text = "c\n(0).[81826198] [0x000004008010] 0008:10: ud2\n"
			   "(0) [0x000004008010] 0008:10: ud2\n";
	char note[64];

	cr_assert(stop_note(&text, note, sizeof(note)));
	cr_expect_str_eq(note, "(0).[81826198] [0x000004008010] 0008:10: ud2");
	cr_expect_not(stop_note(&text, note, sizeof(note)));
}

Test(bochs_answers, numbers)
{
	uint64_t v;

	cr_assert(text_hex("CPU0:\nrax: 00000000_00001111\n", "rax:", &v));
	cr_expect_eq(v, 0x1111);
	cr_assert(text_hex("CR0=0xe0010033: PG CD NW\n", "CR0=", &v));
	cr_expect_eq(v, 0xe0010033);
	cr_assert(text_hex("r8 : 80000000_00000001\n", "r8 :", &v));
	cr_expect_eq(v, 0x8000000000000001);
	cr_expect_not(text_hex("rbx: ???\n", "rbx:", &v));
	cr_expect_not(text_hex("xrax: 1\n", "rax:", &v));
}

Test(bochs_answers, hex)
{
	unsigned char data[4];

	cr_expect_eq(hex_decode(data, 4, "00ff7F10"), 4);
	cr_expect_eq(data[2], 0x7f);
	cr_expect_eq(hex_decode(data, 4, "0"), -1);
	cr_expect_eq(hex_decode(data, 4, "0g"), -1);
	cr_expect_eq(hex_decode(data, 4, "0011223344"), -1);
	cr_expect_eq(hex_decode(data, 4, ""), 0);
}
