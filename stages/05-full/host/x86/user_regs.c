/*
 * user_regs.c - registers that a user program may begin or go on with.  Pure.
 */
#include "05-full/host/x86/user_regs.h"

#include "01-vmxon/regs.h"
#include "05-full/host/x86/host_arch.h"

/* CF PF AF ZF SF TF DF OF, RF, AC, ID: what POPF lets a program set. */
#define RFLAGS_OF_USER 0x250dd5ul

void user_regs_tame(struct user_regs *r)
{
	struct trap_frame *f = &r->frame;

	/* IRETQ to an address that is none faults in ring 0. */
	f->rip = MIN(f->rip, arch_user_limit);
	f->cs = USER_CS;
	f->ss = USER_DS;
	f->rflags = (f->rflags & RFLAGS_OF_USER) | RFLAGS_FIXED | RFLAGS_IF;
	f->vector = 0; /* not VECTOR_SYSCALL: RCX and R11 count, too */
}

void user_regs_reset(struct user_regs *r, u64 entry, u64 sp)
{
	*r = (struct user_regs){ .frame = { .rip = entry, .rsp = sp } };
	user_regs_tame(r);
}
