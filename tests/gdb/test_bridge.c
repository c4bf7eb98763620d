/*
 * test_bridge.c - bochs-gdb by the packet: what it answers, what it survives.
 */
#define _GNU_SOURCE
#include "tests/gdb/bridge.h"

Test(bridge, wrong_use_is_told)
{
	static const char *const uses[][2] = {
		{ "", "no disc given" },
		{ "--cpus 99 x.iso", "a number from 1 to 16 is wanted" },
		{ "--keep x.iso", "--keep needs --port" },
		{ "/no/such.iso", "No such file or directory" },
		{ "a.iso b.iso", "one disc only" },
	};

	need_programs();
	for (size_t i = 0; i < sizeof(uses) / sizeof(uses[0]); i++) {
		char command[256];

		snprintf(command, sizeof(command),
		         BRIDGE " %s 2>&1 </dev/null | grep -q -e '%s'",
		         uses[i][0], uses[i][1]);
		cr_expect_eq(system(command), 0, "%s", command);
	}
}

Test(bridge, a_wrong_checksum_is_asked_for_again)
{
	start("--cpus=1");
	put("$?#00", 5);
	cr_assert_eq(get_byte(SLOW), '-');
	put("$?#3f", 5);
	cr_assert_eq(get_byte(SLOW), '+');
	expect_stop(get_packet(SLOW), "T05thread:1;");
	finish();
}

Test(bridge, malformed_packets_do_no_harm)
{
	static const char *const packets[] = {
		"m",          "mzz",
		"m0",         "m0,",
		"m0,zz",      "M0,4:00",
		"M0,1:zz",    "M0:00",
		"X0,5:ab",    "Z0",
		"Z0,",        "Z0,zz,1",
		"Z9,0,1",     "Z2,0,0",
		"Z2,ffe,8",   "z0",
		"Hgzz",       "Hg99",
		"H",          "T99",
		"T",          "vCont;s:99",
		"vCont;s:zz", "vCont;;",
		"p",          "pzz",
		"p999",       "P",
		"P999=00",    "P0",
		"P0=zz",      "P0=00",
		"G",          "G00",
		"qXfer:",     "qRcmd,zz",
		"qRcmd,0",    "qThreadExtraInfo,99",
		"vNoSuch",    "!",
		"\x7f\x01",   "",
		"Q",          "qXfer:features:read:target.xml:zz,zz",
		"bs",
	};

	start("--cpus=1");
	for (size_t i = 0; i < sizeof(packets) / sizeof(packets[0]); i++) {
		ask(packets[i]);
		cr_expect(!reply[0] || reply[0] == 'E' || !strcmp(reply, "OK"),
		          "%s -> %s", packets[i], reply);
	}
	put("noise that is no packet", 23);
	put("+++---", 6);
	put("\x03\x03", 2); /* a Ctrl-C while the machine stands still */
	expect_stop(ask("?"), "T05thread:1;");
	finish();
}

Test(bridge, a_packet_that_is_too_long_is_refused)
{
	char *big = malloc(200001);

	start("--cpus=1");
	memset(big, '0', 200000);
	big[200000] = 0;
	put_packet(big);
	cr_assert_eq(get_byte(SLOW), '-');
	expect_stop(ask("?"), "T05thread:1;");
	free(big);
	finish();
}

/* A packet cut off in the middle: the next one counts. */
Test(bridge, half_a_packet_is_given_up)
{
	start("--cpus=1");
	put("$m0,1", 5);
	put("$?#3f", 5);
	cr_assert_eq(get_byte(SLOW), '+');
	expect_stop(get_packet(SLOW), "T05thread:1;");
	finish();
}

/* Bochs's own file of options gives meaning to quotes and dollars. */
Test(bridge, a_disc_may_have_any_name)
{
	disc_name = "a \"disc\" of $HOME, [1].iso";
	start("--cpus=1");
	run_to(symbol("stage_main"));
	finish();
}

