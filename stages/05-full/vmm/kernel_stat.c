/*
 * kernel_stat.c - --stat's second half: what the kernel knows about exits that
 * never reached the VMM.  Only our KVM can tell (kvm/stat.h).
 */
#include "05-full/kvm/stat.h"
#include "05-full/vmm/vmm.h"

/* One reason, over all vCPUs.  False: there is no such number. */
static bool sum_reason(const struct vmm *vm, u32 index,
                       struct kvm_exit_stat *sum)
{
	*sum = (struct kvm_exit_stat){ 0 };
	for (int i = 0; i < vm->ncpus; i++) {
		struct kvm_exit_stat e = { .index = index };

		if (os_ioctl(vm->vcpu[i].fd, KVM_GET_EXIT_STAT, (long)&e) < 0)
			return false;
		sum->count += e.count;
		sum->ticks += e.ticks;
		memcpy(sum->name, e.name, sizeof(e.name));
	}
	return true;
}

void vmm_print_kernel_stat(const struct vmm *vm)
{
	struct kvm_exit_stat e;

	if (!sum_reason(vm, 0, &e))
		return; /* Linux */
	user_print("all exits, ticks from each to the next entry:\n");
	for (u32 index = 0; sum_reason(vm, index, &e); index++)
		if (e.count)
			user_print("  %-32s %10llu %12llu ticks %8llu each\n",
			           e.name[0] ? e.name : "?", e.count, e.ticks,
			           e.ticks / e.count);
	for (int i = 0; i < vm->ncpus; i++) {
		struct kvm_vcpu_times t;

		if (os_ioctl(vm->vcpu[i].fd, KVM_GET_VCPU_TIMES, (long)&t) < 0)
			continue;
		user_print("  vCPU %d: %llu entries, %llu ticks in the guest, "
		           "%llu outside, %llu ticks a second\n",
		           i, t.entries, t.guest_ticks, t.host_ticks, t.hz);
	}
}
