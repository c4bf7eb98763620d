/*
 * memory.c - VMs with a piece of memory that is mapped page by page, as the
 * guest's accesses fault.
 */
#include "04-arm64-el2/memory.h"

#include "04-arm64-el2/esr.h"
#include "04-arm64-el2/exit.h"
#include "04-arm64-el2/mmu.h"
#include "lib/panic.h"
#include "lib/string.h"

void vm_create(struct vm *vm, const char *name, const void *image,
               size_t image_size, u64 ram_size)
{
	memset(vm, 0, sizeof(*vm));
	vm->name = name;
	vm->exits = &default_exits;
	vm->ram_ipa = GUEST_RAM;
	vm->ram_size = ram_size;
	vm->ram = page_alloc(ram_size / PAGE_SIZE);
	if (!vm->ram || stage2_init(&vm->s2, &vm->vmid.id))
		panic("no memory for VM \"%s\"", name);
	assert(image_size <= ram_size);
	memcpy(vm->ram, image, image_size);
	/* The guest starts with its caches off and must find all this. */
	mmu_flush_code(vm->ram, ram_size);
}

void vm_destroy(struct vm *vm)
{
	stage2_free(&vm->s2);
	page_free(vm->ram, vm->ram_size / PAGE_SIZE);
}

void *vm_memory(const struct vm *vm, u64 ipa, u64 size)
{
	if (ipa < vm->ram_ipa || size > vm->ram_size ||
	    ipa - vm->ram_ipa > vm->ram_size - size)
		return NULL;
	return vm->ram + (ipa - vm->ram_ipa);
}

bool memory_fault(struct vcpu *v)
{
	u64 page = ALIGN_DOWN(v->ipa, PAGE_SIZE);
	void *p = vm_memory(v->vm, page, PAGE_SIZE);

	if (!p)
		return false;
	/*
	 * Mapped already: another vCPU was faster, and the access will do now;
	 * unless it is a right that is missing, not the page.
	 */
	if (stage2_walk(&v->vm->s2, page).mapped)
		return FSC_TYPE(ISS_ABT_FSC(ESR_ISS(v->esr))) !=
		       FSC_PERMISSION;
	return !stage2_map(&v->vm->s2, page, virt_to_phys(p), PAGE_SIZE,
	                   S2_R | S2_W | S2_X);
}
