/*
 * vgic_dev.c - the vGIC as a device: made, placed and initialized by the VMM,
 * saved and restored by its attributes (Linux: Documentation/virt/kvm/devices/
 * arm-vgic-v3).
 */
#include "05-full/host/lock.h"
#include "05-full/host/memory.h"
#include "05-full/kvm/arm64/arm.h"
#include "05-full/kvm/arm64/vgic_insn.h"
#include "lib/string.h"

#define DEFAULT_IRQS 256
#define MIN_IRQS 64

/* --- by attribute groups: 0, or -errno ------------------------------------------- */
static int set_address(struct kvm *kvm, u64 *where, u64 value, u64 size)
{
	if (value & 0xffff)
		return -EINVAL;
	if (*where != VGIC_UNSET)
		return -EEXIST;
	if (value + size < value || value + size > BIT(kvm->arch.ipa_bits))
		return -E2BIG;
	*where = value;
	return 0;
}

/* KVM_VGIC_V3_ADDR_TYPE_REDIST_REGION: base and count in one (one region). */
static int redist_region(struct kvm *kvm, u64 *value, bool set)
{
	struct vgic *g = &kvm->arch.vgic;
	u64 count = BITS(*value, 63, 52), base = *value & MASK(51, 16);
	int err;

	if (!set) {
		*value = g->redist | g->redist_count << 52;
		return g->redist == VGIC_UNSET ? -ENOENT : 0;
	}
	if (!count || BITS(*value, 11, 0) || BITS(*value, 15, 12))
		return -EINVAL;
	err = set_address(kvm, &g->redist, base, count * VGIC_REDIST_SIZE);
	if (!err)
		g->redist_count = count;
	return err;
}

static int access_address(struct kvm *kvm, u64 attr, u64 user, bool set)
{
	struct vgic *g = &kvm->arch.vgic;
	u64 value;
	int err = 0;

	if (copy_from_user(&value, user, 8))
		return -EFAULT;
	switch (attr) {
	case KVM_VGIC_V3_ADDR_TYPE_DIST:
		err = set ? set_address(kvm, &g->dist, value, VGIC_DIST_SIZE) :
		            0;
		value = g->dist;
		break;
	case KVM_VGIC_V3_ADDR_TYPE_REDIST:
		err = set ? set_address(kvm, &g->redist, value,
		                        VGIC_REDIST_SIZE) :
		            0;
		value = g->redist;
		break;
	case KVM_VGIC_V3_ADDR_TYPE_REDIST_REGION:
		err = redist_region(kvm, &value, set);
		break;
	default:
		return -ENODEV;
	}
	return err || set ? err : copy_to_user(user, &value, 8);
}

static int access_nr_irqs(struct vgic *g, u64 user, bool set)
{
	u32 n = g->nr_irqs;

	if (!set)
		return copy_to_user(user, &n, 4);
	if (copy_from_user(&n, user, 4))
		return -EFAULT;
	/* The highest 32 are not all real ones: 1020 to 1023 are answers. */
	if (n < MIN_IRQS || n >= VGIC_MAX || n % 32)
		return -EINVAL;
	if (g->ready || g->nr_irqs)
		return -EBUSY;
	g->nr_irqs = n;
	return 0;
}

/* anchor: vgic_init */
int kvm_vgic_init(struct kvm *kvm)
{
	struct vgic *g = &kvm->arch.vgic;

	if (g->ready)
		return 0;
	if (!kvm->nr_vcpus)
		return -ENODEV;
	if (!g->nr_irqs)
		g->nr_irqs = DEFAULT_IRQS;
	g->spi = kmalloc((g->nr_irqs - VGIC_PRIVATE) * sizeof(*g->spi));
	if (!g->spi)
		return -ENOMEM;
	vgic_reset_spis(g);
	g->ready = true;
	return 0;
}
/* end: vgic_init */

/* --- state, while no vCPU runs ------------------------------------------------------ */
/* The vCPU of an attribute's upper half: Aff3 to Aff0, a byte each. */
static struct vgic_cpu *cpu_of_attr(struct vgic *g, u64 attr)
{
	u64 affinity = BITS(attr, 63, 56) << 32 | BITS(attr, 55, 32);

