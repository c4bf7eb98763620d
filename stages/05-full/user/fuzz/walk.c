/*
 * walk.c - what to call next, with what.
 *
 * KVM_RUN returns at once (immediate_exit is set in every kvm_run, and a guest
 * without memory gets nowhere), so the walk is bounded by its calls.
 */
#include <asm/errno.h>

#include "05-full/user/fuzz/fuzz.h"

u64 fuzz_below(struct fuzz *f, u64 n)
{
	return (user_random(&f->random) >> 16) % n;
}

/* Numbers that are often at an edge of something. */
static u64 fuzz_edgy(struct fuzz *f)
{
	static const u64 edges[] = {
		0,          1,          2,          7,          8,
		31,         32,         33,         63,         64,
		255,        256,        4095,       4096,       0xffff,
		0x10000,    0x08000000, 0x40000000, 0x7ffff000, 0xfee00000,
		0xfffff000, ~0u,        1ul << 32,  1ul << 39,  1ul << 47,
		1ul << 52,  1ul << 63,  ~0ul << 47, ~0ul,
	};

	switch (fuzz_below(f, 3)) {
	case 0:
		return edges[fuzz_below(f, ARRAY_SIZE(edges))];
	case 1:
		return edges[fuzz_below(f, ARRAY_SIZE(edges))] +
		       fuzz_below(f, 3) - 1;
	}
	return user_random(&f->random) >> fuzz_below(f, 64);
}

/* Fill the argument page: words at edges, pointers into our own memory. */
static void fuzz_fill(struct fuzz *f)
{
	u64 *word = (u64 *)f->arg;

	for (size_t i = 0; i < 16; i++) {
		switch (fuzz_below(f, 4)) {
		case 0:
			word[i] = (u64)f->memory +
			          fuzz_below(f, 512) * PAGE_SIZE;
			break;
		case 1:
			((u32 *)word)[2 * i] = (u32)fuzz_edgy(f);
			((u32 *)word)[2 * i + 1] = (u32)fuzz_below(f, 4);
			break;
		case 2:
			word[i] = fuzz_edgy(f);
			break;
		default:
			break; /* as it was: what an earlier GET left */
		}
	}
}

/* A pointer: good, unaligned, at a page's end, into a hole or the kernel. */
static u64 fuzz_pointer(struct fuzz *f)
{
	switch (fuzz_below(f, 12)) {
	case 0:
		return fuzz_edgy(f);
	case 1:
		return (u64)f->arg + PAGE_SIZE - fuzz_below(f, 64);
	case 2:
		return (u64)f->arg + fuzz_below(f, 8);
	case 3:
		return 0xffff800000000000 + fuzz_below(f, 1 << 30);
	}
	return (u64)f->arg;
}

/* A new descriptor takes a place, and closes what was there. */
static void fuzz_keep(struct fuzz *f, int fd)
{
	u64 i = fuzz_below(f, FUZZ_FDS);
	long run;

	if (f->fd[i] >= 0)
		os_close(f->fd[i]);
	if (f->run[i])
		os_munmap(f->run[i], PAGE_SIZE);
	f->run[i] = NULL;
	f->fd[i] = fd;
	run = os_mmap(NULL, PAGE_SIZE, OS_PROT_READ | OS_PROT_WRITE,
	              OS_MAP_SHARED, fd, 0);
	if (run < 0 && run > -(long)PAGE_SIZE)
		return; /* not a vCPU */
	f->run[i] = (struct kvm_run *)run;
	f->run[i]->immediate_exit = 1;
}

/* The answer lies where the argument was, not always at the page's start:
   another number would be a descriptor that is no device, perhaps stdout. */
static void fuzz_keep_device(struct fuzz *f, u64 arg)
{
	struct kvm_create_device device;
	u64 offset = arg - (u64)f->arg;

	if (offset > PAGE_SIZE - sizeof(device))
		return;
	memcpy(&device, f->arg + offset, sizeof(device));
	/* Only asked whether it could be made: fd is what was there before. */
	if (device.flags & KVM_CREATE_DEVICE_TEST)
		return;
	fuzz_keep(f, (int)device.fd);
}

