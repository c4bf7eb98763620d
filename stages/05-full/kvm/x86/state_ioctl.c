/*
 * state_ioctl.c - the rest of a vCPU's state: floating point, debug
 * registers, pending events, whether it runs; and the ioctls for all of it.
 */
#include "01-vmxon/insn.h"
#include "03-entry-exit/guest_mem.h"
#include "05-full/host/memory.h"
#include "05-full/kvm/x86/fx.h"
#include "05-full/kvm/x86/irqchip.h"
#include "05-full/kvm/x86/lapic.h"
#include "05-full/kvm/x86/lazy.h"
#include "05-full/kvm/x86/x86.h"
#include "lib/string.h"

_Static_assert(sizeof(struct fx_image) == sizeof(struct fx_area), "FXSAVE");

#define MXCSR_KNOWN 0xffff

/* The guest's floating point is in this CPU: nobody may come between. */
void kvm_read_fx(struct kvm_vcpu *v, struct fx_image *image)
{
	struct fx_area *guest = &v->arch.vcpu.state.guest_fx;

	preempt_disable();
	fxsave(guest);
	memcpy(image, guest, sizeof(*image));
	preempt_enable();
}

void kvm_write_fx(struct kvm_vcpu *v, const struct fx_image *image)
{
	struct fx_area *guest = &v->arch.vcpu.state.guest_fx;

	preempt_disable();
	memcpy(guest, image, sizeof(*image));
	fxrstor(guest);
	preempt_enable();
}

static void get_fpu(struct kvm_vcpu *v, struct kvm_fpu *f)
{
	struct fx_image image;

	kvm_read_fx(v, &image);
	memset(f, 0, sizeof(*f));
	memcpy(f->fpr, image.st, sizeof(f->fpr));
	f->fcw = image.fcw;
	f->fsw = image.fsw;
	f->ftwx = image.ftw;
	f->last_opcode = image.fop;
	f->last_ip = image.fip;
	f->last_dp = image.fdp;
	memcpy(f->xmm, image.xmm, sizeof(f->xmm));
	f->mxcsr = image.mxcsr;
}

static void set_fpu(struct kvm_vcpu *v, const struct kvm_fpu *f)
{
	struct fx_image image = {
		.fcw = f->fcw,
		.fsw = f->fsw,
		.ftw = f->ftwx,
		.fop = f->last_opcode,
		.fip = f->last_ip,
		.fdp = f->last_dp,
		/* A reserved bit would fault in our FXRSTOR. */
		.mxcsr = f->mxcsr & MXCSR_KNOWN,
	};

	memcpy(image.st, f->fpr, sizeof(f->fpr));
	memcpy(image.xmm, f->xmm, sizeof(f->xmm));
	kvm_write_fx(v, &image);
}

#define XSTATE_BV 512 /* offset of the header: which parts follow */
#define XSTATE_FP_SSE 3

static void get_xsave(struct kvm_vcpu *v, struct kvm_xsave *x)
{
	struct fx_image image;
	u64 parts = XSTATE_FP_SSE;

	memset(x, 0, sizeof(*x));
	kvm_read_fx(v, &image);
	memcpy(x->region, &image, sizeof(image));
	memcpy((u8 *)x->region + XSTATE_BV, &parts, sizeof(parts));
}

static int set_xsave(struct kvm_vcpu *v, const struct kvm_xsave *x)
{
	struct fx_image image;
	u64 parts;

	memcpy(&image, x->region, sizeof(image));
	memcpy(&parts, (const u8 *)x->region + XSTATE_BV, sizeof(parts));
	if (parts & ~(u64)XSTATE_FP_SSE || image.mxcsr & ~MXCSR_KNOWN)
		return -EINVAL;
	kvm_write_fx(v, &image);
	return 0;
}

/* KVM_TRANSLATE - by the guest's page tables. */
static void translate(struct kvm_vcpu *v, struct kvm_translation *t)
{
	gpa_t gpa = { ~0ul };

	t->valid = guest_translate(&v->arch.vcpu, t->linear_address, &gpa);
	t->physical_address = t->valid ? gpa.v : ~0ul;
	t->writeable = 1;
	t->usermode = 0;
}

static void get_debugregs(struct kvm_vcpu *v, struct kvm_debugregs *d)
{
	memset(d, 0, sizeof(*d));
	preempt_disable();
	lazy_take_debug(v);
	d->db[0] = read_dr0();
	d->db[1] = read_dr1();
	d->db[2] = read_dr2();
	d->db[3] = read_dr3();
	d->dr6 = read_dr6();
	preempt_enable();
	d->dr7 = vmcs_readnat(GUEST_DR7);
	if (v->arch.debug_active) {
		memcpy(d->db, v->arch.dr, sizeof(d->db));
		d->dr7 = v->arch.dr7;
	}
}

