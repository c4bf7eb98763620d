/*
 * arch.h - what each architecture's folder does for the VMM: the seam.
 */
#pragma once

#include "05-full/vmm/image.h"
#include "05-full/vmm/vmm.h"

/* Where RAM begins, how much can be, and which images want interrupts. */
u64 vmm_arch_ram_base(void);
u64 vmm_arch_ram_max(void);

/* vmm_arch_command_line - what a kernel gets when --append is not given. */
const char *vmm_arch_command_line(void);

/* vmm_arch_create_vm - after KVM_CREATE_VM, before the vCPUs. */
void vmm_arch_create_vm(struct vmm *vm);

/* vmm_arch_create_vcpu - after KVM_CREATE_VCPU. */
void vmm_arch_create_vcpu(struct vmm_vcpu *v);

/* vmm_arch_created - when memory and all vCPUs are there. */
void vmm_arch_created(struct vmm *vm);

/* vmm_arch_devices - put this architecture's devices on the bus. */
void vmm_arch_devices(struct vmm *vm);

/* vmm_arch_identify - which kind of image is this; IMAGE_UNKNOWN and why. */
enum image_kind vmm_arch_identify(const struct image *im, const char **why);

/* vmm_arch_load - put the image in memory and the first vCPU at its entry. */
void vmm_arch_load(struct vmm *vm, const struct image *im,
                   const struct image *initrd);

/* vmm_arch_raise - set the level of a device's interrupt line. */
void vmm_arch_raise(struct vmm *vm, u32 line, bool level);

/* vmm_arch_exit - an exit only this architecture has; false: not known. */
bool vmm_arch_exit(struct vmm_vcpu *v);

/* vmm_arch_where - the vCPU's program counter, for messages. */
u64 vmm_arch_where(const struct vmm_vcpu *v);