	for (unsigned i = 0; i < g->nr_cpus; i++)
		if (g->cpu[i]->affinity == affinity)
			return g->cpu[i];
	return NULL;
}

static int access_mmio(struct kvm *kvm, bool redist, u64 attr, u64 user,
                       bool set)
{
	struct vgic *g = &kvm->arch.vgic;
	struct vgic_cpu *c = cpu_of_attr(g, attr);
	u64 offset = (u32)attr, value = 0, flags;
	bool done;

	if (!c || offset & 3)
		return -EINVAL;
	if (set && copy_from_user(&value, user, 4))
		return -EFAULT;
	flags = spin_lock_irq(&g->lock);
	if (redist)
		done = offset < VGIC_REDIST_SIZE &&
		       vgic_redist_access(g, c, BY_VMM, offset, set, 4,
		                          &value);
	else
		done = offset < VGIC_DIST_SIZE &&
		       vgic_dist_access(g, c, BY_VMM, offset, set, 4, &value);
	spin_unlock_irq(&g->lock, flags);
	if (!done)
		return -ENXIO;
	return set ? 0 : copy_to_user(user, &value, 4);
}

/* 32 lines at once; a timer runs on while its vCPU is not loaded: look now. */
static int access_lines(struct kvm *kvm, u64 attr, u64 user, bool set)
{
	struct vgic *g = &kvm->arch.vgic;
	struct vgic_cpu *c = cpu_of_attr(g, attr);
	u32 first = attr & KVM_DEV_ARM_VGIC_LINE_LEVEL_INTID_MASK;
	u32 value = 0;
	u64 flags;

	if (!c || first % 32 ||
	    BITS(attr, 31, 10) != VGIC_LEVEL_INFO_LINE_LEVEL)
		return -EINVAL;
	if (set && copy_from_user(&value, user, 4))
		return -EFAULT;
	flags = spin_lock_irq(&g->lock);
	if (!set)
		kvm_timer_note_lines(kvm->vcpu[c->index]);
	for (u32 i = 0; i < 32; i++) {
		struct vgic_irq *irq = vgic_irq(g, c, first + i);

		if (!irq)
			break;
		if (set) {
			irq->line = value >> i & 1;
			vgic_update(g, c, first + i);
		}
		value |= (u32)irq->line << i;
	}
	spin_unlock_irq(&g->lock, flags);
	return set ? 0 : copy_to_user(user, &value, 4);
}

/*
 * The CPU interface's registers are parts of ICH_VMCR_EL2 and the like
 * (12.4.8): shift and width.
 */
static const struct {
	u32 enc;
	u8 reg_shift, vmcr_shift, width;
} vmcr_parts[] = {
	{ SYSREG_ENC(3, 0, 4, 6, 0), 0, 24, 8 },   /* ICC_PMR_EL1 */
	{ SYSREG_ENC(3, 0, 12, 8, 3), 0, 21, 3 },  /* ICC_BPR0_EL1 */
	{ SYSREG_ENC(3, 0, 12, 12, 3), 0, 18, 3 }, /* ICC_BPR1_EL1 */
	{ SYSREG_ENC(3, 0, 12, 12, 6), 0, 0, 1 },  /* ICC_IGRPEN0_EL1 */
	{ SYSREG_ENC(3, 0, 12, 12, 7), 0, 1, 1 },  /* ICC_IGRPEN1_EL1 */
};

#define ENC_ICC_CTLR SYSREG_ENC(3, 0, 12, 12, 4)
#define ENC_ICC_SRE SYSREG_ENC(3, 0, 12, 12, 5)
#define ENC_ICC_AP0R0 SYSREG_ENC(3, 0, 12, 8, 4)
#define ENC_ICC_AP1R0 SYSREG_ENC(3, 0, 12, 9, 0)
#define VMCR_CBPR BIT(4)
#define VMCR_EOIM BIT(9)
#define CTLR_CBPR BIT(0)
#define CTLR_EOIMODE BIT(1)
#define CTLR_PRIBITS (4ull << 8)
#define CTLR_A3V BIT(15)

