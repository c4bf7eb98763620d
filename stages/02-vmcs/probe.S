/*
 * probe.S - one attempt to enter the guest; see probe.h.
 *
 *	u64 probe_vmlaunch(u64 host_rsp);
 *	u64 probe_vmresume(u64 host_rsp);
 *	u64 probe_after_mov_ss(u64 host_rsp);
 *
 * host_rsp: the encoding of the field HOST_RSP.  Returns 0 after an exit, 1
 * after VMfailInvalid (CF), 2 after VMfailValid (ZF), as enum vmx_result.
 * A guest that ran leaves its own general registers: the callee-saved ones
 * come back from the stack, at which HOST_RSP points.
 */

	.macro SAVE
	push	%rbx
	push	%rbp
	push	%r12
	push	%r13
	push	%r14
	push	%r15
	vmwrite	%rsp, %rdi		/* HOST_RSP: found again at an exit */
	jbe	probe_failed
	.endm

	.text
	.globl	probe_vmlaunch
probe_vmlaunch:
	SAVE
	vmlaunch
	jmp	probe_failed

	.globl	probe_vmresume
probe_vmresume:
	SAVE
	vmresume
	jmp	probe_failed

	.globl	probe_after_mov_ss
probe_after_mov_ss:
	SAVE
	mov	%ss, %eax
	mov	%eax, %ss		/* blocks events for one instruction */
	vmlaunch
	jmp	probe_failed

/* The CPU comes here, to HOST_RIP, when the guest exits. */
	.globl	probe_exit
probe_exit:
	xor	%eax, %eax
	jmp	probe_restore

probe_failed:				/* CF or ZF is set */
	mov	$1, %eax
	jc	probe_restore
	mov	$2, %eax

probe_restore:
	pop	%r15
	pop	%r14
	pop	%r13
	pop	%r12
	pop	%rbp
	pop	%rbx
	ret

	.section .note.GNU-stack, "", @progbits
