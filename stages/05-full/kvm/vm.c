/*
 * vm.c - a virtual machine: its file, its vCPUs, its end.
 */
#include "05-full/host/memory.h"
#include "05-full/kvm/kvm.h"
#include "lib/string.h"

struct kvm *kvm_get(struct kvm *kvm)
{
	__atomic_add_fetch(&kvm->refs, 1, __ATOMIC_RELAXED);
	return kvm;
}

/* The last file of it is closed, so that nothing of it runs any more. */
static void kvm_destroy_vm(struct kvm *kvm)
{
	mm_remove_notifier(kvm->mm, &kvm->notifier);
	for (u32 i = 0; i < kvm->nr_vcpus; i++)
		kvm_arch_vcpu_destroy(kvm->vcpu[i]);
	kvm_free_slots(kvm);
	kvm_arch_vm_destroy(kvm);
	for (u32 i = 0; i < kvm->nr_vcpus; i++)
		kvm_vcpu_free(kvm->vcpu[i]);
	mm_put(kvm->mm);
	kfree(kvm);
}

void kvm_put(struct kvm *kvm)
{
	if (!__atomic_sub_fetch(&kvm->refs, 1, __ATOMIC_ACQ_REL))
		kvm_destroy_vm(kvm);
}

/* A file for the VMM; on failure the reference is given back. */
s64 kvm_install(const struct file_ops *ops, void *private, struct kvm *kvm)
{
	struct file *f = file_create(ops, private);
	int fd;

	if (!f) {
		kvm_put(kvm);
		return -ENOMEM;
	}
	fd = fd_install(f, true);
	if (fd < 0)
		file_put(f); /* releases: kvm_put */
	return fd;
}

static struct kvm_vcpu *find_vcpu(struct kvm *kvm, u64 id)
{
	for (u32 i = 0; i < kvm->nr_vcpus; i++)
		if (kvm->vcpu[i]->id == id)
			return kvm->vcpu[i];
	return NULL;
}

static struct kvm_vcpu *add_vcpu(struct kvm *kvm, u64 id)
{
	struct kvm_vcpu *v = kvm_vcpu_alloc(kvm, (u32)id);

	if (!v)
		return NULL;
	kvm->vcpu[kvm->nr_vcpus] = v;
	__atomic_store_n(&kvm->nr_vcpus, kvm->nr_vcpus + 1, __ATOMIC_RELEASE);
	return v;
}

/*
 * Others look at kvm->vcpu[] without a lock, so a vCPU that gets no descriptor
 * stays there, and the next attempt finds it.
 */
static s64 create_vcpu_locked(struct kvm *kvm, u64 id)
{
	struct kvm_vcpu *v = find_vcpu(kvm, id);
	int err;
	s64 fd;

	if (id >= KVM_VCPUS || (!v && kvm->nr_vcpus == KVM_VCPUS))
		return -EINVAL;
	err = kvm_arch_vcpu_precreate(kvm, (u32)id);
	if (err)
		return err;
	if (v && v->has_file)
		return -EEXIST;
	if (!v)
		v = add_vcpu(kvm, id);
	if (!v)
		return -ENOMEM;
	fd = kvm_install(&kvm_vcpu_ops, v, kvm_get(kvm));
	v->has_file = fd >= 0;
	return fd;
}

static s64 create_vcpu(struct kvm *kvm, u64 id)
{
	s64 ret;

	mutex_lock(&kvm->lock);
	ret = create_vcpu_locked(kvm, id);
	mutex_unlock(&kvm->lock);
	return ret;
}

static s64 set_user_memory_region(struct kvm *kvm, u64 arg)
{
	struct kvm_userspace_memory_region m;
	s64 ret;

	if (copy_from_user(&m, arg, sizeof(m)))
		return -EFAULT;
	mutex_lock(&kvm->lock);
	ret = kvm_set_memory_region(kvm, &m);
	mutex_unlock(&kvm->lock);
	return ret;
}

static s64 get_dirty_log(struct kvm *kvm, u64 arg)
{
	struct kvm_dirty_log log;
	s64 ret;

	if (copy_from_user(&log, arg, sizeof(log)))
		return -EFAULT;
	mutex_lock(&kvm->lock);
	ret = kvm_get_dirty_log(kvm, log.slot, (u64)log.dirty_bitmap);
	mutex_unlock(&kvm->lock);
	return ret;
}

static s64 kvm_vm_ioctl(struct file *f, u32 request, u64 arg)
{
	struct kvm *kvm = f->private;

	if (kvm->mm != current_mm())
		return -EIO; /* B2, for VMs too */
	switch (request) {
	case KVM_CREATE_VCPU:
		return create_vcpu(kvm, arg);
	case KVM_SET_USER_MEMORY_REGION:
		return set_user_memory_region(kvm, arg);
	case KVM_GET_DIRTY_LOG:
		return get_dirty_log(kvm, arg);
	case KVM_CHECK_EXTENSION:
		return kvm_check_extension(kvm, arg);
	default:
		return kvm_arch_vm_ioctl(kvm, request, arg);
	}
}

static void kvm_vm_release(struct file *f)
{
	kvm_put(f->private);
}

static const struct file_ops kvm_vm_ops = {
	.ioctl = kvm_vm_ioctl,
	.release = kvm_vm_release,
};

s64 kvm_create_vm(u64 type)
{
	struct kvm *kvm = kmalloc(sizeof(*kvm));
	int err;

	if (!kvm)
		return -ENOMEM;
	err = kvm_arch_vm_init(kvm, type);
	if (err) {
		kfree(kvm);
		return err;
	}
	kvm->refs = 1;
	kvm->mm = mm_get(current_mm());
	kvm->notifier.invalidate = kvm_mmu_invalidate;
	mm_add_notifier(kvm->mm, &kvm->notifier);
	return kvm_install(&kvm_vm_ops, kvm, kvm);
}
