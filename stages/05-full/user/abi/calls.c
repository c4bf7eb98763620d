/*
 * calls.c - calls that take more than an expression, and how answers look.
 */
#include <asm/errno.h>

#include "05-full/user/abi/abi.h"

static const char *abi_errno_name(long e)
{
	static const char *const names[] = {
		[EPERM] = "EPERM",           [ENOENT] = "ENOENT",
		[EINTR] = "EINTR",           [EIO] = "EIO",
		[ENXIO] = "ENXIO",           [E2BIG] = "E2BIG",
		[ENOEXEC] = "ENOEXEC",       [EBADF] = "EBADF",
		[EAGAIN] = "EAGAIN",         [ENOMEM] = "ENOMEM",
		[EACCES] = "EACCES",         [EFAULT] = "EFAULT",
		[EBUSY] = "EBUSY",           [EEXIST] = "EEXIST",
		[ENODEV] = "ENODEV",         [EINVAL] = "EINVAL",
		[EMFILE] = "EMFILE",         [ENOTTY] = "ENOTTY",
		[ENOSPC] = "ENOSPC",         [ESPIPE] = "ESPIPE",
		[ERANGE] = "ERANGE",         [ENOSYS] = "ENOSYS",
		[EOPNOTSUPP] = "EOPNOTSUPP",
	};
	static char other[24];

	if (e < (long)ARRAY_SIZE(names) && names[e])
		return names[e];
	snprintk(other, sizeof(other), "errno %ld", e);
	return other;
}

void abi_show(const char *name, long answer)
{
	if (answer < 0 && answer >= -4095)
		user_print("%s = %s\n", name, abi_errno_name(-answer));
	else
		user_print("%s = %ld\n", name, answer);
}

void abi_ok(const char *name, long answer)
{
	if (answer < 0 && answer >= -4095)
		abi_show(name, answer);
	else
		user_print("%s = ok\n", name);
}

int abi_keep(const char *name, long answer)
{
	abi_ok(name, answer);
	return (int)answer;
}

/* What the child found is its exit status: 128 and the error, or a number. */
long abi_foreign(int fd, unsigned long request, unsigned long arg)
{
	int child = os_fork(), status = 0;
	long answer;

	if (!child) {
		answer = os_ioctl(fd, request, arg);
		os_exit(answer < 0 ? 128 | (int)-answer : (int)answer & 127);
	}
	if (child < 0)
		return child;
	answer = os_wait(child, &status);
	if (answer < 0)
		return answer;
	status = status >> 8 & 0xff;
	return status & 128 ? -(status & 127) : status;
}

long abi_run(struct abi *t)
{
	long answer = os_ioctl(t->vcpu, KVM_RUN, 0);

	return answer < 0 ? answer : (long)t->run->exit_reason;
}

long abi_run_with_signal(struct abi *t)
{
	struct user_thread self = { .tid = os_gettid() };
	long answer;

	user_block(USER_SIGUSR1, true);
	user_kick(&self, USER_SIGUSR1);
	answer = os_ioctl(t->vcpu, KVM_RUN, 0);
	user_block(USER_SIGUSR1, false);
	return answer;
}

long abi_signal_mask(int vcpu, u32 len)
{
	struct {
		u32 len;
		u8 mask[8]; /* nothing blocked */
	} m = { .len = len };

	return os_ioctl(vcpu, KVM_SET_SIGNAL_MASK, (unsigned long)&m);
}

long abi_vcpu_without_descriptor(int vm, u32 id)
{
	static int fds[4096];
	size_t n = 0;
	long answer;

	while (n < ARRAY_SIZE(fds) &&
	       (fds[n] = os_open("/dev/kvm", OS_O_RDONLY)) >= 0)
		n++;
	answer = os_ioctl(vm, KVM_CREATE_VCPU, id);
	while (n)
		os_close(fds[--n]);
	return answer;
}

long abi_slot(int vm, u32 slot, u32 flags, u64 gpa, u64 size, const void *at)
{
	struct kvm_userspace_memory_region r = {
		.slot = slot,
		.flags = flags,
		.guest_phys_addr = gpa,
		.memory_size = size,
		.userspace_addr = (u64)at,
	};

	return os_ioctl(vm, KVM_SET_USER_MEMORY_REGION, (unsigned long)&r);
}

long abi_dirty(int vm, u32 slot)
{
	static u8 bitmap[ABI_MEMORY / PAGE_SIZE / 8];
	struct kvm_dirty_log log = { .slot = slot, .dirty_bitmap = bitmap };
	long answer;

	memset(bitmap, 0, sizeof(bitmap));
	answer = os_ioctl(vm, KVM_GET_DIRTY_LOG, (unsigned long)&log);
	if (answer < 0)
		return answer;
	for (size_t i = 0; i < sizeof(bitmap); i++)
		if (bitmap[i])
			return 1;
	return 0;
}
