/*
 * vmenter.S - the world switch.
 *
 *   enum vmx_result vmx_enter(struct vmx_context *c, bool launched);
 *
 *   in:   RDI = c, RSI = launched; interrupts off; c's VMCS is current
 *   out:  RAX = VMX_OK, VMX_FAIL_INVALID or VMX_FAIL_VALID
 *   kept: RBX, RBP, RSP, R12-R15, as the C ABI asks; all others are zero
 *
 * Hardware switches what has a field in the VMCS: RSP, RIP, RFLAGS, CR0, CR3,
 * CR4, the segments, the descriptor tables, a few MSRs.  It switches no
 * general register and no CR2 (SDM 28.5): that is this file.  What is switched
 * neither by hardware nor here is in switch.c, because it can wait until
 * somebody else needs it (A14).
 *
 * The numbers A1-A13 are those of the book's Rosetta table.  A1 is the file:
 * code whose labels the CPU jumps to must exist once, in one piece.
 */
#include "03-entry-exit/vmenter.h"

	.text
	.global vmx_enter, vmx_exit
	.type vmx_enter, @function

	/* anchor: save-host */
vmx_enter:
	/*
	 * A2: the registers that our C caller expects back.  The guest is
	 * going to fill them all, and an exit restores none but RSP.
	 */
	push %rbp
	push %rbx
	push %r12
	push %r13
	push %r14
	push %r15
	push %rdi			/* c: the one thing to find again */
	/* end: save-host */

	/* anchor: host-rsp */
	/*
	 * A3: the stack is where an exit must find it.  Mostly it is where it
	 * was last time, and VMWRITE is slower than a compare.
	 */
	cmp %rsp, CTX_HOST_RSP(%rdi)
	jne vmx_set_host_rsp		/* rare; at the end of this file */
vmx_host_rsp_is_set:
	/* end: host-rsp */

	/* anchor: load-cr2 */
	/* A4: CR2 has no field in the VMCS; writing it is slow, too. */
	mov CTX_CR2(%rdi), %rax
	mov %cr2, %rcx
	cmp %rax, %rcx
	jne vmx_set_cr2
vmx_cr2_is_set:
	/* end: load-cr2 */

	/* anchor: load-guest */
	/* A5: decide now; MOV leaves the flag alone, and RSI is needed. */
	test %sil, %sil

	/* A6: the guest's registers; RDI, our base, must be the last. */
	mov CTX_RAX(%rdi), %rax
	mov CTX_RCX(%rdi), %rcx
	mov CTX_RDX(%rdi), %rdx
	mov CTX_RBX(%rdi), %rbx
	mov CTX_RBP(%rdi), %rbp
	mov CTX_RSI(%rdi), %rsi
	mov CTX_R8(%rdi),  %r8
	mov CTX_R9(%rdi),  %r9
	mov CTX_R10(%rdi), %r10
	mov CTX_R11(%rdi), %r11
	mov CTX_R12(%rdi), %r12
	mov CTX_R13(%rdi), %r13
	mov CTX_R14(%rdi), %r14
	mov CTX_R15(%rdi), %r15
	mov CTX_RDI(%rdi), %rdi
	/* end: load-guest */

	/* anchor: enter */
	/*
	 * A7: into the guest.  Either instruction goes on below only if it
	 * failed; a failed VMRESUME must not run into the VMLAUNCH.
	 */
	jnz 1f
	vmlaunch
	jmp vmx_entry_failed
1:	vmresume
	/* end: enter */

	/* anchor: failed */
vmx_entry_failed:
	/*
	 * A12: CF says VMfailInvalid, ZF says VMfailValid.  The registers are
	 * the guest's still, the stack is as A2 left it.
	 */
	setc %al
	setz %cl
	movzbl %al, %eax
	movzbl %cl, %ecx
	lea (%eax, %ecx, VMX_FAIL_VALID), %eax
	pop %rdi			/* c is as it was */
	/* Without a current VMCS, A3's VMWRITE has failed as well. */
	movq $0, CTX_HOST_RSP(%rdi)
	jmp vmx_leave
	/* end: failed */

	/* anchor: exit */
vmx_exit:
	/*
	 * A8: every exit lands here.  RSP and RIP came from HOST_RSP and
	 * HOST_RIP, RFLAGS is 2; all general registers are the guest's.
	 *
	 * A9: get c without losing a register: swap it with the guest's RDI.
	 *     stack:  [rsp] guest RDI, then A2's R15 ... RBP, return address
	 */
	xchg %rdi, (%rsp)
	/* end: exit */

	/* anchor: save-guest */
	/* A10 */
	mov %rax, CTX_RAX(%rdi)
	mov %rcx, CTX_RCX(%rdi)
	mov %rdx, CTX_RDX(%rdi)
	mov %rbx, CTX_RBX(%rdi)
	mov %rbp, CTX_RBP(%rdi)
	mov %rsi, CTX_RSI(%rdi)
	mov %r8,  CTX_R8(%rdi)
	mov %r9,  CTX_R9(%rdi)
	mov %r10, CTX_R10(%rdi)
	mov %r11, CTX_R11(%rdi)
	mov %r12, CTX_R12(%rdi)
	mov %r13, CTX_R13(%rdi)
	mov %r14, CTX_R14(%rdi)
	mov %r15, CTX_R15(%rdi)
	pop CTX_RDI(%rdi)		/* the guest's RDI, from the slot */
	mov %cr2, %rax
	mov %rax, CTX_CR2(%rdi)
	xor %eax, %eax			/* VMX_OK */
	/* end: save-guest */

	/* anchor: leave */
vmx_leave:
	/*
	 * A13: the guest chose what these hold.  C has no use for it, but a
	 * mispredicted path in C could use it as an address.
	 */
	xor %ecx, %ecx
	xor %edx, %edx
	xor %esi, %esi
	xor %edi, %edi
	xor %r8d, %r8d
	xor %r9d, %r9d
	xor %r10d, %r10d
	xor %r11d, %r11d

	/* A11: the frame of A2, backwards. */
	pop %r15
	pop %r14
	pop %r13
	pop %r12
	pop %rbx
	pop %rbp
	ret
	/* end: leave */

	/* anchor: rare */
vmx_set_host_rsp:
	mov %rsp, CTX_HOST_RSP(%rdi)
	mov $VMCS_HOST_RSP, %eax
	vmwrite %rsp, %rax
	jmp vmx_host_rsp_is_set

vmx_set_cr2:
	mov %rax, %cr2
	jmp vmx_cr2_is_set
	/* end: rare */
	.size vmx_enter, . - vmx_enter
