/*
 * test_emu.c - the runner itself: how each kind of run ends, and what is left.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/boot/boot.h"

Test(emu, help_tells_the_options)
{
	struct boot *b = emu("--help");

	expect_status(b, OK);
	expect_line(b, "^usage: emu ");
	expect_line(b, "--timeout SECONDS");
	expect_line(b, "^Exit status: ");
}

Test(emu, wrong_use_is_told)
{
	static const char *const uses[][2] = {
		{ "", "no image given" },
		{ "--nonsense", "unrecognized option" },
		{ "--cpus 0 x", "a number from 1 to 64 is wanted" },
		{ "--cpus 2x x", "a number from 1 to 64 is wanted" },
		{ "--timeout nan x", "a number from" },
		{ "--backend vmware x", "there is no back end" },
		{ "--backend tcg x", "TCG. has no VMX" },
		{ "build/no-such-image", "No such file or directory" },
		{ "Makefile", "Makefile: not a 64-bit ELF image" },
		{ "build", "build: not a 64-bit ELF image" },
	};

	for (size_t i = 0; i < sizeof(uses) / sizeof(uses[0]); i++) {
		struct boot *b = emu(uses[i][0]);

		expect_status(b, USAGE);
		expect_message(b, uses[i][1]);
	}
}

Test(emu, a_stage_runs_to_its_end)
{
	struct boot *b = boot("01", "", "");

	expect_status(b, OK);
	expect_message(b, "^emu: running on ");
	expect_line(b, "^World Switch, stage 01$");
	expect_line(b, "^stage 01: ok$");
}

Test(emu, a_panic_is_a_failure)
{
	struct boot *b = boot("01", "", "panic");

	expect_status(b, FAILED);
	expect_line(b, "^panic: stages/.*:[0-9]+: ");
	expect_line(b, "^stage 01: FAILED: panic: ");
}

Test(emu, an_address_gets_function_and_line)
{
	struct boot *b = boot("01", "", "crash");

	expect_status(b, FAILED);
	expect_line(b, "\\[0x[0-9a-f]+\\].*  <- .*[a-z_]+ stages/.*:[0-9]+");
	expect_line(b, "^stage 01: FAILED: ");
}

Test(emu, a_triple_fault_is_named)
{
	struct boot *b = boot("01", "--backend bochs", "triple");

	expect_status(b, DIED);
	expect_message(b, "stopped without a verdict");
	expect_message(b, "a triple fault");
	expect_message(b, "at 0x[0-9a-f]+  <- .* stages/01-vmxon/");
}

Test(emu, a_hang_ends_at_the_time_limit)
{
	struct boot *b = boot("01", "--timeout 6", "hang");

	expect_status(b, TIMEOUT);
	expect_message(b, "^emu: time limit: no verdict after ");
	expect_message(b, "^emu:   [|] World Switch, stage 01");
	expect_message(b, "CPU 0 was at 0x[0-9a-f]+  <- .* stages/01-vmxon/");
}

Test(emu, two_runs_at_once)
{
	struct boot *a = boot_start("01", "", "", NULL);
	struct boot *b = boot_start("01", "--cpus 2", "", NULL);

	boot_wait(a);
	boot_wait(b);
	expect_status(a, OK);
	expect_status(b, OK);
	expect_no_line(a, "CPU 1: VMXON done");
	expect_line(b, "CPU 1: VMXON done");
}

Test(emu, the_log_is_a_copy)
{
	char path[PATH_MAX], options[PATH_MAX + 16], *text;
	struct boot *b;
	FILE *f;

	snprintf(path, sizeof(path), "%s/log", test_dir());
	snprintf(options, sizeof(options), "--log %s", path);
	b = boot("01", options, "");
	expect_status(b, OK);
	f = fopen(path, "r");
	cr_assert(f);
	text = calloc(1, b->out_len + 2);
	cr_assert_eq(fread(text, 1, b->out_len + 1, f), b->out_len);
	cr_assert_str_eq(text, b->out);
	fclose(f);
	unlink(path);
	*strrchr(path, '/') = 0;
	rmdir(path);
}

Test(emu, a_boot_disc_for_a_real_pc)
{
	char path[PATH_MAX], arguments[2 * PATH_MAX];
	struct stat st;
	struct boot *b;

	snprintf(path, sizeof(path), "%s/stage.iso", test_dir());
	snprintf(arguments, sizeof(arguments), "--iso %s %s", path,
	         boot_image("01"));
	b = emu(arguments);
	expect_status(b, OK);
	cr_assert_eq(stat(path, &st), 0);
	cr_assert_gt(st.st_size, 100000);

	snprintf(arguments, sizeof(arguments), "--timeout 120 --disc %s %s",
	         path, boot_image("01"));
	b = emu(arguments);
	expect_status(b, OK);
	expect_line(b, "^stage 01: ok$");
	unlink(path);
	*strrchr(path, '/') = 0;
	rmdir(path);
}

/* Runs with a PATH that has only the named program; expects its answer. */
static void with_only(const char *program, const char *answer)
{
	char dir[64], link[PATH_MAX], path[PATH_MAX + 8];
	struct boot *b;

	snprintf(dir, sizeof(dir), "%s", test_dir());
	snprintf(link, sizeof(link), "%s/%s", dir, program);
	cr_assert_eq(symlink("/bin/true", link), 0);
	setenv("WS_PROGRAMS_MISSING", "1", 1);
	snprintf(path, sizeof(path), "PATH=%s", dir);
	b = boot_start("01", "--backend bochs", "", path);
	boot_wait(b);
	unlink(link);
	rmdir(dir);
	expect_status(b, USAGE);
	expect_message(b, answer);
	expect_message(b, "`make setup` installs what is missing");
}

