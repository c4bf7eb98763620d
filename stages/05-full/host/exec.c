/*
 * exec.c - a program of the ramfs becomes a process.
 */
#include "05-full/host/arch.h"
#include "05-full/host/console.h"
#include "05-full/host/elf.h"
#include "05-full/host/memory.h"
#include "05-full/host/ramfs.h"
#include "05-full/host/sched.h"
#include "lib/print.h"
#include "lib/string.h"

#define USER_STACK_SIZE (8 * MiB)
#define USER_STACK_TOP (arch_user_limit - 64 * KiB)
#define MAX_WORDS 64

/* The auxiliary vector's types (System V ABI). */
#define AT_NULL 0
#define AT_PHDR 3
#define AT_PHENT 4
#define AT_PHNUM 5
#define AT_PAGESZ 6
#define AT_ENTRY 9
#define AT_RANDOM 25
#define PHENT_SIZE 56

/* For the new thread: where to begin. */
struct start {
	u64 entry, sp;
};

static int load_segment(struct mm *mm, const u8 *image,
                        const struct elf_segment *s)
{
	u64 start = ALIGN_DOWN(s->vaddr, PAGE_SIZE);
	s64 at;

	if (!user_range_ok(start, s->vaddr - start + s->mem_size))
		return -ENOEXEC;
	at = mm_map(mm, start, s->vaddr - start + s->mem_size, s->prot, false,
	            NULL, 0, true);
	if (at < 0)
		return (int)at;
	return mm_write(mm, s->vaddr, image + s->offset, s->file_size);
}

/*
 * Linux's stack at a program's start: argc, argv[], NULL, envp[], NULL, the
 * auxiliary vector, and above it the strings.
 */
static int build_stack(struct mm *mm, const char *const words[],
                       const struct elf_program *program, u64 *sp)
{
	u64 vector[MAX_WORDS + 24] = { 0 }, at = USER_STACK_TOP;
	u64 random[2] = { 0x776f726c64737769, 0x7463682d32303236 };
	unsigned argc = 0, n = 1;
	int err = 0;

	at -= sizeof(random);
	vector[0] = at;
	err = mm_write(mm, at, random, sizeof(random));
	for (; argc < MAX_WORDS && words[argc] && !err; argc++) {
		at -= strlen(words[argc]) + 1;
		vector[n++] = at;
		err = mm_write(mm, at, words[argc], strlen(words[argc]) + 1);
	}
	n += 2; /* the end of argv, and of an empty environment */
	{
		const u64 aux[][2] = {
			{ AT_PHDR, program->phdr },
			{ AT_PHENT, PHENT_SIZE },
			{ AT_PHNUM, program->phnum },
			{ AT_PAGESZ, PAGE_SIZE },
			{ AT_ENTRY, program->entry },
			{ AT_RANDOM, vector[0] },
			{ AT_NULL, 0 },
		};

		memcpy(&vector[n], aux, sizeof(aux));
		n += sizeof(aux) / sizeof(u64);
	}
	vector[0] = argc;
	*sp = ALIGN_DOWN(at - n * sizeof(u64), 16);
	return err ? err : mm_write(mm, *sp, vector, n * sizeof(u64));
}

static int load_program(struct mm *mm, const char *const words[],
                        struct start *start)
{
	struct elf_program program;
	u64 size;
	const void *image = ramfs_data(words[0], &size);
	s64 stack;
	int err;

	if (!image)
		return -ENOENT;
	err = elf_read(image, size, arch_elf_machine, &program);
	for (unsigned i = 0; !err && i < program.nr_segments; i++)
		err = load_segment(mm, image, &program.segment[i]);
	if (err)
		return err;
	stack = mm_map(mm, USER_STACK_TOP - USER_STACK_SIZE, USER_STACK_SIZE,
	               PROT_R | PROT_W, false, NULL, 0, true);
	if (stack < 0)
		return (int)stack;
	start->entry = program.entry;
	return build_stack(mm, words, &program, &start->sp);
}

/* The new process's first thread, on its way to user mode. */
static void start_user(void *arg)
{
	struct start start = *(struct start *)arg;

	kfree(arg);
	arch_enter_user(start.entry, start.sp);
}

static int open_console(struct process *p)
{
	for (int fd = 0; fd < 3; fd++) {
		p->fd[fd] = file_create(&console_ops, NULL);
		if (!p->fd[fd])
			return -ENOMEM;
		p->fd[fd]->flags = 2; /* O_RDWR */
	}
	return 0;
}

static struct process *start_process(const char *const words[], struct mm *mm,
                                     struct start *start)
{
	struct process *p = process_create(NULL, mm);
	struct thread *t;

	if (!p)
		return NULL;
	snprintk(p->name, sizeof(p->name), "%s", words[0]);
	t = open_console(p) ? NULL : thread_new(p->name, start_user, start);
	if (!t) {
		process_discard(p);
		return NULL;
	}
	process_add_thread(p, t);
	thread_start(t);
	return p;
}

struct process *process_start(const char *const words[])
{
	struct mm *mm = mm_create();
	struct start *start = kmalloc(sizeof(*start));
	struct process *p = NULL;
	int err = mm && start ? load_program(mm, words, start) : -ENOMEM;

	if (!err) {
		p = start_process(words, mm, start);
		err = p ? 0 : -ENOMEM;
	}
	if (p)
		return p;
	printk("%s: cannot start: error %d%s\n", words[0], err,
	       err == -ENOENT  ? " (not in the ramfs)" :
	       err == -ENOEXEC ? " (no static program for this CPU)" :
	                         "");
	if (mm) {
		mm_empty(mm);
		mm_put(mm);
	}
	kfree(start);
	return NULL;
}
