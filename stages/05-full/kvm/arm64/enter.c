/*
 * enter.c - the run loop's questions (run.c), answered for arm64.
 */
#include "04-arm64-el2/hcr.h"
#include "04-arm64-el2/inject.h"
#include "04-arm64-el2/percpu.h"
#include "05-full/kvm/arm64/arm.h"

bool kvm_arch_vcpu_initialized(struct kvm_vcpu *v)
{
	return v->arch.initialized;
}

/* A redistributor for each vCPU, and not where the distributor is. */
static int check_frames(const struct vgic *g)
{
	u64 n = g->redist_count ? g->redist_count : g->nr_cpus;

	if (g->dist == VGIC_UNSET || g->redist == VGIC_UNSET || n < g->nr_cpus)
		return -ENXIO;
	return g->dist < g->redist + n * VGIC_REDIST_SIZE &&
	                       g->redist < g->dist + VGIC_DIST_SIZE ?
	               -EINVAL :
	               0;
}

int kvm_arch_first_run(struct kvm_vcpu *v)
{
	struct vgic *g = &v->kvm->arch.vgic;

	v->kvm->arch.ran = true;
	if (!g->created)
		return 0;
	if (!g->ready)
		return -EBUSY;
	return check_frames(g);
}

int kvm_arch_complete_exit(struct kvm_vcpu *v)
{
	return kvm_complete_mmio(v);
}

/* anchor: arm_requests */
int kvm_arch_requests(struct kvm_vcpu *v)
{
	if (v->requests & KVM_REQ_IRQ) {
		kvm_clear_request(v, KVM_REQ_IRQ);
		v->arch.todo |= TODO_VGIC;
	}
	if (v->requests & KVM_REQ_RESET)
		kvm_owed_reset(v);
	kvm_clear_request(v, KVM_REQ_TLB_FLUSH); /* TLBI reaches all CPUs */
	if (v->requests & KVM_REQ_SLEEP && v->arch.wfi)
		kvm_timer_block(v);
	return 1;
}

static bool irq_pending(struct kvm_vcpu *v)
{
	if (v->kvm->arch.vgic.ready)
		return kvm_vgic_pending(v);
	return v->arch.cpu.hcr & (HCR_EL2_VI | HCR_EL2_VF) ||
	       kvm_timer_pending(v);
}

/* Awake is who is on, and in WFI only with an interrupt. */
bool kvm_arch_runnable(struct kvm_vcpu *v)
{
	if (v->arch.off)
		return false;
	if (v->arch.wfi) {
		kvm_clear_request(v, KVM_REQ_IRQ); /* this is the look */
		v->arch.wfi = !irq_pending(v);
	}
	return !v->arch.wfi;
}
/* end: arm_requests */

/* anchor: arm_flush */
/* B14: the timer's alarm, then the list registers. */
void kvm_flush(struct kvm_vcpu *v)
{
	if (v->arch.todo & TODO_ALARM)
		kvm_timer_unblock(v); // not observable here: one alarm more
	if (v->kvm->arch.vgic.ready)
		kvm_vgic_flush(v);
	v->arch.todo = 0; // not observable here: it saves time
}
/* end: arm_flush */

/* anchor: arm_load */
/* B4; and B12: a VMID that is good now.  B15 looks once more. */
void kvm_arch_vcpu_load(struct kvm_vcpu *v)
{
	// not observable here: QEMU flushes its TLB at each new VMID
	vmid_update(&vmid_pool, &v->kvm->arch.vm.vmid, this_cpu()->id);
	vcpu_load(&v->arch.cpu);
}

/* What the last exit decided about the PC is done first: the VMM may look. */
void kvm_arch_vcpu_put(struct kvm_vcpu *v)
{
	if (v->arch.cpu.pending)
		inject_apply(&v->arch.cpu);
	vcpu_put(&v->arch.cpu);
}
/* end: arm_load */
