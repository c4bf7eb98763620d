/*
 * message.c - what the VMM says, and how it ends.
 */
#include "05-full/vmm/console.h"
#include "05-full/vmm/vmm.h"

static const char *whose;

void vmm_messages(const char *name)
{
	whose = name;
}

static void vmessage(const char *fmt, va_list ap)
{
	char text[512];

	vmm_console_flush(); /* in the order in which it came */
	vsnprintk(text, sizeof(text), fmt, ap);
	if (whose)
		user_err("vmm[%s]: %s\n", whose, text);
	else
		user_err("vmm: %s\n", text);
}

void vmm_say(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vmessage(fmt, ap);
	va_end(ap);
}

void vmm_die(const char *fmt, ...)
{
	va_list ap;

	vmm_console_close();
	va_start(ap, fmt);
	vmessage(fmt, ap);
	va_end(ap);
	os_exit(1);
}

void vmm_end(struct vmm *vm, int status, const char *fmt, ...)
{
	static bool ending;
	struct os_timespec long_time = { .sec = 1000 };
	va_list ap;

	while (__atomic_test_and_set(&ending, __ATOMIC_ACQ_REL))
		os_sleep(&long_time);
	vmm_console_close();
	va_start(ap, fmt);
	vmessage(fmt, ap);
	va_end(ap);
	if (vm->opt->stat)
		vmm_print_stat(vm);
	if (vm->opt->expect)
		status = (u64)status != vm->opt->expect;
	os_exit(status);
}
