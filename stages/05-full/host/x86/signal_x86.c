/*
 * signal_x86.c - a signal's handler: the program's registers go to its own
 * stack, and come back from there by rt_sigreturn.
 *
 * What comes back is the program's to choose: nothing in it may give it more
 * than it had.  The frame's layout is our own business, for a program looks
 * into it only if it asked for SA_SIGINFO, which we do not offer.
 */
#include "05-full/host/x86/host_cpu.h"
#include "05-full/host/x86/host_insn.h"
#include "lib/errno.h"
#include "lib/string.h"

#define RED_ZONE 128 /* below RSP, the ABI lets a function use it */
#define SA_RESTORER 0x04000000ul

#define FX_MXCSR 24
#define FX_MXCSR_MASK 28
#define MXCSR_MASK_DEFAULT 0xffbfu /* SDM volume 1, 11.6.6 */

struct signal_frame {
	u64 restorer; /* where the handler returns to */
	u64 mask;
	struct user_regs regs;
	struct fx_area fx;
};

static u32 mxcsr_mask(void)
{
	struct fx_area now;
	u32 mask;

	fxsave(&now);
	memcpy(&mask, now.bytes + FX_MXCSR_MASK, sizeof(mask));
	return mask ? mask : MXCSR_MASK_DEFAULT;
}

int arch_signal_push(const struct sigaction *act, int signo, u64 mask)
{
	struct user_regs *r = user_regs_of(current);
	struct signal_frame f = { .restorer = act->restorer, .mask = mask };
	u64 sp = r->frame.rsp - RED_ZONE - sizeof(f), flags;

	if (!(act->flags & SA_RESTORER))
		return -EFAULT;
	/* As behind a CALL: RSP + 8 is a multiple of 16. */
	sp = ALIGN_DOWN(sp, 16) - 8;
	f.regs = *r;
	flags = arch_irq_save();
	fxsave(&f.fx);
	arch_irq_restore(flags);
	if (copy_to_user(sp, &f, sizeof(f)))
		return -EFAULT;
	user_regs_reset(r, act->handler, sp);
	r->frame.rdi = (u64)signo;
	return 0;
}

/* FXRSTOR faults if a bit of MXCSR is set that the CPU does not have. */
static void load_fx(struct fx_area *fx)
{
	u32 mxcsr;

	memcpy(&mxcsr, fx->bytes + FX_MXCSR, sizeof(mxcsr));
	mxcsr &= mxcsr_mask();
	memcpy(fx->bytes + FX_MXCSR, &mxcsr, sizeof(mxcsr));
	fxrstor(fx);
}

s64 arch_signal_pop(u64 *mask)
{
	struct user_regs *r = user_regs_of(current);
	struct signal_frame f;
	u64 flags;

	/* The handler's RET has taken the restorer's address. */
	if (copy_from_user(&f, r->frame.rsp - 8, sizeof(f)))
		return -EFAULT;
	*r = f.regs;
	user_regs_tame(r);
	flags = arch_irq_save();
	load_fx(&f.fx);
	arch_irq_restore(flags);
	*mask = f.mask;
	return (s64)r->frame.rax;
}
