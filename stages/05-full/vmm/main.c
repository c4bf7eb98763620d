/*
 * main.c - the VMM: make a machine, put a program into it, run it.
 */
#include "05-full/vmm/arch.h"
#include "05-full/vmm/console.h"
#include "05-full/vmm/devices.h"
#include "05-full/vmm/mark.h"

static struct vmm vm;

/* The image that the options name, and what it is. */
static void vmm_read_image(const struct vmm_options *o, struct image *im)
{
	const char *why = "not a program that this VMM knows";

	image_read(im, o->kernel ? o->kernel : o->guest);
	im->kind = vmm_arch_identify(im, &why);
	if (im->kind == IMAGE_UNKNOWN)
		vmm_die("%s: %s", im->path, why);
	if (o->guest && im->kind != IMAGE_GUEST)
		vmm_die("%s: not a small guest (a kernel is given by "
		        "--kernel)",
		        im->path);
}

/*
 * A person wants to see each character.  But a log is for lines, and so are
 * small guests, which are often started side by side.
 */
static void vmm_open_console(const struct vmm_options *o, enum image_kind kind)
{
	vmm_console_open(o->console, o->log ? o->name : NULL,
	                 o->log || kind == IMAGE_GUEST);
}

int user_main(int argc, char **argv)
{
	static struct vmm_options options;
	struct image image = { 0 }, initrd = { 0 };
	int status = vmm_parse(&options, argc, argv);

	if (status >= 0)
		return status;
	vmm_messages(options.name);
	vm.opt = &options;
	if (options.restore)
		vmm_restore_open(&options);
	else
		vmm_read_image(&options, &image);
	if (options.initrd)
		image_read(&initrd, options.initrd);
	vm.irqchip = (image.kind != IMAGE_GUEST || options.irqchip) &&
	             !options.no_irqchip;

	vmm_mark_start(options.mark);
	vmm_create(&vm); /* a machine: memory and vCPUs */
	vmm_open_console(&options, image.kind); /* where its output goes */
	vmm_arch_devices(&vm);                  /* what is around it */
	if (options.restore)
		vmm_restore(&vm);
	else
		vmm_arch_load(&vm, &image, &initrd); /* a program in it */
	if (vm.irqchip && image.kind != IMAGE_GUEST && !options.log)
		serial_listen(); /* what is typed */
	vmm_run(&vm);
}
