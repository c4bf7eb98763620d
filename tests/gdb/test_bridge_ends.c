/*
 * test_bridge_ends.c - however it ends, no Bochs is left behind.
 */
#define _GNU_SOURCE
#include "tests/gdb/bridge.h"

Test(bridge, a_client_that_vanishes_ends_all)
{
	start("--cpus=1");
	close(s->fd);
	expect_end();
}

Test(bridge, a_client_that_vanishes_while_it_runs_ends_all)
{
	start("--cpus=1");
	put_packet("vCont;c");
	usleep(200000);
	close(s->fd);
	expect_end();
}

Test(bridge, with_keep_another_client_may_come)
{
	struct sockaddr_in a;
	socklen_t len = sizeof(a);

	start("--keep");
	getpeername(s->fd, (struct sockaddr *)&a, &len);
	EXPECT("P0=1122334455667788", "OK");
	close(s->fd);
	connect_to(ntohs(a.sin_port));
	EXPECT("p0", "1122334455667788");
	finish();
}

Test(bridge, detach_ends_all)
{
	start("--cpus=1");
	EXPECT("D", "OK");
	expect_end();
}

Test(bridge, a_signal_ends_all)
{
	start("--cpus=1");
	put_packet("vCont;c");
	kill(s->bridge, SIGTERM);
	expect_end();
}

/* Then it cannot end Bochs itself; the kernel does it. */
Test(bridge, a_killed_bridge_leaves_no_bochs)
{
	start("--cpus=1");
	kill(s->bridge, SIGKILL);
	expect_end();
}

/*
 * What a killed bridge leaves is swept by the next one; but the directory is
 * everybody's, and a link there may lead anywhere.
 */
Test(bridge, a_planted_link_is_not_swept)
{
	const char *base = access("/dev/shm", W_OK) ? "/tmp" : "/dev/shm";
	char *here = realpath(test_dir(), NULL);
	char file[4200], link[64];
	pid_t dead = fork();

	if (dead == 0)
		_exit(0);
	waitpid(dead, NULL, 0);
	snprintf(file, sizeof(file), "%s/precious", here);
	fclose(fopen(file, "we"));
	snprintf(link, sizeof(link), "%s/bochs-gdb-%d-planted", base, dead);
	cr_assert_eq(symlink(here, link), 0);
	cr_expect_neq(system(BRIDGE " /no/such.iso 2>/dev/null"), 0);
	cr_expect_eq(access(file, F_OK), 0, "a file behind the link is gone");
	unlink(link);
	free(here);
}

Test(bridge, the_machine_that_powers_off_is_an_exit)
{
	start("--cpus=1");
	EXPECT("QStartNoAckMode", "OK");
	cr_assert_str_eq(ask("vCont;c"), "W00");
	expect_end();
}

Test(bridge, bochs_that_dies_is_told)
{
	start("--cpus=1");
	put_packet("vCont;c");
	usleep(200000);
	kill(s->bochs, SIGKILL);
	cr_assert_str_eq(get_packet(SLOW), "X09");
	expect_end();
}
