/*
 * process.c - find, start and stop programs, and wait without losing signals.
 *
 * SIGINT and friends are blocked except inside poll_open(), so that they are
 * noticed at one place only and no child is ever forgotten.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "emu.h"

static volatile sig_atomic_t got_signal;
static sigset_t open_mask;

static void on_signal(int sig)
{
	if (sig != SIGCHLD)
		got_signal = sig;
}

void signals_init(void)
{
	static const int ours[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT,
		                    SIGCHLD };
	struct sigaction sa = { .sa_handler = on_signal };
	sigset_t blocked;

	sigemptyset(&blocked);
	for (size_t i = 0; i < sizeof(ours) / sizeof(ours[0]); i++) {
		sigaddset(&blocked, ours[i]);
		sigaction(ours[i], &sa, NULL);
	}
	sigprocmask(SIG_BLOCK, &blocked, &open_mask);
	/* Whoever started us may have left them blocked. */
	for (size_t i = 0; i < sizeof(ours) / sizeof(ours[0]); i++)
		sigdelset(&open_mask, ours[i]);
	signal(SIGPIPE, SIG_IGN);
}

bool signalled(void)
{
	return got_signal != 0;
}

/* Polls with the signals open; returns at the deadline or at a signal, too. */
int poll_open(struct pollfd *fds, int n, double deadline)
{
	double left = deadline - now();
	struct timespec ts;

	if (left < 0)
		left = 0;
	ts.tv_sec = (time_t)left;
	ts.tv_nsec = (long)((left - (double)ts.tv_sec) * 1e9);
	for (int i = 0; i < n; i++)
		fds[i].revents = 0;
	if (signalled())
		return 0;
	return ppoll(fds, (nfds_t)n, &ts, &open_mask);
}

void add_arg(struct args *a, const char *fmt, ...)
{
	va_list ap;

	if (a->n + 1 >= (int)(sizeof(a->v) / sizeof(a->v[0])))
		die(ST_USAGE, "too many arguments for the emulator");
	va_start(ap, fmt);
	if (vasprintf(&a->v[a->n], fmt, ap) < 0)
		die(ST_DIED, "out of memory");
	va_end(ap);
	a->v[++a->n] = NULL;
}

bool find_program(const char *name, char *path, size_t size)
{
	const char *p = getenv("PATH");

	while (p && *p) {
		size_t n = strcspn(p, ":");

		snprintf(path, size, "%.*s/%s", (int)n, p, name);
		if (n && access(path, X_OK) == 0)
			return true;
		p += n + (p[n] == ':');
	}
	return false;
}

/* Which Debian package brings a program; tools/packages has the same. */
static const char *const packages[][2] = {
	{ "bochs-bin", "bochs" },
	{ "grub-mkrescue", "grub-common" },
	{ "xorriso", "xorriso" },
	{ "qemu-system-x86_64", "qemu-system-x86" },
	{ "qemu-system-aarch64", "qemu-system-arm" },
};

void need_program(const char *name)
{
	char path[4096];
	const char *package = name;

	if (find_program(name, path, sizeof(path)))
		return;
	for (size_t i = 0; i < sizeof(packages) / sizeof(packages[0]); i++)
		if (!strcmp(packages[i][0], name))
			package = packages[i][1];
	die(ST_USAGE,
	    "the program %s is missing (Debian package: %s). "
	    "`make setup` installs what is missing.",
	    name, package);
}

void need_file(const char *pattern, const char *package)
{
	glob_t g;
	int none = glob(pattern, GLOB_NOSORT, NULL, &g);

	globfree(&g);
	if (none)
		die(ST_USAGE,
		    "the file %s is missing (Debian package: %s). "
		    "`make setup` installs what is missing.",
		    pattern, package);
}

void make_pipe(int fds[2])
{
	if (pipe2(fds, O_CLOEXEC))
		die(ST_DIED, "pipe: %s", strerror(errno));
}

/*
 * Starts a program in the run directory, in a process group of its own: a
 * Ctrl-C on the terminal reaches only us, and we stop the whole group.  The
 * kernel kills it if we are killed ourselves.
 */
pid_t spawn(char *const argv[], int in, int out, int err)
{
	pid_t parent = getpid();
	pid_t child = fork();

	if (child < 0)
		die(ST_DIED, "fork: %s", strerror(errno));
	if (child > 0)
		return child;
	setpgid(0, 0);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(127);
	signal(SIGPIPE, SIG_DFL);
	sigprocmask(SIG_SETMASK, &open_mask, NULL);
	if (dup2(in, 0) < 0 || dup2(out, 1) < 0 || dup2(err, 2) < 0)
		_exit(127);
	rundir_enter();
	execvp(argv[0], argv);
	dprintf(2, "cannot start %s: %s\n", argv[0], strerror(errno));
	_exit(127);
}

void kill_child(pid_t *child, int *status)
{
	if (*child <= 0)
		return;
	kill(-*child, SIGKILL);
	kill(*child, SIGKILL); /* it may not have its group yet */
	while (waitpid(*child, status, 0) < 0 && errno == EINTR)
		;
	*child = 0;
}

/* Runs a helper to its end; returns its exit status, its output in out. */
int run_program(char *const argv[], char *out, size_t size)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);
	int status = 0, fds[2];
	double deadline = now() + 60;
	size_t len = 0;
	ssize_t n = 1;
	pid_t child;

	make_pipe(fds);
	child = spawn(argv, null, fds[1], fds[1]);
	close(fds[1]);
	close(null);
	while (n > 0 && !signalled() && now() < deadline) {
		struct pollfd p = { .fd = fds[0], .events = POLLIN };
		char spill[256];

		if (poll_open(&p, 1, deadline) <= 0)
			continue;
		if (len + 1 < size)
			n = read(fds[0], out + len, size - 1 - len);
		else
			n = read(fds[0], spill, sizeof(spill));
		if (n > 0 && len + 1 < size)
			len += (size_t)n;
	}
	out[len] = 0;
	close(fds[0]);
	if (n > 0)
		kill_child(&child, &status);
	else
		waitpid(child, &status, 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128;
}
