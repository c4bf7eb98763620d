/*
 * save.c - x86: registers and interrupt controllers of a stopped machine.
 */
#include "05-full/vmm/save.h"

#include "05-full/vmm/arch.h"

#define MAX_MSRS 512

static struct {
	u32 n;
	u32 index[MAX_MSRS];
} msr_list;

/* As KVM_GET_MSRS and KVM_SET_MSRS take one. */
static struct one_msr {
	u32 n, padding;
	struct kvm_msr_entry entry;
} msrs[MAX_MSRS];
static u32 msrs_got;

static struct {
	struct kvm_irqchip chip[3];
	struct kvm_pit_state2 pit;
	struct kvm_clock_data clock;
} board;

static union {
	struct kvm_regs regs;
	struct kvm_sregs sregs;
	struct kvm_xsave xsave;
	struct kvm_xcrs xcrs;
	struct kvm_debugregs debug;
	struct kvm_vcpu_events events;
	struct kvm_lapic_state lapic;
	struct kvm_mp_state mp;
	u8 bytes[PAGE_SIZE];
} state;

/* In the order in which they must be set: modes before what lives in them. */
static const struct {
	unsigned long get, set;
	size_t size;
	const char *what;
} parts[] = {
#define PART(name, type)                                                      \
	{                                                                     \
		KVM_GET_##name, KVM_SET_##name, sizeof(type), #name           \
	}
	PART(SREGS, struct kvm_sregs),
	PART(REGS, struct kvm_regs),
	PART(XCRS, struct kvm_xcrs),
	PART(XSAVE, struct kvm_xsave),
	PART(DEBUGREGS, struct kvm_debugregs),
	PART(LAPIC, struct kvm_lapic_state),
	PART(VCPU_EVENTS, struct kvm_vcpu_events),
	PART(MP_STATE, struct kvm_mp_state),
#undef PART
};

/* A host CPU without XSAVE answers for XCR0 what it then refuses to take. */
static bool part_is_there(const struct vmm *vm, size_t p)
{
	return parts[p].get != KVM_GET_XCRS ||
	       os_ioctl(vm->fd, KVM_CHECK_EXTENSION, KVM_CAP_XCRS) > 0;
}

static void get_msrs(struct vmm_vcpu *v)
{
	struct one_msr one = { .n = 1 };

	msr_list.n = MAX_MSRS;
	vmm_ioctl(v->vm->kvm, KVM_GET_MSR_INDEX_LIST, (unsigned long)&msr_list,
	          "KVM_GET_MSR_INDEX_LIST");
	msrs_got = 0;
	for (u32 i = 0; i < msr_list.n; i++) {
		one.entry.index = msr_list.index[i];
		if (os_ioctl(v->fd, KVM_GET_MSRS, (unsigned long)&one) == 1)
			msrs[msrs_got++] = one;
	}
}

static void put_msrs(void)
{
	u32 end = 0;

	save_put(msrs, msrs_got * sizeof(msrs[0]));
	save_put(&end, sizeof(end));
}

static void restore_msrs(struct vmm_vcpu *v)
{
	struct one_msr one;

	for (;;) {
		save_get(&one.n, sizeof(one.n));
		if (!one.n)
			break;
		save_get(&one.padding, sizeof(one) - sizeof(one.n));
		/* Zero is what a fresh vCPU has, also where it cannot be set. */
		if (os_ioctl(v->fd, KVM_SET_MSRS, (unsigned long)&one) != 1 &&
		    one.entry.data)
			vmm_say("MSR 0x%x = 0x%llx cannot be restored",
			        one.entry.index, one.entry.data);
	}
}

static void get_board(struct vmm *vm)
{
	for (u32 chip = 0; chip < ARRAY_SIZE(board.chip); chip++) {
		board.chip[chip].chip_id = chip;
		vmm_ioctl(vm->fd, KVM_GET_IRQCHIP,
		          (unsigned long)&board.chip[chip], "KVM_GET_IRQCHIP");
	}
	vmm_ioctl(vm->fd, KVM_GET_PIT2, (unsigned long)&board.pit,
	          "KVM_GET_PIT2");
	vmm_ioctl(vm->fd, KVM_GET_CLOCK, (unsigned long)&board.clock,
	          "KVM_GET_CLOCK");
}

static void set_board(struct vmm *vm)
{
	for (u32 chip = 0; chip < ARRAY_SIZE(board.chip); chip++)
		vmm_ioctl(vm->fd, KVM_SET_IRQCHIP,
		          (unsigned long)&board.chip[chip], "KVM_SET_IRQCHIP");
	vmm_ioctl(vm->fd, KVM_SET_PIT2, (unsigned long)&board.pit,
	          "KVM_SET_PIT2");
	board.clock.flags = 0;
	vmm_ioctl(vm->fd, KVM_SET_CLOCK, (unsigned long)&board.clock,
	          "KVM_SET_CLOCK");
}

/*
 * The vCPUs stand, the timers do not.  One that runs out now has left its
 * interrupt in a LAPIC, so timers are read before LAPICs: then one between the
 * two is there twice, which does no harm, and not lost.  In the file they stand
 * behind them, because they must be set when there is somebody to interrupt.
 */
void vmm_arch_save(struct vmm *vm)
{
	if (vm->irqchip)
		get_board(vm);
	for (int i = 0; i < vm->ncpus; i++) {
		get_msrs(&vm->vcpu[i]);
		for (size_t p = 0; p < ARRAY_SIZE(parts); p++)
			if (part_is_there(vm, p))
				save_put_ioctl(vm->vcpu[i].fd, parts[p].get,
				               &state, parts[p].size,
				               parts[p].what);
		put_msrs();
	}
	if (vm->irqchip)
		save_put(&board, sizeof(board));
}

void vmm_arch_restore(struct vmm *vm)
{
	for (int i = 0; i < vm->ncpus; i++) {
		for (size_t p = 0; p < ARRAY_SIZE(parts); p++)
			if (part_is_there(vm, p))
				save_get_ioctl(vm->vcpu[i].fd, parts[p].set,
				               &state, parts[p].size,
				               parts[p].what);
		restore_msrs(&vm->vcpu[i]);
	}
	if (!vm->irqchip)
		return;
	save_get(&board, sizeof(board));
	set_board(vm);
}
