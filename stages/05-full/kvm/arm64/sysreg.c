/*
 * sysreg.c - trapped system registers that stage 04 does not know: those of
 * the interrupt controller; and ID registers that say what else a vCPU has.
 */
#include "04-arm64-el2/esr.h"
#include "05-full/kvm/arm64/arm.h"

#define ID_AA64PFR0_GIC (1ull << 24) /* its registers are system registers */
#define ICC_SRE_ON 7 /* SRE, DFB, DIB: no other way, no bypass */

/* Writing sends an SGI; nothing can be read. */
static enum sysreg_answer access_sgi(struct vcpu *cpu, bool read, u64 value,
                                     void (*send)(struct kvm_vcpu *, u64))
{
	struct kvm_vcpu *v = to_kvm_vcpu(cpu);

	if (read || !v->kvm->arch.vgic.ready)
		return SYSREG_UNDEF;
	send(v, value);
	return SYSREG_DONE;
}

/*
 * ICC_SGI1R_EL1 reaches both groups (12.1.10, with one security state), the
 * other two group 0 alone.
 */
static enum sysreg_answer access_sgi1(struct vcpu *cpu,
                                      const struct sysreg_emul *e, bool read,
                                      u64 *value)
{
	(void)e;
	return access_sgi(cpu, read, *value, kvm_vgic_sgi);
}

static enum sysreg_answer access_sgi0(struct vcpu *cpu,
                                      const struct sysreg_emul *e, bool read,
                                      u64 *value)
{
	(void)e;
	return access_sgi(cpu, read, *value, kvm_vgic_sgi0);
}

static enum sysreg_answer access_sre(struct vcpu *cpu,
                                     const struct sysreg_emul *e, bool read,
                                     u64 *value)
{
	(void)e;
	if (!to_kvm_vcpu(cpu)->kvm->arch.vgic.ready)
		return SYSREG_UNDEF;
	if (read)
		*value = ICC_SRE_ON;
	return SYSREG_DONE;
}

/* As stage 04 shows it, and a GIC. */
static enum sysreg_answer access_pfr0(struct vcpu *cpu,
                                      const struct sysreg_emul *e, bool read,
                                      u64 *value)
{
	const struct sysreg_emul *plain =
		sysreg_find(&sysreg_emul_table, e->enc);
	enum sysreg_answer answer = plain->access(cpu, plain, read, value);

	if (answer == SYSREG_DONE && to_kvm_vcpu(cpu)->kvm->arch.vgic.created)
		*value |= ID_AA64PFR0_GIC;
	return answer;
}

/* As stage 04 shows it, without pointer authentication's fields. */
static enum sysreg_answer access_isar(struct vcpu *cpu,
                                      const struct sysreg_emul *e, bool read,
                                      u64 *value)
{
	const struct sysreg_emul *plain =
		sysreg_find(&sysreg_emul_table, e->enc);
	enum sysreg_answer answer = plain->access(cpu, plain, read, value);

	if (answer == SYSREG_DONE && !kvm_has_keys(to_kvm_vcpu(cpu)))
		*value &= ~e->mask;
	return answer;
}

/* APA, API, GPA, GPI; GPA3, APA3 (D13.2). */
#define ISAR1_KEYS (MASK(11, 4) | MASK(31, 24))
#define ISAR2_KEYS MASK(15, 8)

static const struct sysreg_emul rows[] = {
	{ SYSREG_ENC(3, 0, 0, 4, 0), access_pfr0, NULL, 0, 0 },
	{ SYSREG_ENC(3, 0, 0, 6, 1), access_isar, NULL, ISAR1_KEYS, 0 },
	{ SYSREG_ENC(3, 0, 0, 6, 2), access_isar, NULL, ISAR2_KEYS, 0 },
	{ SYSREG_ENC(3, 0, 12, 11, 5), access_sgi1, NULL, 0, 0 },
	{ SYSREG_ENC(3, 0, 12, 11, 6), access_sgi0, NULL, 0, 0 },
	{ SYSREG_ENC(3, 0, 12, 11, 7), access_sgi0, NULL, 0, 0 },
	{ SYSREG_ENC(3, 0, 12, 12, 5), access_sre, NULL, 0, 0 },
};

const struct sysreg_table kvm_sysregs = { rows, ARRAY_SIZE(rows) };

enum handled kvm_handle_sysreg(struct vcpu *cpu)
{
	struct sysreg_trap t = esr_sysreg(ESR_ISS(cpu->esr));
	const struct sysreg_emul *e = sysreg_find(&kvm_sysregs, t.enc);
	u64 value = vcpu_get_reg(cpu, t.rt);

	if (to_kvm_vcpu(cpu)->guest_debug &&
	    kvm_debug_register(to_kvm_vcpu(cpu), t.enc, t.read, &value)) {
		if (t.read)
			vcpu_set_reg(cpu, t.rt, value);
		vcpu_skip(cpu);
		return RESUME_GUEST;
	}
	if (!e || e->access(cpu, e, t.read, &value) != SYSREG_DONE)
		return handle_sysreg(cpu);
	if (t.read)
		vcpu_set_reg(cpu, t.rt, value);
	vcpu_skip(cpu);
	return RESUME_GUEST;
}
