/*
 * emu.h - the emulator runner: boots one image, shows its console, and turns
 * the outcome into an exit status.
 *
 *   main.c     options                image.c   what kind of image it is
 *   backend.c  which machine, and its command line
 *   iso.c      the GRUB disc (x86)    process.c programs: find, start, stop
 *   rundir.c   the private directory  run.c     the event loop of a run
 *   console.c  the guest's lines      symbols.c addresses to file:line
 *   verdict.c  how it ended, and why  where.c   where a hung machine is
 *   kvm.c      can KVM nest here?     terminal.c  time and the terminal
 *   keys.c     what is typed
 */
#pragma once

#include <poll.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* Exit statuses; HACKING.md has the same table. */
enum status {
	ST_OK = 0,
	ST_FAILED = 1, /* the stage said FAILED */
	ST_USAGE = 2,  /* wrong use, or a program that is missing */
	ST_DIED = 3,   /* the machine ended without a verdict */
	ST_TIMEOUT = 124,
	ST_INTERRUPTED = 130,
};

enum machine { X86_64, ARM64 };
enum backend { AUTO, BOCHS, KVM, QEMU_ARM };

struct image {
	char path[4096]; /* absolute */
	enum machine machine;
	char stage[16]; /* "03", or empty: any stage's verdict will do */
};

/* A NULL-terminated argument list under construction. */
struct args {
	char *v[96];
	int n;
};

struct options {
	enum backend backend;
	int cpus, mem;  /* mem in MiB; 0: as the machine likes */
	double timeout; /* seconds, before scaling */
	const char *model, *log, *iso, *disc, *initrd;
	const char *clock; /* tell the time when the console shows this */
	int gic;
	int el1, icount, keep, print_command, interactive; /* yes or no */
	struct args qemu; /* extra arguments for QEMU */
	char **words;     /* the stage's command line */
	int nwords;
};

enum verdict { NONE, SAID_OK, SAID_FAILED };

#define TAIL_LINES 8
#define LINE_MAX_LEN 512

/* The guest's console, cut into lines. */
struct console {
	const struct image *image;
	const char *clock; /* awaited; NULL: none, or seen */
	int log_fd;        /* copy of the console, or -1 */
	bool closed;       /* our reader went away */
	bool raw;          /* not a byte is added or dropped */
	bool pending_cr;
	enum verdict verdict;
	char line[LINE_MAX_LEN];
	size_t len;
	char tail[TAIL_LINES][LINE_MAX_LEN];
	unsigned lines;
};

/* A started machine and what is known about it. */
struct run {
	const struct options *opt;
	struct image image;
	enum backend backend;
	struct args cmd;
	struct console console;
	pid_t child;      /* 0: none, or already gone */
	int child_status; /* from waitpid, once child is 0 */
	int listener;     /* Bochs connects its serial port here; else -1 */
	int from_guest, to_guest; /* the console; -1 before and after */
	int chatter;              /* what the emulator itself says */
	char said[16384];         /* the last of that chatter */
	size_t said_len;
	char input[4096]; /* typed, not yet taken by the guest */
	size_t input_len;
	double input_due; /* when it may have more */
	bool stdin_open;
	bool interactive, escape; /* escape: Ctrl-] was the last key */
	bool timed_out, interrupted, stopped;
	double deadline, seconds;
};

/* main.c */
void say(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
_Noreturn void die(enum status st, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/* process.c */
void signals_init(void);
bool signalled(void); /* has Ctrl-C or a kill arrived? */
int poll_open(struct pollfd *fds, int n, double deadline);
void add_arg(struct args *a, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
bool find_program(const char *name, char *path, size_t size);
void need_program(const char *name);
void need_file(const char *pattern, const char *package);
void make_pipe(int fds[2]);
pid_t spawn(char *const argv[], int in, int out, int err);
void kill_child(pid_t *child, int *status);
int run_program(char *const argv[], char *out, size_t size);

/* rundir.c: names are relative to the run directory */
const char *build_dir(void);
void rundir_create(void);
void rundir_remove(void);
void rundir_keep(void);
void rundir_enter(void); /* for a child */
void rundir_path(char *path, size_t size, const char *name);
void rundir_write(const char *name, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
size_t rundir_read(const char *name, char *buf, size_t size);

/* image.c, iso.c */
void image_open(struct image *img, const char *path);
void iso_make(const struct image *img, const struct options *opt,
              const char *iso);
void iso_use(const char *disc, const char *iso);
void check_words(const struct options *opt);

/* backend.c, kvm.c */
const char *kvm_unusable(void); /* why not, or NULL */
enum backend backend_choose(enum backend asked, enum machine m, bool tell);
void backend_check_programs(enum backend b);
void backend_command(struct run *r, int port);

/* run.c, where.c, verdict.c */
void run_start(struct run *r);
void run_until_end(struct run *r);
void run_stop(struct run *r);
void run_chatter(struct run *r);
void where_is_it(struct run *r);
enum status run_outcome(struct run *r);

/* keys.c */
bool keys_wanted(const struct run *r);
void keys_read(struct run *r);
bool keys_due(const struct run *r);
void keys_send(struct run *r);

/* console.c, symbols.c, terminal.c */
void console_feed(struct console *c, const char *buf, size_t n,
                  double deadline);
void console_end(struct console *c, double deadline);
void symbols_annotate(const struct image *img, const char *line, char *out,
                      size_t size);
void symbols_lookup(const struct image *img, const char *address, char *out,
                    size_t size);
double now(void);
double since_start(void); /* seconds, since `make run' if that was before */
double time_scale(void);
bool terminal_both(void);     /* keyboard and screen are the reader's */
void terminal_init(bool raw); /* raw: every key is the guest's */
bool terminal_is_raw(void);
void terminal_restore(void);
bool terminal_input_ok(void);