/* ICC_CTLR_EL1: two bits of state, the rest says what there is. */
static void access_icc_ctlr(struct vgic_cpu *c, u64 *value, bool set)
{
	if (set) {
		c->vmcr &= ~(VMCR_CBPR | VMCR_EOIM);
		c->vmcr |= *value & CTLR_CBPR ? VMCR_CBPR : 0;
		c->vmcr |= *value & CTLR_EOIMODE ? VMCR_EOIM : 0;
	}
	*value = CTLR_PRIBITS | CTLR_A3V |
	         (c->vmcr & VMCR_CBPR ? CTLR_CBPR : 0) |
	         (c->vmcr & VMCR_EOIM ? CTLR_EOIMODE : 0);
}

static int access_icc(struct vgic_cpu *c, u32 enc, u64 *value, bool set)
{
	for (unsigned i = 0; i < ARRAY_SIZE(vmcr_parts); i++) {
		unsigned shift = vmcr_parts[i].vmcr_shift;
		u64 mask = BIT(vmcr_parts[i].width) - 1;

		if (vmcr_parts[i].enc != enc)
			continue;
		if (set)
			c->vmcr = (c->vmcr & ~(mask << shift)) |
			          (*value & mask) << shift;
		*value = c->vmcr >> shift & mask;
		return 0;
	}
	if (enc == ENC_ICC_CTLR) {
		access_icc_ctlr(c, value, set);
		return 0;
	}
	if (enc == ENC_ICC_SRE) {
		*value = 7;
		return 0;
	}
	for (unsigned n = 0; n < 4; n++) {
		u64 *apr = enc == ENC_ICC_AP0R0 + n ? &c->apr[0][n] :
		           enc == ENC_ICC_AP1R0 + n ? &c->apr[1][n] :
		                                      NULL;

		if (apr) {
			set ? (*apr = *value) : (*value = *apr);
			return 0;
		}
	}
	return -ENXIO;
}

static int access_cpu_sysreg(struct kvm *kvm, u64 attr, u64 user, bool set)
{
	struct vgic_cpu *c = cpu_of_attr(&kvm->arch.vgic, attr);
	u64 value = 0;
	int err;

	if (!c)
		return -EINVAL;
	if (set && copy_from_user(&value, user, 8))
		return -EFAULT;
	err = access_icc(c, attr & KVM_DEV_ARM_VGIC_SYSREG_INSTR_MASK, &value,
	                 set);
	if (err || set)
		return err;
	return copy_to_user(user, &value, 8);
}

/* Nobody may be in KVM_RUN: their interrupts are in list registers. */
static bool lock_all(struct kvm *kvm)
{
	for (u32 i = 0; i < kvm->nr_vcpus; i++)
		if (!mutex_trylock(&kvm->vcpu[i]->mutex)) {
			while (i--)
				mutex_unlock(&kvm->vcpu[i]->mutex);
			return false;
		}
	return true;
}

static int access_state(struct kvm *kvm, const struct kvm_device_attr *a,
                        bool set)
{
	int err;

	if (!kvm->arch.vgic.ready)
		return -EBUSY;
	if (!lock_all(kvm))
		return -EBUSY;
	switch (a->group) {
	case KVM_DEV_ARM_VGIC_GRP_DIST_REGS:
		err = access_mmio(kvm, false, a->attr, a->addr, set);
		break;
	case KVM_DEV_ARM_VGIC_GRP_REDIST_REGS:
		err = access_mmio(kvm, true, a->attr, a->addr, set);
		break;
	case KVM_DEV_ARM_VGIC_GRP_CPU_SYSREGS:
		err = access_cpu_sysreg(kvm, a->attr, a->addr, set);
		break;
	default:
		err = access_lines(kvm, a->attr, a->addr, set);
	}
	for (u32 i = 0; i < kvm->nr_vcpus; i++)
		mutex_unlock(&kvm->vcpu[i]->mutex);
	return err;
}

