/*
 * vmenter.h - the guest registers that have no field in the VMCS, and the
 * routine that switches them.
 *
 * The offsets are for vmenter.S and for the canary's assembly; each is
 * pinned to the struct below.
 */
#pragma once

#include "lib/types.h"

#define CTX_RAX 0
#define CTX_RCX 8
#define CTX_RDX 16
#define CTX_RBX 24
#define CTX_RBP 32
#define CTX_RSI 40
#define CTX_RDI 48
#define CTX_R8 56
#define CTX_R9 64
#define CTX_R10 72
#define CTX_R11 80
#define CTX_R12 88
#define CTX_R13 96
#define CTX_R14 104
#define CTX_R15 112
#define CTX_CR2 120
#define CTX_HOST_RSP 128

/* The encoding of HOST_RSP (vmcs_fields.def), for assembly. */
#define VMCS_HOST_RSP 0x6c14

#ifdef __ASSEMBLER__
#define VMX_FAIL_VALID 2 /* enum vmx_result: CF counts 1, ZF counts 2 */
#else
#include "01-vmxon/vmx.h"
#include "02-vmcs/vmcs_fields.h"

struct vmx_context {
	/*
	 * In the order of the manual's register numbers (SDM table 28-3),
	 * RSP left out: handlers find "register 3" by its number.
	 */
	union {
		struct {
			u64 rax, rcx, rdx, rbx, rbp, rsi, rdi;
			u64 r8, r9, r10, r11, r12, r13, r14, r15;
		};
		u64 gpr[15];
	};
	u64 cr2;
	u64 host_rsp; /* what HOST_RSP holds in the current VMCS */
};

#define CTX_PIN(offset, member)                                               \
	_Static_assert(offset == offsetof(struct vmx_context, member), #member)
CTX_PIN(CTX_RAX, rax);
CTX_PIN(CTX_RCX, rcx);
CTX_PIN(CTX_RDX, rdx);
CTX_PIN(CTX_RBX, rbx);
CTX_PIN(CTX_RBP, rbp);
CTX_PIN(CTX_RSI, rsi);
CTX_PIN(CTX_RDI, rdi);
CTX_PIN(CTX_R8, r8);
CTX_PIN(CTX_R9, r9);
CTX_PIN(CTX_R10, r10);
CTX_PIN(CTX_R11, r11);
CTX_PIN(CTX_R12, r12);
CTX_PIN(CTX_R13, r13);
CTX_PIN(CTX_R14, r14);
CTX_PIN(CTX_R15, r15);
CTX_PIN(CTX_CR2, cr2);
CTX_PIN(CTX_HOST_RSP, host_rsp);
_Static_assert(VMX_FAIL_INVALID == 1 && VMX_FAIL_VALID == 2, "vmenter.S");
_Static_assert((int)VMCS_HOST_RSP == (int)HOST_RSP, "vmcs_fields.def");

/*
 * vmx_enter - run the guest of the current VMCS until its next exit.
 *
 * c: the guest's general registers and CR2, loaded before and stored after.
 * launched: false for VMLAUNCH (the VMCS is clear), true for VMRESUME.
 * The caller has interrupts off.  Returns VMX_OK after an exit (also one
 * that reports a failed entry by bit 31 of the exit reason), or how the
 * instruction failed; then no guest ran and *c is as before, host_rsp aside.
 * SDM 27, 28, 31.
 */
enum vmx_result vmx_enter(struct vmx_context *c, bool launched);

/* Where every exit lands: the value of HOST_RIP.  Not a function to call. */
extern const u8 vmx_exit[];
#endif
