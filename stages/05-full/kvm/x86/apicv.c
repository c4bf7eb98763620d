/*
 * apicv.c - see apicv.h.
 */
#include "05-full/kvm/x86/apicv.h"

#include "01-vmxon/pages.h"
#include "05-full/kvm/words.h"
#include "05-full/kvm/x86/irqchip.h"
#include "lib/string.h"

#define NEEDED_PROC2                                                          \
	(PROC2_APIC_REGISTER_VIRTUALIZATION | PROC2_VIRTUAL_INTERRUPT_DELIVERY)
#define MODES (PROC2_VIRTUALIZE_APIC_ACCESSES | PROC2_VIRTUALIZE_X2APIC_MODE)

#define X2APIC_TPR 0x808
#define X2APIC_EOI 0x80b
#define X2APIC_TIMER_CURRENT 0x839
#define X2APIC_SELF_IPI 0x83f

bool kvm_use_apicv = true;

bool kvm_arch_word(const char *word)
{
	if (strcmp(word, ".noapicv"))
		return false;
	kvm_use_apicv = false;
	return true;
}

static bool cpu_has_apicv(void)
{
	return vmx_may_set(&kvm_caps, VMX_PROC, PROC_USE_TPR_SHADOW) &&
	       vmx_may_set(&kvm_caps, VMX_PROC2, NEEDED_PROC2 | MODES);
}

static void set_controls_for_apicv(struct kvm_vcpu *v)
{
	u32 proc = vmcs_read32(PRIMARY_VM_EXEC_CONTROL);
	u32 proc2 = vmcs_read32(SECONDARY_VM_EXEC_CONTROL);

	/* CR8 is the page's TPR now, without exits. */
	proc &= ~(PROC_CR8_LOAD_EXITING | PROC_CR8_STORE_EXITING);
	vmcs_write32(PRIMARY_VM_EXEC_CONTROL, proc | PROC_USE_TPR_SHADOW);
	vmcs_write32(SECONDARY_VM_EXEC_CONTROL, proc2 | NEEDED_PROC2);
	vmcs_write32(TPR_THRESHOLD, 0);
	vmcs_write64(VIRTUAL_APIC_PAGE_ADDR,
	             ptr_to_hpa(v->arch.lapic->page).v);
	vmcs_write64(APIC_ACCESS_ADDR,
	             ptr_to_hpa(v->kvm->arch.apic_access_page).v);
	vmcs_write16(GUEST_INTERRUPT_STATUS, 0);
}

void apicv_init(struct kvm_vcpu *v)
{
	struct vcpu *c = &v->arch.vcpu;
	u64 flags;

	if (!kvm_use_apicv || !cpu_has_apicv())
		return;
	flags = arch_irq_save();
	if (!v->kvm->arch.apic_access_page) {
		v->kvm->arch.apic_access_page = page_alloc();
		/* Never read or written: accesses to it go elsewhere. */
		ept_map(&v->kvm->arch.vm.ept, (gpa_t){ APIC_BASE_ADDRESS },
		        ptr_to_hpa(v->kvm->arch.apic_access_page), PAGE_SIZE,
		        EPT_READ | EPT_WRITE | EPT_WB);
	}
	vmcs_load(&c->vmcs);
	v->arch.lapic->hardware_vid = true;
	set_controls_for_apicv(v);
	apicv_set_mode(v);
	vmcs_clear(&c->vmcs);
	arch_irq_restore(flags);
}

/* The bit of an MSR in the bitmap; 2048 bytes further those for writes. */
static void pass_msr(struct kvm_vcpu *v, u32 msr, bool write, bool pass)
{
	u8 *map = (u8 *)v->arch.vcpu.msr_bitmap + (write ? 2048 : 0);

	if (pass)
		map[msr / 8] &= (u8)~BIT(msr % 8);
	else
		map[msr / 8] |= (u8)BIT(msr % 8);
}