Test(emu, a_missing_disc_tool_is_named)
{
	with_only("bochs-bin", "the program grub-mkrescue is missing "
	                       ".Debian package: grub-common.");
}

Test(emu, a_missing_emulator_is_named)
{
	with_only("xorriso", "the program bochs-bin is missing "
	                     ".Debian package: bochs.");
}

/* The emulator that runs below emu, and the directory of its run. */
struct child {
	pid_t pid;
	char dir[PATH_MAX];
};

static struct child child_of(pid_t emu)
{
	struct child c = { 0 };
	char path[64];
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/task/%d/children", emu, emu);
	f = fopen(path, "r");
	if (!f)
		cr_skip_test("this kernel does not tell a process's children");
	cr_assert_eq(fscanf(f, "%d", &c.pid), 1, "emu has no child");
	fclose(f);
	snprintf(path, sizeof(path), "/proc/%d/cwd", c.pid);
	cr_assert(readlink(path, c.dir, sizeof(c.dir) - 1) > 0);
	return c;
}

/* A signal to a running emu leaves neither a process nor a file. */
static void killed_by(int sig)
{
	struct boot *b = boot_start("01", "", "hang", NULL);
	struct child c;

	boot_read_until(b, "World Switch");
	c = child_of(b->pid);
	cr_assert_eq(access(c.dir, F_OK), 0);
	kill(b->pid, sig);
	boot_wait(b);
	expect_status(b, CTRL_C);
	expect_message(b, "interrupted");
	cr_assert(process_ends(c.pid), "the emulator outlived emu");
	cr_assert(access(c.dir, F_OK), "%s is left behind", c.dir);
}

Test(emu, ctrl_c_leaves_nothing_behind)
{
	killed_by(SIGINT);
}

Test(emu, sigterm_leaves_nothing_behind)
{
	killed_by(SIGTERM);
}

Test(emu, the_emulator_dies_with_a_killed_runner)
{
	struct boot *b = boot_start("01", "", "hang", NULL);
	char command[PATH_MAX + 16];
	struct child c;

	boot_read_until(b, "World Switch");
	c = child_of(b->pid);
	kill(b->pid, SIGKILL);
	boot_wait(b);
	expect_status(b, 128 + SIGKILL);
	cr_assert(process_ends(c.pid), "the emulator outlived emu");
	/* A later run would remove this; a test cleans up itself. */
	snprintf(command, sizeof(command), "rm -rf '%s'", c.dir);
	cr_assert_eq(system(command), 0);
}

Test(emu, a_later_run_removes_what_a_killed_one_left)
{
	static const char stale[] = "build/run/emu-stale";
	const struct timespec long_ago[2] = { { 1, 0 }, { 1, 0 } };
	char arguments[128];

	mkdir("build/run", 0777);
	mkdir(stale, 0777);
	cr_assert_eq(utimensat(AT_FDCWD, stale, long_ago, 0), 0);
	snprintf(arguments, sizeof(arguments), "--print-command %s",
	         boot_image("01"));
	expect_status(emu(arguments), OK);
	cr_assert(access(stale, F_OK), "%s is still there", stale);
}

Test(emu, a_closed_console_ends_the_run)
{
	struct boot *b = boot_start("01", "", "hang", NULL);
	struct child c;

	boot_read_until(b, "World Switch");
	c = child_of(b->pid);
	close(b->out_fd);
	b->out_fd = -1;
	boot_wait(b);
	expect_status(b, DIED);
	expect_message(b, "the console's reader went away");
	cr_assert(process_ends(c.pid), "the emulator outlived emu");
	cr_assert(access(c.dir, F_OK), "%s is left behind", c.dir);
}

Test(emu, words_that_grub_would_change_are_refused)
{
	struct boot *b = boot("01", "", "it's");

	expect_status(b, USAGE);
	expect_message(b, "holds a blank, a quote");
}

Test(emu, an_unknown_cpu_model_is_named)
{
	struct boot *b = boot("01", "--backend bochs --model i486", "");

	expect_status(b, DIED);
	expect_message(b, "does it know the CPU model i486");
}