static int set_debugregs(struct kvm_vcpu *v, const struct kvm_debugregs *d)
{
	if (d->flags || d->dr6 >> 32 || d->dr7 >> 32)
		return -EINVAL;
	preempt_disable(); /* a put may let them go again */
	lazy_take_debug(v);
	write_dr6(d->dr6);
	if (v->arch.debug_active) {
		memcpy(v->arch.dr, d->db, sizeof(v->arch.dr));
		v->arch.dr7 = d->dr7;
	} else {
		write_dr0(d->db[0]);
		write_dr1(d->db[1]);
		write_dr2(d->db[2]);
		write_dr3(d->db[3]);
		vmcs_writenat(GUEST_DR7, d->dr7);
	}
	preempt_enable();
	return 0;
}

/* anchor: events */
void kvm_get_events(struct kvm_vcpu *v, struct kvm_vcpu_events *e)
{
	const struct pending *p = &v->arch.vcpu.events;
	u32 type = p->event & EVENT_TYPE;
	bool is_event = p->event & EVENT_VALID;
	u32 blocked = vmcs_read32(GUEST_INTERRUPTIBILITY_STATE);

	memset(e, 0, sizeof(*e));
	if (is_event &&
	    (type == EVENT_EXTERNAL || type == EVENT_SOFTWARE_INTERRUPT)) {
		/* RIP is at its INT still, which will be executed again. */
		e->interrupt.injected = type == EVENT_EXTERNAL;
		e->interrupt.nr = p->event & EVENT_VECTOR;
	} else if (is_event && type == EVENT_NMI) {
		e->nmi.injected = 1;
	} else if (is_event && type == EVENT_HARDWARE_EXCEPTION) {
		e->exception.injected = 1;
		e->exception.nr = p->event & EVENT_VECTOR;
		e->exception.has_error_code =
			!!(p->event & EVENT_HAS_ERROR_CODE);
		e->exception.error_code = p->error_code;
	} else if (v->arch.queued_irq != NO_VECTOR) {
		e->interrupt.injected = 1;
		e->interrupt.nr = (u8)v->arch.queued_irq;
	}
	e->interrupt.shadow =
		blocked & BLOCKING_BY_MOV_SS ? KVM_X86_SHADOW_INT_MOV_SS :
		blocked & BLOCKING_BY_STI    ? KVM_X86_SHADOW_INT_STI :
					       0;
	e->nmi.pending = p->nmi;
	e->nmi.masked = !!(blocked & BLOCKING_BY_NMI);
	e->flags = KVM_VCPUEVENT_VALID_NMI_PENDING |
	           KVM_VCPUEVENT_VALID_SHADOW | KVM_VCPUEVENT_VALID_SMM;
}

#define KNOWN_EVENT_FLAGS                                                     \
	(KVM_VCPUEVENT_VALID_NMI_PENDING | KVM_VCPUEVENT_VALID_SIPI_VECTOR |  \
	 KVM_VCPUEVENT_VALID_SHADOW | KVM_VCPUEVENT_VALID_SMM)

#define INT_LENGTH 2 /* of INT n */

static u32 event_from(const struct kvm_vcpu_events *e)
{
	if (e->exception.injected || e->exception.pending)
		return EVENT_VALID | EVENT_HARDWARE_EXCEPTION |
		       e->exception.nr |
		       (e->exception.has_error_code ? EVENT_HAS_ERROR_CODE :
		                                      0);
	if (e->nmi.injected)
		return EVENT_VALID | EVENT_NMI | VECTOR_NMI;
	/* INT n: RIP is still there.  External ones wait in queued_irq. */
	if (e->interrupt.injected && e->interrupt.soft)
		return EVENT_VALID | EVENT_SOFTWARE_INTERRUPT |
		       e->interrupt.nr;
	return 0;
}

int kvm_set_events(struct kvm_vcpu *v, const struct kvm_vcpu_events *e)
{
	struct pending *p = &v->arch.vcpu.events;
	u32 blocked = vmcs_read32(GUEST_INTERRUPTIBILITY_STATE);

	if (e->flags & ~KNOWN_EVENT_FLAGS ||
	    (e->flags & KVM_VCPUEVENT_VALID_SMM &&
	     (e->smi.smm || e->smi.pending)))
		return -EINVAL;
	if ((e->exception.injected || e->exception.pending) &&
	    (e->exception.nr > 31 || e->exception.nr == VECTOR_NMI))
		return -EINVAL;
	p->event = event_from(e);
	p->error_code = e->exception.error_code;
	if (!p->length) /* this vCPU has not exited in one */
		p->length = INT_LENGTH;
	v->arch.queued_irq = e->interrupt.injected && !e->interrupt.soft ?
	                             e->interrupt.nr :
	                             NO_VECTOR;
	if (e->flags & KVM_VCPUEVENT_VALID_NMI_PENDING)
		p->nmi = e->nmi.pending;
	blocked &= ~BLOCKING_BY_NMI;
	if (e->nmi.masked)
		blocked |= BLOCKING_BY_NMI;
	if (e->flags & KVM_VCPUEVENT_VALID_SHADOW) {
		blocked &= ~(BLOCKING_BY_STI | BLOCKING_BY_MOV_SS);
		if (e->interrupt.shadow & KVM_X86_SHADOW_INT_MOV_SS)
			blocked |= BLOCKING_BY_MOV_SS;
		else if (e->interrupt.shadow & KVM_X86_SHADOW_INT_STI)
			blocked |= BLOCKING_BY_STI;
	}
	vmcs_write32(GUEST_INTERRUPTIBILITY_STATE, blocked);
	if (e->flags & KVM_VCPUEVENT_VALID_SIPI_VECTOR && v->arch.lapic)
		v->arch.lapic->sipi_vector = (u8)e->sipi_vector;
	p->any = true;
	return 0;
}
/* end: events */