void apicv_set_mode(struct kvm_vcpu *v)
{
	const struct lapic *a = v->arch.lapic;
	u32 proc2, mode = 0;

	if (!a || !a->hardware_vid)
		return;
	if (a->enabled)
		mode = a->x2apic ? PROC2_VIRTUALIZE_X2APIC_MODE :
		                   PROC2_VIRTUALIZE_APIC_ACCESSES;
	proc2 = vmcs_read32(SECONDARY_VM_EXEC_CONTROL) & ~MODES;
	vmcs_write32(SECONDARY_VM_EXEC_CONTROL, proc2 | mode);
	for (u32 msr = 0x800; msr < 0x840; msr++)
		pass_msr(v, msr, false,
		         a->x2apic && msr != X2APIC_TIMER_CURRENT);
	pass_msr(v, X2APIC_TPR, true, a->x2apic);
	pass_msr(v, X2APIC_EOI, true, a->x2apic);
	pass_msr(v, X2APIC_SELF_IPI, true, a->x2apic);
}

/* RVI in the low byte, SVI in the high one (SDM 25.4.2). */
void apicv_sync_irr(struct kvm_vcpu *v)
{
	struct lapic *a = v->arch.lapic;
	u16 status = vmcs_read16(GUEST_INTERRUPT_STATUS), want;
	int irr;

	vlapic_sync_posted(a);
	irr = vlapic_highest_irr(a);
	want = (u16)((status & 0xff00) | (irr < 0 ? 0 : irr));
	if (want != status)
		vmcs_write16(GUEST_INTERRUPT_STATUS, want);
}

void apicv_loaded(struct kvm_vcpu *v)
{
	const struct lapic *a = v->arch.lapic;
	int isr, irr;

	if (!a->hardware_vid)
		return;
	isr = vlapic_highest_isr(a);
	irr = vlapic_highest_irr(a);
	vmcs_write16(GUEST_INTERRUPT_STATUS,
	             (u16)((isr < 0 ? 0 : isr) << 8 | (irr < 0 ? 0 : irr)));
}

void apicv_set_eoi_exits(struct kvm_vcpu *v)
{
	const struct irqchip *chip = v->kvm->arch.irqchip;
	u64 map[4] = { 0 };

	if (!v->arch.lapic || !v->arch.lapic->hardware_vid)
		return;
	for (unsigned i = 0; i < IOAPIC_PINS; i++) {
		u64 e = chip->ioapic.entry[i];

		if (e & IOAPIC_LEVEL)
			map[(e & IOAPIC_VECTOR) / 64] |=
				BIT((e & IOAPIC_VECTOR) % 64);
	}
	vmcs_write64(EOI_EXIT_BITMAP0, map[0]);
	vmcs_write64(EOI_EXIT_BITMAP1, map[1]);
	vmcs_write64(EOI_EXIT_BITMAP2, map[2]);
	vmcs_write64(EOI_EXIT_BITMAP3, map[3]);
}

/* An access that the CPU does not virtualize: as if it were a device's. */
enum exit_action handle_apic_access(struct vcpu *c)
{
	inject_requeue(c);
	if (c->events.event & EVENT_VALID)
		return kvm_internal_error(kvm_vcpu_of(c),
		                          KVM_INTERNAL_ERROR_DELIVERY_EV);
	return kvm_emulate(kvm_vcpu_of(c));
}

/* A write that the CPU has done in the page: now for its effects. */
enum exit_action handle_apic_write(struct vcpu *c)
{
	struct lapic *a = kvm_vcpu_of(c)->arch.lapic;
	u32 offset = (u32)(vmcs_readnat(EXIT_QUALIFICATION) & 0xff0);

	vlapic_write(a, offset, vlapic_get(a, offset));
	return EXIT_RESUME;
}

enum exit_action handle_virtualized_eoi(struct vcpu *c)
{
	vlapic_eoi_vector(kvm_vcpu_of(c)->arch.lapic,
	                  (u8)vmcs_readnat(EXIT_QUALIFICATION));
	return EXIT_RESUME;
}
