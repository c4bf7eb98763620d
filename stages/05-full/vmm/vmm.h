/*
 * vmm.h - the virtual machine monitor: one process, one virtual machine.
 *
 * It owns the guest's memory, its devices and its start; KVM runs the vCPUs,
 * one thread of ours each.  The same binary runs on Linux and on our host.
 */
#pragma once

#include <linux/kvm.h>

#include "05-full/user/thread.h"
#include "05-full/user/user.h"

#define VMM_MAX_VCPUS 8
#define VMM_EXIT_REASONS 64

struct vmm_options {
	const char *name;   /* in front of messages */
	const char *kernel; /* a kernel with a boot protocol */
	const char *initrd;
	const char *append;  /* its command line; what a small guest reads */
	const char *guest;   /* a small guest */
	const char *console; /* file for the guest's output */
	const char *mark;    /* text on the console that ends a measurement */
	const char *save, *restore;
	u64 mem_mib, cpus, limit; /* limit: ms, 0 for none */
	u64 expect;               /* the status that counts as 0 */
	bool stat, log_exits, no_irqchip, irqchip;
	bool log; /* its console is a log among others */
};

struct vmm_vcpu {
	struct vmm *vm;
	int index, fd;
	struct kvm_run *run;
	struct user_thread thread;
	u64 exits[VMM_EXIT_REASONS];
	bool stopped; /* for saving */
};

struct vmm {
	const struct vmm_options *opt;
	int kvm, fd; /* /dev/kvm, and the machine */
	u8 *ram;
	u64 ram_base, ram_size; /* guest-physical */
	bool stopping;          /* vCPUs must not go on */
	bool irqchip;           /* interrupt controllers in the kernel */
	int ncpus;
	struct vmm_vcpu vcpu[VMM_MAX_VCPUS];
	struct user_mutex lock; /* of all devices */
};

/* --- main.c, options.c -------------------------------------------------- */

/* vmm_parse - 0, or the exit status of a wrong command line (2) or help. */
int vmm_parse(struct vmm_options *o, int argc, char **argv);

/* --- message.c ---------------------------------------------------------- */

/* vmm_die - say why on standard error and end with status 1. */
_Noreturn void vmm_die(const char *fmt, ...) PRINTF_LIKE(1, 2);

/* vmm_say - one line on standard error, with the name in front. */
void vmm_say(const char *fmt, ...) PRINTF_LIKE(1, 2);

/*
 * vmm_end - the machine has ended: say how, print what --stat asks for, and
 * end the program.  The first thread that calls it wins.
 */
_Noreturn void vmm_end(struct vmm *vm, int status, const char *fmt, ...)
	PRINTF_LIKE(3, 4);

/* vmm_messages - whose messages these are. */
void vmm_messages(const char *name);

/* --- machine.c ------------------------------------------------------------ */

/* vmm_create - open /dev/kvm, make the machine, its memory and its vCPUs. */
void vmm_create(struct vmm *vm);

/* vmm_ioctl - an ioctl that must work; ends the program with what otherwise. */
long vmm_ioctl(int fd, unsigned long request, unsigned long arg,
               const char *what);

/*
 * vmm_ram - where guest-physical [gpa, gpa + n) lies in our memory; NULL if it
 * is not all RAM.  The only way to guest memory.
 */
void *vmm_ram(const struct vmm *vm, u64 gpa, u64 n);

/* vmm_room - the same, for 'what'; ends the program if it does not fit. */
void *vmm_room(const struct vmm *vm, u64 gpa, u64 n, const char *what);

/* vmm_put - copy into guest memory; ends the program if what does not fit. */
void vmm_put(const struct vmm *vm, u64 gpa, const void *from, u64 n,
             const char *what);

/* --- run.c, exits.c ------------------------------------------------------- */

/* vmm_run - run all vCPUs until the machine ends. */
_Noreturn void vmm_run(struct vmm *vm);

/* vmm_handle_exit - serve the exit that lies in v->run. */
void vmm_handle_exit(struct vmm_vcpu *v);

/* vmm_log_exit - print one line: what is in kvm_run. */
void vmm_log_exit(const struct vmm_vcpu *v);

/* vmm_exit_name - "IO", "MMIO"...; NULL if reason has no name here. */
const char *vmm_exit_name(u32 reason);

/* vmm_print_stat - what --stat asks for. */
void vmm_print_stat(const struct vmm *vm);
void vmm_print_kernel_stat(const struct vmm *vm); /* kernel_stat.c */

/* --- last_words.c ---------------------------------------------------------- */

/* vmm_last_words_of - watch what this machine's kernel says. */
void vmm_last_words_of(struct vmm *vm);

/* vmm_last_words - a line of the guest's output: was it a kernel's last? */
void vmm_last_words(const u8 *line, size_t n);

/* vmm_rebooted - the guest wants to reboot: that ends its machine. */
_Noreturn void vmm_rebooted(struct vmm *vm);

/* --- save.c --------------------------------------------------------------- */

/* vmm_save - stop all vCPUs, write the machine to --save's file, end. */
void vmm_save(struct vmm *vm);

/* vmm_restore_open - memory and CPUs as the file says. */
void vmm_restore_open(struct vmm_options *o);

/* vmm_restore - fill a machine that was just made from --restore's file. */
void vmm_restore(struct vmm *vm);
