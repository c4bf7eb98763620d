/*
 * gic.c - arm64: the GICv3 that KVM has in the kernel.
 */
#include "05-full/vmm/arch.h"
#include "05-full/vmm/arm64/arm64.h"

static int gic = -1;

int arm64_gic_fd(void)
{
	return gic;
}

void arm64_gic_create(struct vmm *vm)
{
	struct kvm_create_device d = { .type = KVM_DEV_TYPE_ARM_VGIC_V3 };

	vmm_ioctl(vm->fd, KVM_CREATE_DEVICE, (unsigned long)&d,
	          "KVM_CREATE_DEVICE (a GICv3)");
	gic = (int)d.fd;
}

static void gic_set_attr(u32 group, u64 attr, const void *value,
                         const char *what)
{
	struct kvm_device_attr a = { .group = group,
		                     .attr = attr,
		                     .addr = (u64)value };

	vmm_ioctl(gic, KVM_SET_DEVICE_ATTR, (unsigned long)&a, what);
}

void arm64_gic_init(struct vmm *vm)
{
	u64 dist = ARM64_GICD, redist = ARM64_GICR;
	u32 irqs = ARM64_NR_IRQS;

	(void)vm;
	gic_set_attr(KVM_DEV_ARM_VGIC_GRP_NR_IRQS, 0, &irqs,
	             "the GIC's number of interrupts");
	gic_set_attr(KVM_DEV_ARM_VGIC_GRP_ADDR, KVM_VGIC_V3_ADDR_TYPE_DIST,
	             &dist, "the distributor's address");
	gic_set_attr(KVM_DEV_ARM_VGIC_GRP_ADDR, KVM_VGIC_V3_ADDR_TYPE_REDIST,
	             &redist, "the redistributors' address");
	gic_set_attr(KVM_DEV_ARM_VGIC_GRP_CTRL, KVM_DEV_ARM_VGIC_CTRL_INIT,
	             NULL, "initializing the GIC");
}

void vmm_arch_raise(struct vmm *vm, u32 line, bool level)
{
	struct kvm_irq_level l = {
		.irq = KVM_ARM_IRQ_TYPE_SPI << KVM_ARM_IRQ_TYPE_SHIFT |
		       (line + 32),
		.level = level,
	};

	if (vm->irqchip)
		os_ioctl(vm->fd, KVM_IRQ_LINE, (unsigned long)&l);
}