static int set_mp_state(struct kvm_vcpu *v, u32 state)
{
	if (state > KVM_MP_STATE_SIPI_RECEIVED ||
	    (!v->arch.lapic && state != KVM_MP_STATE_RUNNABLE))
		return -EINVAL;
	/* After a SIPI there is no waiting any more. */
	if (state == KVM_MP_STATE_SIPI_RECEIVED) {
		v->arch.mp_state = KVM_MP_STATE_INIT_RECEIVED;
		v->arch.lapic->sipi_pending = true;
	} else {
		v->arch.mp_state = state;
	}
	kvm_make_request(v, KVM_REQ_EVENT);
	return 0;
}

/* All the structs that these ioctls copy; too large for a kernel stack. */
union state {
	struct kvm_regs regs;
	struct kvm_sregs sregs;
	struct kvm_fpu fpu;
	struct kvm_xsave xsave;
	struct kvm_debugregs debugregs;
	struct kvm_vcpu_events events;
	struct kvm_mp_state mp;
	struct kvm_xcrs xcrs;
	struct kvm_translation translation;
};

static int get_state(struct kvm_vcpu *v, u32 request, union state *s)
{
	switch (request) {
	case KVM_GET_REGS:
		kvm_get_regs(v, &s->regs);
		return 0;
	case KVM_GET_SREGS:
		kvm_get_sregs(v, &s->sregs);
		return 0;
	case KVM_GET_FPU:
		get_fpu(v, &s->fpu);
		return 0;
	case KVM_GET_XSAVE:
		get_xsave(v, &s->xsave);
		return 0;
	case KVM_GET_DEBUGREGS:
		get_debugregs(v, &s->debugregs);
		return 0;
	case KVM_GET_VCPU_EVENTS:
		kvm_get_events(v, &s->events);
		return 0;
	case KVM_GET_MP_STATE:
		s->mp.mp_state = v->arch.mp_state;
		return 0;
	case KVM_GET_XCRS: /* no XSAVE for guests: there are none */
		memset(&s->xcrs, 0, sizeof(s->xcrs));
		return 0;
	case KVM_TRANSLATE:
		translate(v, &s->translation);
		return 0;
	default:
		return -EINVAL;
	}
}

static int set_state(struct kvm_vcpu *v, u32 request, const union state *s)
{
	switch (request) {
	case KVM_SET_REGS:
		kvm_set_regs(v, &s->regs);
		return 0;
	case KVM_SET_SREGS:
		return kvm_set_sregs(v, &s->sregs);
	case KVM_SET_FPU:
		set_fpu(v, &s->fpu);
		return 0;
	case KVM_SET_XSAVE:
		return set_xsave(v, &s->xsave);
	case KVM_SET_DEBUGREGS:
		return set_debugregs(v, &s->debugregs);
	case KVM_SET_VCPU_EVENTS:
		return kvm_set_events(v, &s->events);
	case KVM_SET_MP_STATE:
		return set_mp_state(v, s->mp.mp_state);
	default:
		return -EINVAL;
	}
}

static bool is_state_ioctl(u32 request)
{
	static const u32 known[] = {
		KVM_GET_REGS,      KVM_SET_REGS,        KVM_GET_SREGS,
		KVM_SET_SREGS,     KVM_GET_FPU,         KVM_SET_FPU,
		KVM_GET_XSAVE,     KVM_SET_XSAVE,       KVM_GET_DEBUGREGS,
		KVM_SET_DEBUGREGS, KVM_GET_VCPU_EVENTS, KVM_SET_VCPU_EVENTS,
		KVM_GET_MP_STATE,  KVM_SET_MP_STATE,    KVM_GET_XCRS,
		KVM_SET_XCRS,      KVM_TRANSLATE,
	};

	for (unsigned i = 0; i < ARRAY_SIZE(known); i++)
		if (known[i] == request)
			return true;
	return false;
}

s64 kvm_state_ioctl(struct kvm_vcpu *v, u32 request, u64 arg)
{
	bool to_user = _IOC_DIR(request) & _IOC_READ;
	bool from_user = _IOC_DIR(request) & _IOC_WRITE;
	u64 size = _IOC_SIZE(request);
	union state *s;
	s64 ret = 0;

	if (!is_state_ioctl(request))
		return -EINVAL;
	s = kmalloc(sizeof(*s));
	if (!s)
		return -ENOMEM;
	if (from_user && copy_from_user(s, arg, size))
		ret = -EFAULT;
	if (!ret)
		ret = to_user ? get_state(v, request, s) :
		                set_state(v, request, s);
	if (!ret && to_user && copy_to_user(arg, s, size))
		ret = -EFAULT;
	kfree(s);
	return ret;
}
