/*
 * machine.c - a virtual machine from /dev/kvm: memory and vCPUs.
 */
#include "05-full/vmm/arch.h"

long vmm_ioctl(int fd, unsigned long request, unsigned long arg,
               const char *what)
{
	long answer = os_ioctl(fd, request, arg);

	if (answer < 0)
		vmm_die("%s: %s", what, user_error_text(answer));
	return answer;
}

void *vmm_ram(const struct vmm *vm, u64 gpa, u64 n)
{
	if (gpa < vm->ram_base || gpa - vm->ram_base > vm->ram_size ||
	    n > vm->ram_size - (gpa - vm->ram_base))
		return NULL;
	return vm->ram + (gpa - vm->ram_base);
}

void *vmm_room(const struct vmm *vm, u64 gpa, u64 n, const char *what)
{
	void *to = vmm_ram(vm, gpa, n);

	if (!to)
		vmm_die("%s: its %lu bytes at 0x%lx do not fit into the "
		        "guest's memory (0x%lx to 0x%lx); --mem (MEM=) gives more",
		        what, n, gpa, vm->ram_base,
		        vm->ram_base + vm->ram_size - 1);
	return to;
}

void vmm_put(const struct vmm *vm, u64 gpa, const void *from, u64 n,
             const char *what)
{
	memcpy(vmm_room(vm, gpa, n, what), from, n);
}

static void vmm_add_memory(struct vmm *vm)
{
	struct kvm_userspace_memory_region slot;

	vm->ram_base = vmm_arch_ram_base();
	vm->ram_size = vm->opt->mem_mib * MiB;
	if (vm->ram_size > vmm_arch_ram_max())
		vmm_die("--mem %lu: at most %lu", vm->opt->mem_mib,
		        vmm_arch_ram_max() / MiB);
	/* Aligned, so that large pages of ours can be large pages of its. */
	vm->ram = user_alloc_aligned(vm->ram_size, 2 * MiB);
	if (!vm->ram)
		vmm_die("no memory for a guest of %lu MiB", vm->opt->mem_mib);
	slot = (struct kvm_userspace_memory_region){
		.guest_phys_addr = vm->ram_base,
		.memory_size = vm->ram_size,
		.userspace_addr = (u64)vm->ram,
	};
	vmm_ioctl(vm->fd, KVM_SET_USER_MEMORY_REGION, (unsigned long)&slot,
	          "KVM_SET_USER_MEMORY_REGION");
}

static void vmm_add_vcpu(struct vmm *vm, int index, size_t run_size)
{
	struct vmm_vcpu *v = &vm->vcpu[index];
	long run;

	v->vm = vm;
	v->index = index;
	v->fd = (int)vmm_ioctl(vm->fd, KVM_CREATE_VCPU, (unsigned long)index,
	                       "KVM_CREATE_VCPU");
	run = os_mmap(NULL, run_size, OS_PROT_READ | OS_PROT_WRITE,
	              OS_MAP_SHARED, v->fd, 0);
	if (run < 0 && run > -(long)PAGE_SIZE)
		vmm_die("the vCPU's kvm_run cannot be mapped: %s",
		        user_error_text(run));
	v->run = (struct kvm_run *)run;
	vmm_arch_create_vcpu(v);
	vm->ncpus++;
}

void vmm_create(struct vmm *vm)
{
	long version, run_size;

	vm->kvm = os_open("/dev/kvm", OS_O_RDWR | OS_O_CLOEXEC);
	if (vm->kvm < 0)
		vmm_die("/dev/kvm: cannot be opened: %s",
		        user_error_text(vm->kvm));
	version = vmm_ioctl(vm->kvm, KVM_GET_API_VERSION, 0,
	                    "KVM_GET_API_VERSION");
	if (version != KVM_API_VERSION)
		vmm_die("/dev/kvm has version %ld, this is for %d", version,
		        KVM_API_VERSION);
	run_size = vmm_ioctl(vm->kvm, KVM_GET_VCPU_MMAP_SIZE, 0,
	                     "KVM_GET_VCPU_MMAP_SIZE");
	vm->fd = (int)vmm_ioctl(vm->kvm, KVM_CREATE_VM, 0, "KVM_CREATE_VM");
	vmm_add_memory(vm);
	vmm_arch_create_vm(vm);
	for (int i = 0; i < (int)vm->opt->cpus; i++)
		vmm_add_vcpu(vm, i, (size_t)run_size);
	vmm_arch_created(vm);
}
