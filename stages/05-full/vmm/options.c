/*
 * options.c - the VMM's command line.
 */
#include "05-full/vmm/vmm.h"

static const char usage[] =
	"usage: vmm [OPTION]... --kernel FILE | --guest FILE | --restore FILE\n"
	"  --kernel FILE   Linux (bzImage, vmlinux, Image) or a multiboot "
	"kernel\n"
	"  --initrd FILE   its initial RAM disk (multiboot: its module)\n"
	"  --append TEXT   its command line; what a small guest can read;\n"
	"                  several are joined by blanks\n"
	"  --guest FILE    a small guest of this project\n"
	"  --mem MIB       the guest's memory (default 256)\n"
	"  --cpus N        virtual CPUs, 1 to 8 (default 1)\n"
	"  --console FILE  write the guest's output there\n"
	"  --name TEXT     in front of the VMM's own messages\n"
	"  --log           no keyboard; --name in front of each line of the "
	"guest's\n"
	"  --stat          count exits, print them at the end\n"
	"  --log-exits     print each exit that reaches the VMM\n"
	"  --no-irqchip    without interrupt controllers in the kernel\n"
	"  --irqchip       with them, for a small guest too\n"
	"  --mark TEXT     tell the time until the console shows TEXT\n"
	"  --expect N      the status that is right: 0 if it is N, 1 if not\n"
	"  --limit MS      end the machine after so many ms, with status 124\n"
	"  --save FILE     Ctrl-A s on the console saves the machine to FILE\n"
	"  --restore FILE  go on from such a file\n"
	"  --help\n"
	"The status is 0 after power-off and reboot, a small guest's own\n"
	"status, 1 if the machine broke down, 2 for a wrong command line.\n";

struct option {
	const char *name;
	const char **text;
	bool *flag, joined;
	u64 *number, min, max;
};

static int wrong(const char *what, const char *why)
{
	user_err("vmm: %s: %s\n%s", what, why, usage);
	return 2;
}

/* Our host splits its command line at blanks, so a text comes in parts. */
static const char *join(const char *text, const char *more)
{
	static char buffer[1024];
	char copy[sizeof(buffer)];

	snprintk(copy, sizeof(copy), "%s", text);
	snprintk(buffer, sizeof(buffer), "%s %s", copy, more);
	return buffer;
}

/* -1: fine. */
static int set_option(const struct option *o, const char *value)
{
	if (o->flag) {
		*o->flag = true;
		return -1;
	}
	if (!value)
		return wrong(o->name, "it needs a value");
	if (o->text)
		*o->text =
			o->joined && *o->text ? join(*o->text, value) : value;
	else if (!user_number(value, o->max, o->number) ||
	         *o->number < o->min) {
		user_err("vmm: %s %s: a number from %lu to %lu is needed\n",
		         o->name, value, o->min, o->max);
		return 2;
	}
	return -1;
}

static int check_options(const struct vmm_options *o)
{
	int images = !!o->kernel + !!o->guest + !!o->restore;

	if (images != 1)
		return wrong(images ? "too much to run" : "nothing to run",
		             "one of --kernel, --guest and --restore is "
		             "needed");
	return -1;
}

int vmm_parse(struct vmm_options *o, int argc, char **argv)
{
	const struct option options[] = {
		{ .name = "--kernel", .text = &o->kernel },
		{ .name = "--initrd", .text = &o->initrd },
		{ .name = "--append", .text = &o->append, .joined = true },
		{ .name = "--guest", .text = &o->guest },
		{ .name = "--mem",
		  .number = &o->mem_mib,
		  .min = 2,
		  .max = 3072 },
		{ .name = "--cpus",
		  .number = &o->cpus,
		  .min = 1,
		  .max = VMM_MAX_VCPUS },
		{ .name = "--expect", .number = &o->expect, .max = 255 },
		{ .name = "--limit",
		  .number = &o->limit,
		  .min = 1,
		  .max = 1000000 },
		{ .name = "--console", .text = &o->console },
		{ .name = "--mark", .text = &o->mark },
		{ .name = "--name", .text = &o->name },
		{ .name = "--log", .flag = &o->log },
		{ .name = "--stat", .flag = &o->stat },
		{ .name = "--log-exits", .flag = &o->log_exits },
		{ .name = "--no-irqchip", .flag = &o->no_irqchip },
		{ .name = "--irqchip", .flag = &o->irqchip },
		{ .name = "--save", .text = &o->save },
		{ .name = "--restore", .text = &o->restore },
	};

	o->mem_mib = 256;
	o->cpus = 1;
	for (int i = 1; i < argc; i++) {
		const struct option *known = NULL;
		int status;

		if (!strcmp(argv[i], "--help")) {
			user_print("%s", usage);
			return 0;
		}
		for (size_t k = 0; k < ARRAY_SIZE(options); k++)
			if (!strcmp(argv[i], options[k].name))
				known = &options[k];
		if (!known)
			return wrong(argv[i], "unknown option");
		status = set_option(known, known->flag ? NULL : argv[i + 1]);
		if (status >= 0)
			return status;
		i += !known->flag;
	}
	return check_options(o);
}
