/*
 * abort.c - the guest's memory accesses that stage 2 refused: memory to map,
 * or a device to play.
 */
#include "04-arm64-el2/esr.h"
#include "04-arm64-el2/inject.h"
#include "05-full/kvm/arm64/arm.h"

/* What a page for this access must allow.  (A fetch's WNR bit is 0.) */
static bool is_write(u32 iss)
{
	/* A table walk only writes to set the access flag, for a fetch, too. */
	if (iss & ISS_ABT_S1PTW)
		return FSC_TYPE(ISS_ABT_FSC(iss)) == FSC_PERMISSION;
	return iss & ISS_ABT_WNR && !(iss & ISS_ABT_CM);
}

/* anchor: mmio_exit */
/* kvm_run's bytes as one number: this machine is little-endian, too. */
static u64 *mmio_data(struct kvm_run *run)
{
	_Static_assert(offsetof(struct kvm_run, mmio.data) % 8 == 0, "");
	_Static_assert(sizeof(run->mmio.data) == 8, "");
	return (void *)run->mmio.data;
}

/* B21: the VMM plays the device; B8 finishes the instruction. */
static enum handled mmio_to_vmm(struct kvm_vcpu *v, struct mmio m, u64 value)
{
	struct kvm_run *run = v->run;

	v->arch.cpu.exit.mmio = m;
	run->exit_reason = KVM_EXIT_MMIO;
	run->mmio.phys_addr = v->arch.cpu.ipa;
	run->mmio.len = m.size;
	run->mmio.is_write = m.write;
	*mmio_data(run) = m.write ? value : 0;
	v->arch.mmio = true;
	return exit_to_vmm(v, 0);
}

int kvm_complete_mmio(struct kvm_vcpu *v)
{
	struct vcpu *cpu = &v->arch.cpu;

	if (!v->arch.mmio || v->run->exit_reason != KVM_EXIT_MMIO)
		return 1;
	v->arch.mmio = false;
	cpu->exit.mmio_data = *mmio_data(v->run);
	mmio_finish(cpu);
	return 1;
}
/* end: mmio_exit */

/*
 * The CPU did not describe the instruction (a pair, SIMD, writeback, ...).  A
 * VMM that can decode instructions may have asked for these.
 */
static enum handled exit_no_syndrome(struct kvm_vcpu *v)
{
	struct vcpu *cpu = &v->arch.cpu;

	if (!v->kvm->arch.nisv_to_vmm)
		return exit_to_vmm(v, -ENOSYS);
	v->run->exit_reason = KVM_EXIT_ARM_NISV;
	v->run->arm_nisv.esr_iss =
		ESR_ISS(cpu->esr) & (ISS_ABT_CM | ISS_ABT_WNR | MASK(5, 0));
	v->run->arm_nisv.fault_ipa = cpu->ipa;
	return exit_to_vmm(v, 0);
}

/* No memory there. */
static enum handled io_abort(struct kvm_vcpu *v, u32 iss, bool exec)
{
	struct vcpu *cpu = &v->arch.cpu;
	struct mmio m = mmio_decode(iss);
	u64 value;

	if (exec || iss & ISS_ABT_S1PTW || cpu->ipa >> v->kvm->arch.ipa_bits) {
		inject_external_abort(cpu, exec, cpu->far);
		return RESUME_GUEST;
	}
	if (iss & ISS_ABT_CM) { /* nothing there is in any cache */
		vcpu_skip(cpu);
		return RESUME_GUEST;
	}
	if (!m.valid)
		return exit_no_syndrome(v);
	value = mmio_store_value(m, vcpu_get_reg(cpu, m.reg));
	if (!kvm_vgic_mmio(v, cpu->ipa, m.write, m.size, &value))
		return mmio_to_vmm(v, m, value);
	cpu->exit.mmio = m;
	cpu->exit.mmio_data = value;
	mmio_finish(cpu);
	return RESUME_GUEST;
}

/* anchor: handle_abort */
enum handled kvm_handle_abort(struct vcpu *cpu)
{
	struct kvm_vcpu *v = to_kvm_vcpu(cpu);
	bool exec = ESR_EC(cpu->esr) == EC_IABT_LOW;
	u32 iss = ESR_ISS(cpu->esr);
	int ret;

	if (FSC_TYPE(ISS_ABT_FSC(iss)) >= FSC_EXTERNAL) {
		inject_serror(cpu, 0); /* memory itself is broken */
		return RESUME_GUEST;
	}
	ret = kvm_guest_fault(v, cpu->ipa, is_write(iss), exec);
	if (ret < 0)
		return exit_to_vmm(v, ret);
	return ret ? RESUME_GUEST : io_abort(v, iss, exec);
}
/* end: handle_abort */