Test(bridge, registers_have_one_length_in_every_mode)
{
	size_t real, described = 0;

	start("--cpus=1");
	real = strlen(ask("g"));
	ask("qXfer:features:read:target.xml:0,ffff");
	cr_assert_eq(reply[0], 'l');
	for (char *p = reply; (p = strstr(p, "bitsize=\"")); p++)
		described += (size_t)atoi(p + 9) / 4;
	cr_assert_eq(real, described);
	run_to(symbol("stage_main"));
	cr_assert_eq(strlen(ask("g")), real);
	finish();
}

Test(bridge, registers_can_be_written)
{
	static const char *const writes[] = {
		"P0=1122334455667788",                  /* rax */
		"P7=00f0000000000000",                  /* rsp */
		"P11=93080000",                         /* eflags */
		"P2b=00112233445566778899aabbccddeeff", /* xmm3 */
		"P39=0070070000000000",                 /* fs_base */
		"P14=34120000",                         /* ds, in real mode */
	};

	start("--cpus=1");
	for (size_t i = 0; i < sizeof(writes) / sizeof(writes[0]); i++) {
		char question[16];
		const char *value = strchr(writes[i], '=') + 1;

		cr_assert_str_eq(ask(writes[i]), "OK", "%s -> %s", writes[i],
		                 reply);
		snprintf(question, sizeof(question), "p%.*s",
		         (int)strcspn(writes[i] + 1, "="), writes[i] + 1);
		EXPECT(question, value);
	}
	/* pc is flat: CS.base + IP.  f000:fff0 lies at fffffff0 here. */
	EXPECT("p10", "f0ffffff00000000");
	EXPECT("P10=00f0ffff00000000", "OK");
	EXPECT("p10", "00f0ffff00000000");
	finish();
}

Test(bridge, memory_can_be_read_and_written)
{
	start("--cpus=1");
	EXPECT("M5ff,7:01020304050607", "OK");
	EXPECT("m5ff,7", "01020304050607");
	EXPECT("X600,5:ab", "E01");
	EXPECT("X600,2:}\x03z", "OK"); /* "}" escapes: 23 7a */
	EXPECT("m600,2", "237a");
	cr_assert_eq(strlen(ask("m1000,8000")), 0x10000);
	cr_assert_eq(ask("Mfffffff0,1:00")[0], 'E'); /* the BIOS's ROM */
	run_to(symbol("stage_main"));
	cr_assert_eq(ask("m7fffffff0000,8")[0], 'E');
	finish();
}

Test(bridge, ten_thousand_steps_lose_no_reply, .timeout = 600)
{
	double t;

	start("--cpus=1");
	run_to(symbol("stage_main"));
	EXPECT("QStartNoAckMode", "OK");
	t = seconds();
	for (int i = 0; i < 10000; i++)
		cr_assert_eq(strncmp(ask("vCont;s:1"), "T05", 3), 0, "%d: %s",
		             i, reply);
	cr_log_info("10,000 steps: %.1f s", seconds() - t);
	finish();
}

Test(bridge, a_thousand_breakpoint_hits, .timeout = 600)
{
	uint64_t putc_at;
	char pc[32];
	double t;

	start("--cpus=1");
	run_to(symbol("stage_main"));
	putc_at = symbol("console_putc");
	snprintf(pc, sizeof(pc), "%02x%02x%02x%02x00000000",
	         (unsigned)putc_at & 255, (unsigned)(putc_at >> 8) & 255,
	         (unsigned)(putc_at >> 16) & 255, (unsigned)(putc_at >> 24));
	t = seconds();
	for (int i = 0; i < 1000; i++) {
		break_at('Z', putc_at);
		ask("vCont;c");
		cr_assert_not_null(strstr(reply, "swbreak:"), "%d: %s", i,
		                   reply);
		break_at('z', putc_at);
		EXPECT("p10", pc);
	}
	cr_log_info("1,000 hits: %.1f s", seconds() - t);
	finish();
}