static int access_attr(struct kvm *kvm, const struct kvm_device_attr *a,
                       bool set)
{
	switch (a->group) {
	case KVM_DEV_ARM_VGIC_GRP_ADDR:
		return access_address(kvm, a->attr, a->addr, set);
	case KVM_DEV_ARM_VGIC_GRP_NR_IRQS:
		return access_nr_irqs(&kvm->arch.vgic, a->addr, set);
	case KVM_DEV_ARM_VGIC_GRP_CTRL:
		if (!set || a->attr != KVM_DEV_ARM_VGIC_CTRL_INIT)
			return -ENXIO;
		return kvm_vgic_init(kvm);
	case KVM_DEV_ARM_VGIC_GRP_DIST_REGS:
	case KVM_DEV_ARM_VGIC_GRP_REDIST_REGS:
	case KVM_DEV_ARM_VGIC_GRP_CPU_SYSREGS:
	case KVM_DEV_ARM_VGIC_GRP_LEVEL_INFO:
		return access_state(kvm, a, set);
	default:
		return -ENXIO;
	}
}

static int has_attr(const struct kvm_device_attr *a)
{
	switch (a->group) {
	case KVM_DEV_ARM_VGIC_GRP_ADDR:
		return a->attr == KVM_VGIC_V3_ADDR_TYPE_DIST ||
		                       a->attr ==
		                               KVM_VGIC_V3_ADDR_TYPE_REDIST ||
		                       a->attr ==
		                               KVM_VGIC_V3_ADDR_TYPE_REDIST_REGION ?
		               0 :
		               -ENXIO;
	case KVM_DEV_ARM_VGIC_GRP_CTRL:
		return a->attr == KVM_DEV_ARM_VGIC_CTRL_INIT ? 0 : -ENXIO;
	case KVM_DEV_ARM_VGIC_GRP_NR_IRQS:
	case KVM_DEV_ARM_VGIC_GRP_DIST_REGS:
	case KVM_DEV_ARM_VGIC_GRP_REDIST_REGS:
	case KVM_DEV_ARM_VGIC_GRP_CPU_SYSREGS:
	case KVM_DEV_ARM_VGIC_GRP_LEVEL_INFO:
		return 0;
	default:
		return -ENXIO;
	}
}

/* --- the file --------------------------------------------------------------------------- */
static s64 device_ioctl(struct file *f, u32 request, u64 arg)
{
	struct kvm *kvm = f->private;
	struct kvm_device_attr a;
	s64 ret;

	if (kvm->mm != current_mm())
		return -EIO;
	if (request != KVM_SET_DEVICE_ATTR && request != KVM_GET_DEVICE_ATTR &&
	    request != KVM_HAS_DEVICE_ATTR)
		return -ENOTTY;
	if (copy_from_user(&a, arg, sizeof(a)))
		return -EFAULT;
	if (request == KVM_HAS_DEVICE_ATTR)
		return has_attr(&a);
	mutex_lock(&kvm->lock);
	ret = access_attr(kvm, &a, request == KVM_SET_DEVICE_ATTR);
	mutex_unlock(&kvm->lock);
	return ret;
}

static void device_release(struct file *f)
{
	kvm_put(f->private);
}

static const struct file_ops device_ops = {
	.ioctl = device_ioctl,
	.release = device_release,
};

static s64 create_locked(struct kvm *kvm)
{
	if (kvm->arch.vgic.created)
		return -EEXIST;
	if (kvm->arch.ran)
		return -EBUSY;
	kvm->arch.vgic.created = true;
	return kvm_install(&device_ops, kvm, kvm_get(kvm));
}

s64 kvm_create_device(struct kvm *kvm, u64 arg)
{
	struct kvm_create_device d;
	s64 fd;

	if (copy_from_user(&d, arg, sizeof(d)))
		return -EFAULT;
	if (d.type != KVM_DEV_TYPE_ARM_VGIC_V3)
		return -ENODEV;
	if (d.flags & KVM_CREATE_DEVICE_TEST)
		return 0;
	mutex_lock(&kvm->lock);
	fd = create_locked(kvm);
	mutex_unlock(&kvm->lock);
	if (fd < 0)
		return fd;
	d.fd = (u32)fd;
	return copy_to_user(arg, &d, sizeof(d));
}

void kvm_vgic_destroy(struct kvm *kvm)
{
	kfree(kvm->arch.vgic.spi);
}
