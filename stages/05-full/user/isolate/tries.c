/*
 * tries.c - each of the bad things.
 */
#include <asm/errno.h>

#include "05-full/user/isolate/isolate.h"

static void isolate_check(bool good, const char *what)
{
	if (good)
		return;
	user_print("  FAILED: %s\n", what);
	os_exit(1);
}

/* Every call that takes a pointer, with some that are the kernel's. */
void isolate_kernel_pointers(void)
{
	static const u64 pointers[] = {
		0xffff800000000000, 0xffff888000000000, 0xffffffff81000000,
		0xffff000000000000, 0xffffffc000000000, ~0ul,
		~0ul - 7,           0x0000800000000000, 0x00007ffffffffff8,
	};
	struct isolate_vm m;

	isolate_make(&m);
	for (size_t i = 0; i < ARRAY_SIZE(pointers); i++) {
		unsigned long p = pointers[i];

		isolate_check(os_write(1, (void *)p, 64) == -EFAULT,
		              "write from the kernel");
		isolate_check(os_open((const char *)p, 0) == -EFAULT,
		              "a path in the kernel");
		for (u32 nr = 0; nr < 256; nr++) {
			os_ioctl(m.vm, _IOR(KVMIO, nr, u64[16]), p);
			os_ioctl(m.vm, _IOW(KVMIO, nr, u64[16]), p);
		}
		isolate_check(os_ioctl(m.vm, KVM_SET_USER_MEMORY_REGION, p) ==
		                      -EFAULT,
		              "a slot from the kernel");
		isolate_check(os_ioctl(m.vcpu[0], KVM_GET_MP_STATE, p) ==
		                      -EFAULT,
		              "an answer into the kernel");
	}
}

/* The guest's memory and kvm_run vanish while it runs. */
void isolate_unmap_running(void)
{
	struct isolate_vm m;

	isolate_make(&m);
	isolate_start(&m);
	os_munmap(m.memory + MiB, MiB);
	isolate_wait(5);
	os_mprotect(m.memory, PAGE_SIZE, OS_PROT_NONE);
	isolate_wait(5);
	os_munmap(m.run[0], PAGE_SIZE);
	os_munmap(m.memory, MiB);
	isolate_wait(20);
}

void isolate_close_running(void)
{
	struct isolate_vm m;

	isolate_make(&m);
	isolate_start(&m);
	os_close(m.vcpu[0]);
	os_close(m.vm);
	os_close(m.kvm);
	isolate_wait(20);
	os_close(m.vcpu[1]);
	isolate_wait(5);
}

/* Slots come and go under the vCPUs. */
void isolate_slots_running(void)
{
	struct isolate_vm m;
	struct kvm_userspace_memory_region slot = { 0 };

	isolate_make(&m);
	isolate_start(&m);
	for (u64 i = 0; i < 50; i++) {
		slot.slot = 1;
		slot.guest_phys_addr = 16 * MiB;
		slot.userspace_addr = (u64)m.memory;
		slot.memory_size = i & 1 ? 0 : ISOLATE_MEMORY;
		isolate_check(!os_ioctl(m.vm, KVM_SET_USER_MEMORY_REGION,
		                        (u64)&slot),
		              "a slot under running vCPUs");
	}
	slot = (struct kvm_userspace_memory_region){ 0 };
	isolate_check(!os_ioctl(m.vm, KVM_SET_USER_MEMORY_REGION, (u64)&slot),
	              "deleting the running code's slot");
	isolate_wait(20);
}

void isolate_many_machines(void)
{
	int kvm = os_open("/dev/kvm", OS_O_RDWR), n = 0;
	long vm;

	for (; n < 200; n++) {
		vm = os_ioctl(kvm, KVM_CREATE_VM, 0);
		if (vm < 0)
			break;
		if (os_ioctl((int)vm, KVM_CREATE_VCPU, 0) < 0)
			break;
	}
	isolate_check(n > 0, "one machine at least");
}

static void isolate_sleeper(void *arg)
{
	(void)arg;
	isolate_wait(100000);
}

void isolate_thread_bomb(void)
{
	static struct user_thread thread[500];
	int n = 0;

	while (n < 500 &&
	       !user_thread_start(&thread[n], isolate_sleeper, NULL))
		n++;
	isolate_check(n > 0, "one thread at least");
}

void isolate_fork_bomb(void)
{
	int n = 0, status;

	for (; n < 300; n++) {
		int child = os_fork();

		if (!child) {
			isolate_wait(20);
			os_exit(0);
		}
		if (child < 0)
			break;
	}
	isolate_check(n > 0, "one process at least");
	while (n--)
		os_wait(-1, &status);
}

/* Its vCPUs run, its threads sleep, and it is gone. */
void isolate_die_running(void)
{
	struct isolate_vm m;

	isolate_make(&m);
	isolate_start(&m);
	os_munmap(m.memory, PAGE_SIZE);
	*(volatile u8 *)m.memory = 1; /* SIGSEGV */
}