static void plausible_slot(struct fuzz *f)
{
	struct kvm_userspace_memory_region *r = (void *)f->arg;

	*r = (struct kvm_userspace_memory_region){
		.slot = (u32)fuzz_below(f, 4),
		.flags = (u32)fuzz_below(f, 8) ? 0 : KVM_MEM_LOG_DIRTY_PAGES,
		.guest_phys_addr = fuzz_below(f, 8) * MiB,
		.memory_size = fuzz_below(f, 3) * MiB,
		.userspace_addr = (u64)f->memory,
	};
}

/*
 * A KVM_RUN returns at once, whatever an earlier call wrote where (arguments
 * point anywhere, also into a kvm_run): else its guest may run for ever.
 */
static void fuzz_no_run(struct fuzz *f)
{
	for (int i = 0; i < FUZZ_FDS; i++)
		if (f->run[i])
			f->run[i]->immediate_exit = 1;
}

long fuzz_step(struct fuzz *f)
{
	const struct fuzz_call *c =
		&fuzz_calls[fuzz_below(f, fuzz_call_count)];
	u64 which = fuzz_below(f, FUZZ_FDS + 3);
	int fd = which < FUZZ_FDS ? f->fd[which] : f->kvm;
	u64 request = fuzz_below(f, 64) ? c->request : user_random(&f->random);
	u64 arg = c->number ? fuzz_edgy(f) : fuzz_pointer(f);
	long answer;

	fuzz_fill(f);
	if (request == KVM_SET_USER_MEMORY_REGION && fuzz_below(f, 2))
		plausible_slot(f);
	else if (fuzz_below(f, 2))
		fuzz_plausible(f, request);
	if (request == KVM_RUN)
		fuzz_no_run(f);
	answer = os_ioctl(fd, request, (long)arg);
	if (answer > 2 &&
	    (request == KVM_CREATE_VM || request == KVM_CREATE_VCPU))
		fuzz_keep(f, (int)answer);
	else if (!answer && request == KVM_CREATE_DEVICE)
		fuzz_keep_device(f, arg);
	/* Now and then a new start, so that there is something to break. */
	if (!fuzz_below(f, 16)) {
		int vm = (int)os_ioctl(f->kvm, KVM_CREATE_VM, 0);

		if (vm >= 0)
			fuzz_keep(f, vm);
	}
	if (!fuzz_below(f, 8)) {
		int vcpu = (int)os_ioctl(f->fd[fuzz_below(f, FUZZ_FDS)],
		                         KVM_CREATE_VCPU, fuzz_below(f, 4));

		if (vcpu >= 0)
			fuzz_keep(f, vcpu);
	}
	return answer;
}

bool fuzz_begin(struct fuzz *f, u64 seed)
{
	f->random = seed * 2 + 1;
	for (int i = 0; i < FUZZ_FDS; i++)
		f->fd[i] = -1;
	f->memory = user_alloc_aligned(FUZZ_MEMORY, 2 * MiB);
	f->arg = user_alloc(2 * PAGE_SIZE);
	if (!f->memory || !f->arg) {
		user_err("fuzz: no memory\n");
		return false;
	}
	/* The hole.  It stays taken: otherwise a kvm_run would come to lie there,
	   and a GET across the page's end would clear its immediate_exit. */
	if (os_mprotect(f->arg + PAGE_SIZE, PAGE_SIZE, OS_PROT_NONE)) {
		user_err("fuzz: no hole behind the argument\n");
		return false;
	}
	f->kvm = os_open("/dev/kvm", OS_O_RDWR);
	if (f->kvm < 0)
		user_err("fuzz: /dev/kvm: %s\n", user_error_text(f->kvm));
	return f->kvm >= 0;
}