Test(bridge, more_breakpoints_than_bochs_holds)
{
	start("--cpus=1");
	for (uint64_t i = 0; i < 40; i++)
		break_at('Z', 0x900000 + i);
	break_at('Z', 0xfe05b); /* where the first jump goes */
	cr_assert_not_null(strstr(ask("vCont;c"), "swbreak:"), "%s", reply);
	EXPECT("p10", "5be00f0000000000");
	finish();
}

Test(bridge, a_watchpoint_stops_behind_the_write)
{
	start("--cpus=1");
	EXPECT("Z2,46c,4", "OK"); /* the BIOS's count of timer ticks */
	cr_assert_not_null(strstr(ask("vCont;c"), "watch:46c;"), "%s", reply);
	EXPECT("z2,46c,4", "OK");
	finish();
}

/* A read watchpoint and a write watchpoint are two, also at one address. */
Test(bridge, watchpoints_of_two_kinds_at_one_address)
{
	start("--cpus=1");
	EXPECT("Z2,46c,4", "OK");
	EXPECT("Z3,46c,4", "OK");
	EXPECT("z3,46c,4", "OK");
	cr_assert_not_null(strstr(ask("vCont;c"), "T05watch:46c;"), "%s",
	                   reply);
	EXPECT("Z3,46c,4", "OK");
	EXPECT("z2,46c,4", "OK");
	cr_assert_not_null(strstr(ask("vCont;c"), "rwatch:46c;"), "%s", reply);
	EXPECT("z3,46c,4", "OK");
	/* Many ticks later: none is left behind. */
	run_to(symbol("stage_main"));
	finish();
}

Test(bridge, what_cannot_be_watched_is_refused)
{
	start("--cpus=1");
	EXPECT("Z2,ffe,8", "E1c");
	EXPECT("Z2,1,ffffffffffffffff", "E1c");
	finish();
}

/* So long is a second here: a hundred steps take a tenth of one at rest. */
static double slowness(void)
{
	double t = seconds();

	for (int i = 0; i < 100; i++)
		expect_stop(ask("vCont;s:1"), "T05");
	t = (seconds() - t) * 10;
	return t > 1 ? t : 1;
}

/* The registers in a stop reply are those of g: rbp, rsp and rip. */
Test(bridge, a_stop_reply_brings_the_registers_of_a_step)
{
	char in_g[3 * 16 + 1], text[200];

	start("--cpus=1");
	strcpy(text, strstr(ask("vCont;s:1"), "06:"));
	ask("g");
	snprintf(in_g, sizeof(in_g), "%.16s%.16s%.16s", reply + 6 * 16,
	         reply + 7 * 16, reply + 16 * 16);
	cr_expect_eq(strncmp(text + 3, in_g, 16), 0, "%s", text);
	cr_expect_eq(strncmp(text + 23, in_g + 16, 16), 0, "%s", text);
	cr_expect_eq(strncmp(text + 43, in_g + 32, 16), 0, "%s", text);
	finish();
}

Test(bridge, ctrl_c_stops_a_busy_machine_within_a_second)
{
	double limit, t;

	start("--cpus=1");
	limit = slowness();
	put_packet("vCont;c");
	usleep(300000);
	t = seconds();
	put("\x03", 1);
	expect_stop(get_packet(SLOW), "T02");
	t = seconds() - t;
	cr_log_info("Ctrl-C: %.3f s", t);
	cr_assert_lt(t, limit);
	finish();
}

Test(bridge, every_cpu_is_a_thread)
{
	start("--cpus=2");
	EXPECT("qfThreadInfo", "m1,2");
	EXPECT("T2", "OK");
	cr_assert_eq(ask("T3")[0], 'E');
	EXPECT("Hg2", "OK");
	EXPECT("QStartNoAckMode", "OK");
	expect_stop(ask("vCont;s:2;c"), "T05thread:2;");
	finish();
}
