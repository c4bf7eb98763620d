/*
 * vcpu.c - a vCPU is a file (B1): its operations, and putting its state on a
 * CPU (B4).  KVM_RUN itself is run.c's.
 */
#include "05-full/host/memory.h"
#include "05-full/kvm/trace.h"
#include "lib/string.h"

/* anchor: load */
/*
 * B4: the vCPU's state on this CPU.  While it is there, the scheduler tells us
 * when the thread leaves the CPU and when it comes back, perhaps to another.
 */
static void load_here(struct kvm_vcpu *v)
{
	v->cpu = (int)arch_cpu_number();
	kvm_arch_vcpu_load(v);
}

static void put_here(struct kvm_vcpu *v)
{
	kvm_arch_vcpu_put(v);
	v->cpu = -1;
}

/* An ioctl's: interrupts are on. */
static void kvm_vcpu_load(struct kvm_vcpu *v)
{
	arch_irq_disable();
	current->notifier = &v->notifier;
	load_here(v);
	arch_irq_enable();
}

static void kvm_vcpu_put(struct kvm_vcpu *v)
{
	arch_irq_disable();
	put_here(v);
	current->notifier = NULL;
	arch_irq_enable();
}

static struct kvm_vcpu *of_notifier(struct preempt_notifier *n)
{
	return (void *)((char *)n - offsetof(struct kvm_vcpu, notifier));
}

static void sched_out(struct preempt_notifier *n)
{
	put_here(of_notifier(n));
}

static void sched_in(struct preempt_notifier *n)
{
	load_here(of_notifier(n));
}
/* end: load */

/* anchor: kick */
void kvm_make_request(struct kvm_vcpu *v, u32 request)
{
	__atomic_or_fetch(&v->requests, request, __ATOMIC_SEQ_CST);
}

void kvm_clear_request(struct kvm_vcpu *v, u32 request)
{
	__atomic_and_fetch(&v->requests, ~request, __ATOMIC_SEQ_CST);
}

/*
 * Asleep: wake it.  In the guest: interrupt that CPU, which makes the guest
 * exit.  Anywhere else: it will look by itself before it enters (B15).
 */
void kvm_vcpu_kick(struct kvm_vcpu *v)
{
	int cpu;

	wake_all(&v->wq);
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	cpu = v->cpu;
	if (v->mode == IN_GUEST_MODE && cpu >= 0 &&
	    cpu != (int)arch_cpu_number())
		arch_kick_cpu((unsigned)cpu);
}

int kvm_vcpu_block(struct kvm_vcpu *v)
{
	return wait_event(&v->wq, kvm_arch_runnable(v));
}
/* end: kick */

static s64 set_signal_mask(struct kvm_vcpu *v, u64 arg)
{
	struct kvm_signal_mask header;
	u64 mask;

	if (!arg) {
		v->sigmask_set = false;
		return 0;
	}
	if (copy_from_user(&header, arg, sizeof(header)))
		return -EFAULT;
	if (header.len != sizeof(mask))
		return -EINVAL;
	if (copy_from_user(&mask, arg + sizeof(header), sizeof(mask)))
		return -EFAULT;
	v->sigmask = mask;
	v->sigmask_set = true;
	return 0;
}

static s64 loaded_ioctl(struct kvm_vcpu *v, u32 request, u64 arg)
{
	switch (request) {
	case KVM_RUN:
		return kvm_vcpu_ioctl_run(v, arg);
	case KVM_SET_SIGNAL_MASK:
		return set_signal_mask(v, arg);
	default:
		return kvm_arch_vcpu_ioctl(v, request, arg);
	}
}

/* anchor: vcpu_ioctl */
/* B3: not KVM's, or one that is served also while the vCPU runs. */
static s64 unloaded_ioctl(struct kvm_vcpu *v, u32 request, u64 arg)
{
	if (_IOC_TYPE(request) != KVMIO)
		return -EINVAL;
	if (_IOC_NR(request) >= KVM_STAT_FIRST)
		return kvm_stat_ioctl(v, request, arg);
	return kvm_arch_vcpu_async_ioctl(v, request, arg);
}

static s64 kvm_vcpu_ioctl(struct file *f, u32 request, u64 arg)
{
	struct kvm_vcpu *v = f->private;
	s64 ret;

	if (v->kvm->mm != current_mm())
		return -EIO; /* B2: its addresses would mean other memory */
	if (request != KVM_RUN) {
		ret = unloaded_ioctl(v, request, arg); /* B3 */
		if (ret != -ENOIOCTLCMD)
			return ret;
	}
	if (mutex_lock_killable(&v->mutex))
		return -EINTR;
	kvm_vcpu_load(v); /* B4 */
	ret = loaded_ioctl(v, request, arg);
	kvm_vcpu_put(v);
	mutex_unlock(&v->mutex);
	return ret;
}
/* end: vcpu_ioctl */

/* B1: the file's pages are what kernel and VMM share. */
static void *kvm_vcpu_mmap_page(struct file *f, u64 n)
{
	struct kvm_vcpu *v = f->private;

	return n < KVM_RUN_PAGES ? (u8 *)v->run + n * PAGE_SIZE : NULL;
}

static void kvm_vcpu_release(struct file *f)
{
	struct kvm_vcpu *v = f->private;

	kvm_put(v->kvm); /* vCPUs live as long as their VM */
}

const struct file_ops kvm_vcpu_ops = {
	.ioctl = kvm_vcpu_ioctl,
	.mmap_page = kvm_vcpu_mmap_page,
	.release = kvm_vcpu_release,
};

void kvm_vcpu_free(struct kvm_vcpu *v)
{
	if (v->run)
		frames_free(v->run, RUN_ORDER);
	if (v->stat)
		frames_free(v->stat, STAT_ORDER);
	kfree(v);
}

struct kvm_vcpu *kvm_vcpu_alloc(struct kvm *kvm, u32 id)
{
	struct kvm_vcpu *v = kmalloc(sizeof(*v));
	int err = -ENOMEM;

	if (!v)
		return NULL;
	v->kvm = kvm;
	v->id = id;
	v->index = kvm->nr_vcpus;
	v->cpu = -1;
	v->notifier.sched_out = sched_out;
	v->notifier.sched_in = sched_in;
	v->run = frames_alloc(RUN_ORDER);
	v->stat = frames_alloc(STAT_ORDER);
	if (v->stat)
		trace_init(v->stat);
	if (v->run && v->stat)
		err = kvm_arch_vcpu_init(v);
	if (err) {
		kvm_arch_vcpu_destroy(v); /* as far as it was made */
		kvm_vcpu_free(v);
		return NULL;
	}
	return v;
}
