/*
 * main.c - machines are made while no memory is left, then one page, then two
 * and so on: each call must end with ENOMEM or work, and leave nothing behind
 * (the kernel's .pages counts).
 *
 * What uses the memory up is bitmaps of dirty pages: a slot with a log takes a
 * bit for each of its pages at once, and the slot itself needs no memory.
 */
#include <asm/errno.h>
#include <linux/kvm.h>

#include "05-full/user/user.h"

#define HOGS 16
#define SLOTS 32
#define LARGEST 10 /* of the kernel's blocks: 2^10 pages */
#define STEPS 128  /* single pages that are given back again */
#define GPA_BITS(order) (27 + (order)) /* 8 * 4096 pages of 4096 bytes: 2^27 */
#define MACHINES 3

struct hog {
	int vm;
	u32 slots;
	u64 top; /* its next slot's guest-physical address */
};

static struct hog hogs[HOGS];
static unsigned nr_hogs;
static int kvm;
static u64 failures, successes;

/* A slot whose bitmap has 2^order pages; 0 pages: it is deleted. */
static long set_slot(struct hog *h, u32 slot, u64 gpa, u64 size)
{
	struct kvm_userspace_memory_region r = {
		.slot = slot,
		.flags = size ? KVM_MEM_LOG_DIRTY_PAGES : 0,
		.guest_phys_addr = gpa,
		.memory_size = size,
		.userspace_addr = 0x10000,
	};

	return os_ioctl(h->vm, KVM_SET_USER_MEMORY_REGION, (unsigned long)&r);
}

static long eat(unsigned order)
{
	u64 size = BIT(GPA_BITS(order));
	long answer = -EFAULT;

	/* EFAULT: so high that a guest has no addresses there; the next one. */
	for (; nr_hogs < HOGS && answer == -EFAULT; nr_hogs++) {
		struct hog *h = &hogs[nr_hogs];

		if (h->slots < SLOTS)
			answer = set_slot(h, h->slots, h->top, size);
		if (answer == -EFAULT)
			continue;
		if (!answer) {
			h->top += size;
			h->slots++;
		}
		return answer;
	}
	return -ENOSPC;
}

/* STEPS single pages first, then all that is left, large blocks first. */
static long eat_all(void)
{
	long answer = 0;

	for (unsigned i = 0; i < STEPS; i++)
		if ((answer = eat(0)))
			return answer;
	for (unsigned order = LARGEST + 1; order-- > 0;)
		while (!(answer = eat(order)))
			;
	return answer;
}

/* Of the first ones. */
static void give_page_back(unsigned n)
{
	set_slot(&hogs[n / SLOTS], n % SLOTS, 0, 0);
}

static bool count(long answer)
{
	if (answer < 0)
		failures++;
	else
		successes++;
	return answer >= 0;
}

/* As far as it goes: whatever fails, the rest is tried all the same. */
static void make_machine(void)
{
	long vm = os_ioctl(kvm, KVM_CREATE_VM, 0), vcpu[MACHINES];
	struct hog h = { .vm = (int)vm };

	if (!count(vm))
		return;
	count(os_ioctl((int)vm, KVM_CREATE_IRQCHIP, 0));
	for (unsigned i = 0; i < MACHINES; i++)
		count(vcpu[i] = os_ioctl((int)vm, KVM_CREATE_VCPU, i));
	count(set_slot(&h, 0, 0, BIT(GPA_BITS(0))));
	count(os_ioctl(kvm, KVM_CREATE_VM, 12345)); /* no such type */
	for (unsigned i = 0; i < MACHINES; i++)
		if (vcpu[i] >= 0)
			os_close((int)vcpu[i]);
	os_close((int)vm);
}

int user_main(int argc, char **argv)
{
	long answer;

	(void)argc, (void)argv;
	kvm = os_open("/dev/kvm", OS_O_RDWR);
	for (unsigned i = 0; i < HOGS; i++)
		hogs[i].vm = (int)os_ioctl(kvm, KVM_CREATE_VM, 0);
	make_machine(); /* its code and data are in memory then */
	user_print("nomem: %lu of %lu calls work with memory\n", successes,
	           successes + failures);
	failures = successes = 0;
	answer = eat_all();
	if (answer != -ENOMEM) {
		user_err("nomem: memory does not end: error %ld\n", -answer);
		return 1;
	}
	for (unsigned i = 0; i <= STEPS; i++) {
		make_machine();
		if (i < STEPS)
			give_page_back(i);
	}
	user_print("nomem: %lu calls worked, %lu had no memory\n", successes,
	           failures);
	return !successes || !failures;
}
