/*
 * main.c - runs so many random guests, and prints a line for each.
 *
 * usage: twins [-v] [COUNT [FIRST]]
 */
#include <asm/errno.h>

#include "05-full/user/twins/twins.h"

u64 twins_below(struct twins *t, u64 n)
{
	return (user_random(&t->random) >> 16) % n;
}

u64 twins_edgy(struct twins *t)
{
	static const u64 edges[] = {
		0,          1,          0x7f,   0x80,      0xff,
		0x7fff,     0x8000,     0xffff, 0x1000,    0x7fffffff,
		0x80000000, 0xffffffff, ~0ul,   1ul << 63,
	};

	if (twins_below(t, 2))
		return edges[twins_below(t, ARRAY_SIZE(edges))];
	return user_random(&t->random) >> twins_below(t, 64);
}

u64 twins_hash(u64 hash, const void *data, size_t n)
{
	const u8 *p = data;

	hash = hash ? hash : 0xcbf29ce484222325;
	for (size_t i = 0; i < n; i++)
		hash = (hash ^ p[i]) * 0x100000001b3;
	return hash;
}

static void twins_one(struct twins *t, u64 number)
{
	int exits = 0;

	t->random = (number + 1) * 0x9e3779b97f4a7c15;
	user_print("%lu ", number);
	twins_arch_guest(t);
	for (; exits < TWINS_EXITS; exits++) {
		long answer = os_ioctl(t->vcpu, KVM_RUN, 0);

		if (answer < 0) {
			user_print(" errno %ld", -answer);
			break;
		}
		if (!twins_arch_exit(t))
			break;
	}
	/* What the last exit began is finished. */
	t->run->immediate_exit = 1;
	os_ioctl(t->vcpu, KVM_RUN, 0);
	t->run->immediate_exit = 0;
	twins_arch_state(t);
	user_print("\n");
}

static bool twins_begin(struct twins *t)
{
	struct kvm_userspace_memory_region slot = { .memory_size =
		                                            TWINS_MEMORY };
	long size, run;

	t->kvm = os_open("/dev/kvm", OS_O_RDWR);
	t->vm = (int)os_ioctl(t->kvm, KVM_CREATE_VM, 0);
	t->vcpu = (int)os_ioctl(t->vm, KVM_CREATE_VCPU, 0);
	size = os_ioctl(t->kvm, KVM_GET_VCPU_MMAP_SIZE, 0);
	t->memory = user_alloc_aligned(TWINS_MEMORY, 2 * MiB);
	slot.userspace_addr = (u64)t->memory;
	if (t->vcpu < 0 || size < 0 || !t->memory ||
	    os_ioctl(t->vm, KVM_SET_USER_MEMORY_REGION,
	             (unsigned long)&slot)) {
		user_err("twins: no KVM, or no memory\n");
		return false;
	}
	run = os_mmap(NULL, (size_t)size, OS_PROT_READ | OS_PROT_WRITE,
	              OS_MAP_SHARED, t->vcpu, 0);
	if (run < 0) {
		user_err("twins: kvm_run: %s\n", user_error_text(-run));
		return false;
	}
	t->run = (struct kvm_run *)run;
	return twins_arch_begin(t);
}

int user_main(int argc, char **argv)
{
	static struct twins t;
	u64 count = 1000, first = 0;

	if (argc > 1 && !strcmp(argv[1], "-v")) {
		t.verbose = true;
		argc--, argv++;
	}
	if ((argc > 1 && !user_number(argv[1], ~0ul >> 1, &count)) ||
	    (argc > 2 && !user_number(argv[2], ~0ul >> 1, &first)) ||
	    argc > 3) {
		user_err("usage: twins [-v] [COUNT [FIRST]]\n");
		return 2;
	}
	if (!twins_begin(&t))
		return 1;
	for (u64 i = 0; i < count; i++)
		twins_one(&t, first + i);
	user_print("twins: the end\n");
	return 0;
}
