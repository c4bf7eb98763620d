/*
 * run.c - a thread for each vCPU: enter the guest, serve the exit, again.
 */
#include <asm/errno.h>

#include "05-full/vmm/arch.h"

/* For saving: what was half done has just been finished by KVM_RUN. */
static void vmm_stop_if_asked(struct vmm_vcpu *v)
{
	struct os_timespec for_ever = { .sec = 1000000 };

	if (!__atomic_load_n(&v->vm->stopping, __ATOMIC_ACQUIRE) ||
	    !v->run->immediate_exit)
		return;
	__atomic_store_n(&v->stopped, true, __ATOMIC_RELEASE);
	for (;;)
		os_sleep(&for_ever);
}

static void vmm_run_vcpu(void *arg)
{
	struct vmm_vcpu *v = arg;

	for (;;) {
		long error = os_ioctl(v->fd, KVM_RUN, 0);

		if (error == -EINTR || error == -EAGAIN) {
			vmm_stop_if_asked(v);
			continue;
		}
		if (error < 0)
			vmm_end(v->vm, 1, "vCPU %d: KVM_RUN failed: %s",
			        v->index, user_error_text(error));
		if (v->vm->opt->log_exits)
			vmm_log_exit(v);
		vmm_handle_exit(v);
	}
}

static void vmm_watch_time(void *arg)
{
	struct vmm *vm = arg;
	struct os_timespec limit = { .sec = (s64)(vm->opt->limit / 1000),
		                     .nsec = (s64)(vm->opt->limit % 1000 *
		                                   1000000) };

	os_sleep(&limit);
	vmm_end(vm, 124, "not done after %lu ms (--limit)", vm->opt->limit);
}

void vmm_run(struct vmm *vm)
{
	static struct user_thread watch;

	if (vm->opt->limit && user_thread_start(&watch, vmm_watch_time, vm))
		vmm_die("--limit: no thread for it");
	user_catch(USER_SIGUSR1);
	for (int i = 1; i < vm->ncpus; i++) {
		struct vmm_vcpu *v = &vm->vcpu[i];
		int error = user_thread_start(&v->thread, vmm_run_vcpu, v);

		if (error)
			vmm_die("no thread for vCPU %d: %s", i,
			        user_error_text(error));
	}
	vm->vcpu[0].thread.tid = os_gettid();
	vmm_run_vcpu(&vm->vcpu[0]);
	__builtin_unreachable();
}
