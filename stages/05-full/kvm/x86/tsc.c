/*
 * tsc.c - see tsc.h.
 */
#include "05-full/kvm/x86/tsc.h"

/*
 * A VMM that brings a machine back writes what each vCPU's TSC was when it was
 * read, one after the other.  To the guest all of them are one clock, and must
 * stay so.  As on Linux: who writes what is less than a second away from what
 * the others have means the same.
 */
u64 tsc_write(struct guest_tsc *t, u64 value, u64 now, u64 hz)
{
	u64 offset = value - now;

	if (!t->by_vmm || offset - t->offset + hz > 2 * hz)
		t->offset = offset;
	t->by_vmm = true;
	return t->offset;
}
