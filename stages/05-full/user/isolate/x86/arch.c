/*
 * arch.c - x86: a guest in real mode that writes to its memory for ever.
 */
#include "05-full/user/isolate/isolate.h"

#include <asm/prctl.h>

#include "05-full/user/isolate/x86/isolate_insn.h"

/* 1: stosb; loops over 64 KiB by itself; jmp 1b */
static const u8 loop_code[] = { 0xaa, 0xeb, 0xfd };

/* An exit sets the limits of GDTR and IDTR to ffff (SDM 28.5.2). */
static bool limits_changed(void)
{
	return read_gdtr().limit == 0xffff || read_idtr().limit == 0xffff;
}

/*
 * After an exit FS is based where the program has it, also when it has changed
 * that since the last KVM_RUN.
 */
static bool fs_base_changed(void)
{
	static const u8 out[] = { 0xe6, 0x10, 0xeb, 0xfc };
	static const u64 local[] = { 11, 22 };
	struct isolate_vm m;
	u64 read = 0;

	isolate_make(&m);
	memcpy(m.memory + ISOLATE_CODE, out, sizeof(out));
	for (unsigned i = 0; i < ARRAY_SIZE(local); i++) {
		user_syscall(__NR_arch_prctl, ARCH_SET_FS, (long)&local[i], 0,
		             0, 0, 0);
		os_ioctl(m.vcpu[0], KVM_RUN, 0);
		read = read_fs_word();
		if (read != local[i])
			break;
	}
	user_syscall(__NR_arch_prctl, ARCH_SET_FS, 0, 0, 0, 0, 0);
	return read != local[1] || m.run[0]->exit_reason != KVM_EXIT_IO;
}

bool isolate_left_over(void)
{
	return limits_changed() || fs_base_changed();
}

void isolate_arch(struct isolate_vm *m, int vcpu)
{
	struct kvm_regs regs = { .rip = ISOLATE_CODE,
		                 .rflags = 2,
		                 .rdi = 0x2000 };
	struct kvm_sregs s;

	memcpy(m->memory + ISOLATE_CODE, loop_code, sizeof(loop_code));
	os_ioctl(m->vcpu[vcpu], KVM_GET_SREGS, (u64)&s);
	s.cs.base = s.cs.selector = 0;
	s.es.base = 0x10000; /* not over the code */
	s.es.selector = 0x1000;
	os_ioctl(m->vcpu[vcpu], KVM_SET_SREGS, (u64)&s);
	os_ioctl(m->vcpu[vcpu], KVM_SET_REGS, (u64)&regs);
}
