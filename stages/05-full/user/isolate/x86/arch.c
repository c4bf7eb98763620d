/*
 * arch.c - x86: a guest in real mode that writes to its memory for ever.
 */
#include "05-full/user/isolate/isolate.h"

/* 1: stosb; loops over 64 KiB by itself; jmp 1b */
static const u8 loop_code[] = { 0xaa, 0xeb, 0xfd };

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
