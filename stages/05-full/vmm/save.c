/*
 * save.c - stop a machine, write it down, go on from there in another one.
 */
#include "05-full/vmm/save.h"

#include "05-full/vmm/arch.h"
#include "05-full/vmm/devices.h"

#define SAVE_MAGIC 0x3148435449575357ul /* "WSWITCH1" */

struct save_header {
	u64 magic, ram_base, ram_size, cpus;
	u64 uart_size;
};

static struct {
	int fd;
	const char *path;
	u8 buf[64 * KiB]; /* many small writes would cost more than they say */
	size_t used;
} file;

static void save_flush(void)
{
	long error = user_write_all(file.fd, file.buf, file.used);

	if (error)
		vmm_die("%s: cannot be written: %s", file.path,
		        user_error_text(error));
	file.used = 0;
}

void save_put(const void *data, size_t n)
{
	if (n > sizeof(file.buf) - file.used)
		save_flush();
	memcpy(file.buf + file.used, data, n);
	file.used += n;
}

void save_get(void *data, size_t n)
{
	long got = user_read_all(file.fd, data, n);

	if (got < 0)
		vmm_die("%s: cannot be read: %s", file.path,
		        user_error_text(got));
	if ((size_t)got != n)
		vmm_die("%s: the file ends too early", file.path);
}

void save_put_ioctl(int fd, unsigned long request, void *data, size_t n,
                    const char *what)
{
	vmm_ioctl(fd, request, (unsigned long)data, what);
	save_put(data, n);
}

void save_get_ioctl(int fd, unsigned long request, void *data, size_t n,
                    const char *what)
{
	save_get(data, n);
	vmm_ioctl(fd, request, (unsigned long)data, what);
}

/* Each vCPU leaves KVM_RUN with nothing half done, and stays outside. */
static void stop_vcpus(struct vmm *vm)
{
	__atomic_store_n(&vm->stopping, true, __ATOMIC_RELEASE);
	for (int i = 0; i < vm->ncpus; i++) {
		struct vmm_vcpu *v = &vm->vcpu[i];

		v->run->immediate_exit = 1;
		while (!__atomic_load_n(&v->stopped, __ATOMIC_ACQUIRE)) {
			struct os_timespec soon = { .nsec = 1000000 };

			user_kick(&v->thread, USER_SIGUSR1);
			os_sleep(&soon);
		}
	}
}

static bool all_zeros(const u64 *page)
{
	for (size_t i = 0; i < PAGE_SIZE / sizeof(*page); i++)
		if (page[i])
			return false;
	return true;
}

static u64 save_ram(const struct vmm *vm)
{
	u64 pages = 0, end = ~0ul;

	for (u64 at = 0; at < vm->ram_size; at += PAGE_SIZE) {
		if (all_zeros((const u64 *)(vm->ram + at)))
			continue;
		save_put(&at, sizeof(at));
		save_put(vm->ram + at, PAGE_SIZE);
		pages++;
	}
	save_put(&end, sizeof(end));
	return pages;
}

void vmm_save(struct vmm *vm)
{
	struct save_header h = { SAVE_MAGIC, vm->ram_base, vm->ram_size,
		                 (u64)vm->ncpus, sizeof(struct uart16550) };
	u64 pages;

	file.path = vm->opt->save;
	if (!file.path) {
		vmm_say("nothing saved: there is no --save FILE");
		return;
	}
	file.fd = os_open(file.path, OS_O_WRONLY | OS_O_CREAT | OS_O_TRUNC);
	if (file.fd < 0)
		vmm_die("%s: cannot be written: %s", file.path,
		        user_error_text(file.fd));
	stop_vcpus(vm);
	save_put(&h, sizeof(h));
	vmm_arch_save(vm);
	save_put(serial_state(), sizeof(struct uart16550));
	pages = save_ram(vm);
	save_flush();
	os_close(file.fd);
	vmm_end(vm, 0, "saved to %s: %lu pages of memory", file.path, pages);
}

void vmm_restore_open(struct vmm_options *o)
{
	struct save_header h;

	file.path = o->restore;
	file.fd = os_open(file.path, OS_O_RDONLY);
	if (file.fd < 0)
		vmm_die("%s: cannot be opened: %s", file.path,
		        user_error_text(file.fd));
	save_get(&h, sizeof(h));
	if (h.magic != SAVE_MAGIC || h.uart_size != sizeof(struct uart16550) ||
	    h.ram_base != vmm_arch_ram_base() || h.ram_size % MiB ||
	    h.ram_size > vmm_arch_ram_max() || !h.cpus ||
	    h.cpus > VMM_MAX_VCPUS)
		vmm_die("%s: not a machine that this VMM saved", file.path);
	o->mem_mib = h.ram_size / MiB;
	o->cpus = h.cpus;
}

/* The UART's state, but not the pointers that came with it. */
static void restore_uart(void)
{
	struct uart16550 now = *serial_state(), saved;

	save_get(&saved, sizeof(saved));
	saved.transmit = now.transmit;
	saved.interrupt = now.interrupt;
	saved.ctx = now.ctx;
	*serial_state() = saved;
	if (saved.level)
		saved.interrupt(saved.ctx, true);
}

void vmm_restore(struct vmm *vm)
{
	u64 at;

	vmm_arch_restore(vm);
	restore_uart();
	for (;;) {
		save_get(&at, sizeof(at));
		if (at == ~0ul)
			break;
		if (at % PAGE_SIZE || at >= vm->ram_size)
			vmm_die("%s: a page outside the memory", file.path);
		save_get(vm->ram + at, PAGE_SIZE);
	}
	os_close(file.fd);
	vmm_say("restored from %s", file.path);
}
