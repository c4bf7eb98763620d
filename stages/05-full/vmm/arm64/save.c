/*
 * save.c - arm64: registers and interrupt controller of a stopped machine.
 *
 * The vCPUs' registers are those that KVM lists; the GIC's are read as the
 * guest would read them (Documentation/virt/kvm/devices/arm-vgic-v3.rst).
 */
#include "05-full/vmm/save.h"

#include "05-full/vmm/arch.h"
#include "05-full/vmm/arm64/arm64.h"

#define MAX_REGS 1024
#define SPIS (ARM64_NR_IRQS - 32)

/* Offsets in GICD and GICR (GIC architecture IHI 0069, chapter 12). */
#define GICD_CTLR 0x0
#define GICR_WAKER 0x14
#define GICR_SGI 0x10000 /* the second frame */
#define IGROUPR 0x80
#define ISENABLER 0x100
#define ISPENDR 0x200
#define ISACTIVER 0x300
#define IPRIORITYR 0x400
#define ICFGR 0xc00
#define IROUTER 0x6000

#define CPU_SYSREG(op1, crn, crm, op2)                                        \
	(3ul << KVM_REG_ARM64_SYSREG_OP0_SHIFT |                              \
	 (u64)(op1) << KVM_REG_ARM64_SYSREG_OP1_SHIFT |                       \
	 (u64)(crn) << KVM_REG_ARM64_SYSREG_CRN_SHIFT |                       \
	 (u64)(crm) << KVM_REG_ARM64_SYSREG_CRM_SHIFT | (u64)(op2))

static struct {
	u64 n;
	u64 id[MAX_REGS];
} regs;

static bool saving;

/* One value to the file, or from it: the same walk for both ways. */
static void gic_attr(u32 group, u64 attr, size_t n, const char *what)
{
	u64 value = 0;
	struct kvm_device_attr a = { .group = group,
		                     .attr = attr,
		                     .addr = (u64)&value };

	if (saving) {
		vmm_ioctl(arm64_gic_fd(), KVM_GET_DEVICE_ATTR,
		          (unsigned long)&a, what);
		save_put(&value, n);
	} else {
		save_get(&value, n);
		vmm_ioctl(arm64_gic_fd(), KVM_SET_DEVICE_ATTR,
		          (unsigned long)&a, what);
	}
}

static void gicd_range(u32 offset, u32 bytes)
{
	for (u32 at = 0; at < bytes; at += 4)
		gic_attr(KVM_DEV_ARM_VGIC_GRP_DIST_REGS, offset + at, 4,
		         "a register of the distributor");
}

static void gicr_range(u64 cpu, u32 offset, u32 bytes)
{
	for (u32 at = 0; at < bytes; at += 4)
		gic_attr(KVM_DEV_ARM_VGIC_GRP_REDIST_REGS,
		         cpu << 32 | (offset + at), 4,
		         "a register of a redistributor");
}

static void gic_distributor(void)
{
	gicd_range(GICD_CTLR, 4);
	gicd_range(IGROUPR + 4, SPIS / 8);
	gicd_range(ICFGR + 8, SPIS / 4);
	gicd_range(IPRIORITYR + 32, SPIS);
	gicd_range(IROUTER + 32 * 8, SPIS * 8);
	gicd_range(ISENABLER + 4, SPIS / 8);
	gicd_range(ISPENDR + 4, SPIS / 8);
	gicd_range(ISACTIVER + 4, SPIS / 8);
}

static void gic_redistributor(u64 cpu)
{
	gicr_range(cpu, GICR_WAKER, 4);
	gicr_range(cpu, GICR_SGI + IGROUPR, 4);
	gicr_range(cpu, GICR_SGI + ICFGR, 8);
	gicr_range(cpu, GICR_SGI + IPRIORITYR, 32);
	gicr_range(cpu, GICR_SGI + ISENABLER, 4);
	gicr_range(cpu, GICR_SGI + ISPENDR, 4);
	gicr_range(cpu, GICR_SGI + ISACTIVER, 4);
}

