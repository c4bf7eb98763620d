/*
 * exit_log.c - what --log-exits and --stat print.  Only what kvm_run holds by
 * the ABI, nothing that depends on time: two KVMs can be compared by it.
 */
#include "05-full/vmm/arch.h"
#include "05-full/vmm/console.h"

static size_t put_hex(char *to, size_t room, const u8 *data, size_t n)
{
	size_t at = 0;

	for (size_t i = 0; i < n && at + 2 < room; i++)
		at += snprintk(to + at, room - at, "%02x", data[i]);
	return at;
}

static void log_io(const struct kvm_run *run, char *to, size_t room)
{
	size_t at =
		snprintk(to, room, "%s port=0x%x size=%u count=%u",
	                 run->io.direction == KVM_EXIT_IO_OUT ? "out" : "in",
	                 run->io.port, run->io.size, run->io.count);

	if (run->io.direction != KVM_EXIT_IO_OUT)
		return;
	at += snprintk(to + at, room - at, " data=");
	put_hex(to + at, room - at, (const u8 *)run + run->io.data_offset,
	        MIN((size_t)run->io.size * run->io.count, 64ul));
}

static void log_mmio(const struct kvm_run *run, char *to, size_t room)
{
	size_t at = snprintk(to, room, "%s address=0x%llx len=%u",
	                     run->mmio.is_write ? "write" : "read",
	                     run->mmio.phys_addr, run->mmio.len);

	if (!run->mmio.is_write)
		return;
	at += snprintk(to + at, room - at, " data=");
	put_hex(to + at, room - at, run->mmio.data, MIN(run->mmio.len, 8u));
}

void vmm_log_exit(const struct vmm_vcpu *v)
{
	const struct kvm_run *run = v->run;
	const char *name = vmm_exit_name(run->exit_reason);
	char more[256] = "";

	switch (run->exit_reason) {
	case KVM_EXIT_IO:
		log_io(run, more, sizeof(more));
		break;
	case KVM_EXIT_MMIO:
		log_mmio(run, more, sizeof(more));
		break;
	case KVM_EXIT_SYSTEM_EVENT:
		snprintk(more, sizeof(more), "type=%u",
		         run->system_event.type);
		break;
	case KVM_EXIT_INTERNAL_ERROR:
		snprintk(more, sizeof(more), "suberror=%u",
		         run->internal.suberror);
		break;
	case KVM_EXIT_FAIL_ENTRY:
		snprintk(more, sizeof(more), "reason=0x%llx",
		         run->fail_entry.hardware_entry_failure_reason);
		break;
	}
	vmm_console_flush();
	user_print("exit vcpu=%d %s %s\n", v->index, name ? name : "?", more);
}

void vmm_print_stat(const struct vmm *vm)
{
	user_print("exits to the VMM:\n");
	for (u32 reason = 0; reason < VMM_EXIT_REASONS; reason++) {
		u64 sum = 0;

		for (int i = 0; i < vm->ncpus; i++)
			sum += vm->vcpu[i].exits[reason];
		if (sum)
			user_print("  %-16s %10lu\n",
			           vmm_exit_name(reason) ?
			                   vmm_exit_name(reason) :
			                   "?",
			           sum);
	}
	vmm_print_kernel_stat(vm);
}
