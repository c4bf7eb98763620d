/*
 * stack.c - kernel stacks: 16 KiB, and below it as much that is not mapped
 * (user_vectors.S relies on that).
 */
#include "04-arm64-el2/mmu.h"
#include "04-arm64-el2/sysreg_insn.h"
#include "05-full/host/arch.h"
#include "05-full/host/lock.h"
#include "05-full/host/memory.h"

/* In the kernel's half, above all memory that there could be. */
#define STACK_AREA 0xffffffc000000000ul
#define STACK_SLOTS 288 /* the threads that there may be, and CPUs */
#define STACK_ORDER (STACK_SHIFT - 12)

static struct spinlock stack_lock;
static void *frames[STACK_SLOTS];

static u64 stack_address(unsigned slot)
{
	return STACK_AREA + slot * 2ul * STACK_SIZE + STACK_SIZE;
}

static int map_in_free_slot(void *frame)
{
	for (unsigned i = 0; i < STACK_SLOTS; i++) {
		if (frames[i])
			continue;
		if (mmu_map(kernel_root, stack_address(i), virt_to_phys(frame),
		            STACK_SIZE, MMU_RW))
			return -1;
		frames[i] = frame;
		return (int)i;
	}
	return -1;
}

void *arch_stack_alloc(void)
{
	void *frame = frames_alloc(STACK_ORDER);
	u64 flags;
	int slot;

	if (!frame)
		return NULL;
	flags = spin_lock_irq(&stack_lock);
	slot = map_in_free_slot(frame);
	spin_unlock_irq(&stack_lock, flags);
	if (slot < 0) {
		frames_free(frame, STACK_ORDER);
		return NULL;
	}
	return (void *)stack_address((unsigned)slot);
}

/*
 * mmu_unmap has said TLBI VAE2IS.  With TGE=1 VAE1IS means the same regime
 * (Arm ARM D5.10.2); QEMU 7.2 forgets the EL2&0 entries by this one only.
 */
static void forget_stack(u64 stack)
{
	dsb_ishst();
	for (u64 va = stack; va < stack + STACK_SIZE; va += PAGE_SIZE)
		tlbi_vae1is(0, va);
	dsb_ish();
	isb();
}

void arch_stack_free(void *stack)
{
	unsigned slot =
		(unsigned)(((u64)stack - STACK_AREA) / (2ul * STACK_SIZE));
	u64 flags = spin_lock_irq(&stack_lock);
	void *frame = frames[slot];

	mmu_unmap(kernel_root, (u64)stack, STACK_SIZE);
	forget_stack((u64)stack);
	frames[slot] = NULL;
	spin_unlock_irq(&stack_lock, flags);
	frames_free(frame, STACK_ORDER);
}