static void gic_cpu_interface(u64 cpu)
{
	static const u64 icc[] = {
		CPU_SYSREG(0, 12, 12, 5), /* ICC_SRE_EL1 */
		CPU_SYSREG(0, 12, 12, 4), /* ICC_CTLR_EL1 */
		CPU_SYSREG(0, 4, 6, 0),   /* ICC_PMR_EL1 */
		CPU_SYSREG(0, 12, 8, 3),  /* ICC_BPR0_EL1 */
		CPU_SYSREG(0, 12, 12, 3), /* ICC_BPR1_EL1 */
		CPU_SYSREG(0, 12, 12, 6), /* ICC_IGRPEN0_EL1 */
		CPU_SYSREG(0, 12, 12, 7), /* ICC_IGRPEN1_EL1 */
		CPU_SYSREG(0, 12, 8, 4),  /* ICC_AP0R0_EL1 */
		CPU_SYSREG(0, 12, 9, 0),  /* ICC_AP1R0_EL1 */
	};

	for (size_t i = 0; i < ARRAY_SIZE(icc); i++)
		gic_attr(KVM_DEV_ARM_VGIC_GRP_CPU_SYSREGS, cpu << 32 | icc[i],
		         8, "a register of the GIC's CPU interface");
}

/* The wires' levels: SPIs are the machine's, PPIs each vCPU's. */
static void gic_levels(const struct vmm *vm)
{
	u64 info = (u64)VGIC_LEVEL_INFO_LINE_LEVEL
	           << KVM_DEV_ARM_VGIC_LINE_LEVEL_INFO_SHIFT;

	for (u64 cpu = 0; cpu < (u64)vm->ncpus; cpu++)
		gic_attr(KVM_DEV_ARM_VGIC_GRP_LEVEL_INFO, cpu << 32 | info, 4,
		         "levels of a vCPU's lines");
	gic_attr(KVM_DEV_ARM_VGIC_GRP_LEVEL_INFO, info | 32, 4,
	         "levels of the lines");
}

static void gic_all(const struct vmm *vm)
{
	gic_distributor();
	for (u64 cpu = 0; cpu < (u64)vm->ncpus; cpu++)
		gic_redistributor(cpu);
	gic_levels(vm);
	for (u64 cpu = 0; cpu < (u64)vm->ncpus; cpu++)
		gic_cpu_interface(cpu);
}

static size_t reg_size(u64 id)
{
	return 1ul << ((id & KVM_REG_SIZE_MASK) >> KVM_REG_SIZE_SHIFT);
}

static void save_vcpu(struct vmm_vcpu *v)
{
	struct kvm_mp_state mp;
	u8 value[256];

	regs.n = MAX_REGS;
	vmm_ioctl(v->fd, KVM_GET_REG_LIST, (unsigned long)&regs,
	          "KVM_GET_REG_LIST");
	save_put(&regs.n, sizeof(regs.n));
	for (u64 i = 0; i < regs.n; i++) {
		struct kvm_one_reg r = { regs.id[i], (u64)value };

		save_put(&r.id, sizeof(r.id));
		vmm_ioctl(v->fd, KVM_GET_ONE_REG, (unsigned long)&r,
		          "KVM_GET_ONE_REG");
		save_put(value, reg_size(r.id));
	}
	save_put_ioctl(v->fd, KVM_GET_MP_STATE, &mp, sizeof(mp),
	               "KVM_GET_MP_STATE");
}

static void restore_reg(struct vmm_vcpu *v, u64 id)
{
	u8 value[256], now[256];
	struct kvm_one_reg r = { id, (u64)value };
	long error;

	if (reg_size(id) > sizeof(value))
		vmm_die("--restore: a register of %lu bytes", reg_size(id));
	save_get(value, reg_size(id));
	error = os_ioctl(v->fd, KVM_SET_ONE_REG, (unsigned long)&r);
	if (!error)
		return;
	/* What cannot be set is no loss if it has this value already. */
	r.addr = (u64)now;
	if (os_ioctl(v->fd, KVM_GET_ONE_REG, (unsigned long)&r) ||
	    memcmp(value, now, reg_size(id)))
		vmm_say("register 0x%lx cannot be restored: %s", id,
		        user_error_text(error));
}

static void restore_vcpu(struct vmm_vcpu *v)
{
	struct kvm_mp_state mp;
	u64 n, id;

	save_get(&n, sizeof(n));
	while (n--) {
		save_get(&id, sizeof(id));
		restore_reg(v, id);
	}
	save_get_ioctl(v->fd, KVM_SET_MP_STATE, &mp, sizeof(mp),
	               "KVM_SET_MP_STATE");
}

void vmm_arch_save(struct vmm *vm)
{
	saving = true;
	for (int i = 0; i < vm->ncpus; i++)
		save_vcpu(&vm->vcpu[i]);
	if (vm->irqchip)
		gic_all(vm);
}

void vmm_arch_restore(struct vmm *vm)
{
	for (int i = 0; i < vm->ncpus; i++)
		restore_vcpu(&vm->vcpu[i]);
	if (vm->irqchip)
		gic_all(vm);
}
