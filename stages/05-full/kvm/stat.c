/*
 * stat.c - answers about exits; the notes are taken in trace.h.
 */
#include "05-full/kvm/trace.h"
#include "lib/print.h"
#include "lib/string.h"

static void copy_name(char to[32], unsigned reason)
{
	const char *name = kvm_arch_exit_name(reason);

	memset(to, 0, 32);
	if (name)
		snprintk(to, 32, "%s", name);
}

static s64 exit_stat(const struct kvm_stat *s, u64 arg)
{
	struct kvm_exit_stat e;

	if (copy_from_user(&e, arg, sizeof(e)))
		return -EFAULT;
	if (e.index >= EXIT_REASONS)
		return -ENOENT;
	e.pad = 0;
	e.count = s->by[e.index].count;
	e.ticks = s->by[e.index].ticks;
	copy_name(e.name, e.index);
	return copy_to_user(arg, &e, sizeof(e));
}

/* The back-th before the next one's place. */
static const struct exit_note *note_at(const struct kvm_stat *s, u32 back)
{
	u64 next = (u64)(s->at - s->ring);

	return &s->ring[(next - 1 - back) % TRACE_RING];
}

static s64 exit_trace(const struct kvm_stat *s, u64 arg)
{
	struct kvm_exit_trace e;
	const struct exit_note *n;

	if (copy_from_user(&e, arg, sizeof(e)))
		return -EFAULT;
	if (e.back >= TRACE_RING)
		return -ENOENT;
	n = note_at(s, e.back);
	if (n->reason == NOT_YET)
		return -ENOENT;
	e.reason = (u32)n->reason;
	e.entered = n->entered;
	e.left = n->left;
	e.pc = n->pc;
	copy_name(e.name, e.reason);
	return copy_to_user(arg, &e, sizeof(e));
}

static s64 vcpu_times(const struct kvm_stat *s, u64 arg)
{
	struct kvm_vcpu_times t = {
		.hz = arch_ticks_hz(),
		.threads = s->threads,
	};

	for (unsigned i = 0; i < EXIT_REASONS; i++) {
		t.entries += s->by[i].count;
		t.host_ticks += s->by[i].ticks;
	}
	if (t.entries)
		t.guest_ticks = s->left - s->first - t.host_ticks;
	return copy_to_user(arg, &t, sizeof(t));
}

void trace_init(struct kvm_stat *s)
{
	for (unsigned i = 0; i < TRACE_RING; i++)
		s->ring[i].reason = NOT_YET;
	s->at = s->ring;
	s->last = &s->none;
}

s64 kvm_stat_ioctl(struct kvm_vcpu *v, u32 request, u64 arg)
{
	switch (request) {
	case KVM_GET_EXIT_STAT:
		return exit_stat(v->stat, arg);
	case KVM_GET_EXIT_TRACE:
		return exit_trace(v->stat, arg);
	case KVM_GET_VCPU_TIMES:
		return vcpu_times(v->stat, arg);
	default:
		return -EINVAL;
	}
}
