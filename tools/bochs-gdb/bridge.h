/*
 * bridge.h - bochs-gdb: GDB's remote protocol on one side, the debugger that
 * is built into Bochs on the other.
 *
 *     GDB  --packets-->  link.c  server.c  -+-> regs.c memory.c points.c
 *                                           +-> run.c   monitor.c   |
 *     bochs-bin  <--command lines, answers--  bochs.c  <------------+
 *
 * There is one Bochs and one client, so each file keeps its state to itself.
 */
#ifndef BOCHS_GDB_BRIDGE_H
#define BOCHS_GDB_BRIDGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define MAX_CPUS 16
#define MAX_PACKET 0x20000 /* characters; "PacketSize" of the protocol */

/* main.c */
void say(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
_Noreturn void die(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* io.c: the one place that waits */
enum { IO_BOCHS = 1, IO_CLIENT = 2 };
void io_init(void);
/* Which of `want` can be read; 0 after timeout_ms (-1: no limit). */
unsigned io_wait(unsigned want, int timeout_ms);
double io_now(void);
void io_unblock_signals(void); /* for a child */

/* rundir.c: a private directory, removed at the end */
void rundir_create(void);
const char *rundir_file(const char *name); /* valid until the next but one */
void rundir_write(const char *name, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/* machine.c: the configuration that Bochs is started with */
struct machine {
	const char *iso, *disk, *config, *model;
	int cpus, mem;
};
void machine_start(const struct machine *m);

/* bochs.c: ask a question, get the answer */
void bochs_start(char *const argv[]);
/* The answer without the prompt, or NULL: Bochs has ended (or hung). */
const char *bochs_ask(const char *fmt, ...)
	__attribute__((format(printf, 1, 2)));
void bochs_send(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
bool bochs_answered(void); /* after io_wait said so: is it complete? */
const char *bochs_answer(void);
int bochs_fd(void);
bool bochs_alive(void);
void bochs_interrupt(void);
void bochs_kill(void);
void bochs_select(int cpu);
int bochs_cpus(void);
void bochs_set_cpus(int n);
const char *bochs_last_panic(void); /* since the last resume, or NULL */
void bochs_forget_panics(void);
bool bochs_powered_off(void);
void bochs_log_to(const char *file);

/* text.c: pick values out of answers */
const char *text_line(const char *text, const char *prefix);
bool text_hex(const char *text, const char *key, uint64_t *value);
bool text_number(const char **p, uint64_t *value);
int hex_digit(char c);
void hex_encode(char *out, const void *data, size_t len);
int hex_decode(void *data, size_t max, const char *hex);

/* stop.c: what Bochs says when it stops */
enum stop_kind { STOP_NONE, STOP_BREAK, STOP_WATCH, STOP_VMEXIT, STOP_MODE };
struct stop {
	enum stop_kind kind;
	int cpu;
	uint64_t where; /* linear address (BREAK), physical (WATCH) */
	char access;    /* 'r' or 'w' (WATCH) */
	uint64_t ticks;
};
/* One entry for each CPU that says why it stopped; returns CPUs seen. */
int stop_parse(const char *answer, struct stop per_cpu[MAX_CPUS]);
/* Lines that Bochs printed on the way, one of them per call. */
bool stop_note(const char **answer, char *note, size_t size);

/* regs.c, target.c */
struct reg {
	const char *name;
	int bits;
	const char *type, *feature;
};
extern const struct reg reg_table[];
extern const int reg_count;
size_t reg_offset(int n); /* of its bytes in the g packet */
const char *target_xml(void);
void regs_forget(void);           /* and memory: something has changed */
const uint8_t *regs_get(int cpu); /* the g packet, as bytes; NULL: gone */
size_t regs_size(void);
void regs_expedite(int cpu, char *text, size_t size); /* for a stop reply */
uint64_t regs_value(int cpu, const char *name);
bool regs_set(int cpu, int n, const uint8_t *bytes);

/* memory.c */
void memory_forget(void);
size_t memory_read(int cpu, uint64_t addr, uint8_t *data, size_t len);
bool memory_write(int cpu, uint64_t addr, const uint8_t *data, size_t len);
bool memory_physical(int cpu, uint64_t addr, uint64_t *phys);
size_t memory_read_physical(uint64_t addr, uint8_t *data, size_t len);

/* points.c: breakpoints and watchpoints */
enum world { WORLD_ANY, WORLD_HOST, WORLD_GUEST };
bool break_add(uint64_t addr, char type);
void break_remove(uint64_t addr, char type);
bool break_at(uint64_t addr, char *type);
bool breaks_wanted(void);
bool breaks_arm(void); /* false: more than Bochs can hold */
void break_only(uint64_t addr, enum world w);
bool break_wanted(uint64_t addr, enum world w);
bool watch_add(int cpu, uint64_t addr, uint64_t len, char type);
void watch_remove(uint64_t addr, uint64_t len, char type);
bool watch_hit(const struct stop *s, uint64_t *addr, char *type);
void watch_forget(void);
void points_clear(void);

/* run.c: step, continue, stop */
enum run_end { RUN_STOPPED, RUN_ENDED, RUN_CLIENT_GONE };
struct resume {
	int cpu;
	bool step;   /* that CPU: one instruction; else all run */
	bool others; /* stepping: do the other CPUs step along? */
};
enum run_end run(const struct resume *r);
void run_reply(char *reply, size_t size); /* the stop reply of the last run */
int run_cpu(void);                        /* which CPU stopped */
enum world run_world(int cpu);

/* console.c: the guest's first serial port */
void console_listen(int *port);
void console_log_to(const char *file);
int console_fd(void);
void console_ready(void);
void console_flush(void); /* to GDB; only while it waits for a stop */
bool console_type(const char *text);

/* link.c: packets */
enum { LINK_CLOSED = -1 };
void link_open(int in, int out);
void link_close(void);
int link_fd(void);
int link_receive(char *packet, size_t size); /* its length */
void link_send(const char *data, size_t len);
void link_send_text(const char *text);
void link_output(const char *text, size_t len); /* an O packet */
bool link_poll_interrupt(void); /* read what is there: a Ctrl-C in it? */
bool link_closed(void);
void link_no_ack(void);

/* server.c, monitor.c */
enum served { SERVED_GONE, SERVED_KILLED, SERVED_DETACHED, SERVED_ENDED };
enum served serve(void);
void monitor(int cpu, const char *command);

#endif
