/*
 * stat.c - answers about exits; the notes are taken in trace.h.
 */
#include "05-full/kvm/trace.h"
#include "lib/string.h"

static void copy_name(char to[32], unsigned reason)
{
	const char *name = kvm_arch_exit_name(reason);

	memset(to, 0, 32);
	if (name)
		memcpy(to, name, MIN(strlen(name), 31ul));
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
	/* The latest exit is booked at the next entry: until then here. */
	if (s->entries && e.index == s->reason)
		e.count++;
	copy_name(e.name, e.index);
	return copy_to_user(arg, &e, sizeof(e));
}

static s64 exit_trace(const struct kvm_stat *s, u64 arg)
{
	struct kvm_exit_trace e;
	u64 i;

	if (copy_from_user(&e, arg, sizeof(e)))
		return -EFAULT;
	if (e.back >= MIN(s->entries, (u64)TRACE_RING))
		return -ENOENT;
	i = (s->entries - 1 - e.back) % TRACE_RING;
	e.reason = s->ring[i].reason;
	e.entered = s->ring[i].entered;
	e.left = s->ring[i].left;
	e.pc = s->ring[i].pc;
	copy_name(e.name, e.reason);
	return copy_to_user(arg, &e, sizeof(e));
}

static s64 vcpu_times(const struct kvm_stat *s, u64 arg)
{
	struct kvm_vcpu_times t = {
		.entries = s->entries,
		.guest_ticks = s->guest_ticks,
		.hz = arch_ticks_hz(),
		.threads = s->threads,
	};

	for (unsigned i = 0; i < EXIT_REASONS; i++)
		t.host_ticks += s->by[i].ticks;
	return copy_to_user(arg, &t, sizeof(t));
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
		return -ENOIOCTLCMD;
	}
}
