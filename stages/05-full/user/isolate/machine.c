/*
 * machine.c - a small machine whose vCPUs never stop by themselves.
 */
#include "05-full/user/isolate/isolate.h"

void isolate_wait(u64 ms)
{
	struct os_timespec t = { .sec = (s64)(ms / 1000),
		                 .nsec = (s64)(ms % 1000 * 1000000) };

	os_sleep(&t);
}

static long isolate_must(long answer, const char *what)
{
	if (answer < 0 && answer > -4096) {
		user_print("  %s: %s\n", what, user_error_text(answer));
		os_exit(1);
	}
	return answer;
}

void isolate_make(struct isolate_vm *m)
{
	struct kvm_userspace_memory_region slot = {
		.memory_size = ISOLATE_MEMORY,
	};

	m->kvm = (int)isolate_must(os_open("/dev/kvm", OS_O_RDWR), "/dev/kvm");
	m->vm = (int)isolate_must(os_ioctl(m->kvm, KVM_CREATE_VM, 0),
	                          "CREATE_VM");
	m->memory = user_alloc_aligned(ISOLATE_MEMORY, 2 * MiB);
	isolate_must(m->memory ? 0 : -12, "memory");
	slot.userspace_addr = (u64)m->memory;
	isolate_must(os_ioctl(m->vm, KVM_SET_USER_MEMORY_REGION, (u64)&slot),
	             "slot");
	for (int i = 0; i < 2; i++) {
		m->vcpu[i] = (int)isolate_must(os_ioctl(m->vm, KVM_CREATE_VCPU,
		                                        (u64)i),
		                               "CREATE_VCPU");
		m->run[i] = (struct kvm_run *)isolate_must(
			os_mmap(NULL, PAGE_SIZE, OS_PROT_READ | OS_PROT_WRITE,
		                OS_MAP_SHARED, m->vcpu[i], 0),
			"kvm_run");
		isolate_arch(m, i);
	}
}

static void isolate_vcpu(void *arg)
{
	while (os_ioctl((int)(long)arg, KVM_RUN, 0) == 0)
		;
}

void isolate_start(struct isolate_vm *m)
{
	static struct user_thread thread[2];

	for (int i = 0; i < 2; i++)
		isolate_must(user_thread_start(&thread[i], isolate_vcpu,
		                               (void *)(long)m->vcpu[i]),
		             "thread");
	isolate_wait(20);
}
