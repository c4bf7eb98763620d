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
#define X2APIC_ICR 0x830
#define X2APIC_TIMER_CURRENT 0x839
#define X2APIC_SELF_IPI 0x83f

/* Into whose hands interrupts are put: apicv.h. */
static enum { NOTHING, ENDS, ALL, WHAT_WORKS } wanted = WHAT_WORKS;

bool kvm_arch_word(const char *word)
{
	if (!strcmp(word, ".noapicv"))
		wanted = NOTHING;
	else if (!strcmp(word, ".apicv"))
		wanted = ALL;
	else
		return false;
	return true;
}

static bool cpu_has_apicv(void)
{
	return vmx_may_set(&kvm_caps, VMX_PROC, PROC_USE_TPR_SHADOW) &&
	       vmx_may_set(&kvm_caps, VMX_PROC2, NEEDED_PROC2 | MODES);
}

/* anchor: what_works */
/*
 * Bochs 2.7 delivers a virtual interrupt that has to wait, because RFLAGS.IF is
 * 0, all the same if an interrupt for the host comes in that moment: it asks
 * whether one waits, and not whether it may be delivered.  (The guest `masked'
 * shows it.)  That cannot happen if none ever waits in the CPU's hands: so
 * there it only ends interrupts, and we inject them, as without APICv.  That is
 * right on any CPU.  Whoever makes real ones has posted interrupts as well.
 */
static int what_works(void)
{
	return vmx_may_set(&kvm_caps, VMX_PIN, PIN_PROCESS_POSTED_INTERRUPTS) ?
	               ALL :
	               ENDS;
}
/* end: what_works */

static void set_controls_for_apicv(struct kvm_vcpu *v)
{
	u32 proc = vmcs_read32(PRIMARY_VM_EXEC_CONTROL);

	vmcs_write32(PRIMARY_VM_EXEC_CONTROL, proc | PROC_USE_TPR_SHADOW);
	vmcs_write32(TPR_THRESHOLD, 0);
	vmcs_write64(VIRTUAL_APIC_PAGE_ADDR,
	             ptr_to_hpa(v->arch.lapic->page).v);
}

/* What only a CPU that delivers may do without an exit. */
static void let_it_deliver(struct kvm_vcpu *v)
{
	u32 proc = vmcs_read32(PRIMARY_VM_EXEC_CONTROL);

	v->arch.lapic->hardware_vid = true;
	/* CR8 is the page's TPR now, without exits. */
	proc &= ~(PROC_CR8_LOAD_EXITING | PROC_CR8_STORE_EXITING);
	vmcs_write32(PRIMARY_VM_EXEC_CONTROL, proc);
	vmcs_write64(APIC_ACCESS_ADDR,
	             ptr_to_hpa(v->kvm->arch.apic_access_page).v);
}

/* Never read or written: accesses to it go elsewhere. */
static void map_apic_access_page(struct kvm *kvm)
{
	if (kvm->arch.apic_access_page)
		return;
	kvm->arch.apic_access_page = page_alloc();
	ept_map(&kvm->arch.vm.ept, (gpa_t){ APIC_BASE_ADDRESS },
	        ptr_to_hpa(kvm->arch.apic_access_page), PAGE_SIZE,
	        EPT_READ | EPT_WRITE | EPT_WB);
}

void apicv_init(struct kvm_vcpu *v)
{
	struct vcpu *c = &v->arch.vcpu;
	int use = wanted == WHAT_WORKS ? what_works() : (int)wanted;
	u64 flags;

	if (use == NOTHING || !cpu_has_apicv())
		return;
	flags = arch_irq_save();
	vmcs_load(&c->vmcs);
	set_controls_for_apicv(v);
	if (use == ALL) {
		map_apic_access_page(v->kvm);
		let_it_deliver(v);
	} else {
		v->arch.lapic->hardware_eoi = true;
	}
	apicv_set_mode(v);
	apicv_set_eoi_exits(v);
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

static bool uses_cpu(const struct lapic *a)
{
	return a->hardware_vid | a->hardware_eoi;
}

/* With a page of memory the CPU would also take TPR and self-IPI. */
static u32 proc2_of(const struct lapic *a)
{
	if (a->enabled && a->x2apic)
		return NEEDED_PROC2 | PROC2_VIRTUALIZE_X2APIC_MODE;
	if (!a->hardware_vid)
		return 0;
	return NEEDED_PROC2 |
	       (a->enabled ? PROC2_VIRTUALIZE_APIC_ACCESSES : 0);
}

/* Two are not in the page as an RDMSR of the CPU expects them. */
static bool page_answers(u32 msr)
{
	return vlapic_msr_exists(msr) && msr != X2APIC_TIMER_CURRENT &&
	       msr != X2APIC_ICR;
}

void apicv_set_mode(struct kvm_vcpu *v)
{
	const struct lapic *a = v->arch.lapic;
	u32 proc2;

	if (!a || !uses_cpu(a))
		return;
	proc2 = vmcs_read32(SECONDARY_VM_EXEC_CONTROL);
	vmcs_write32(SECONDARY_VM_EXEC_CONTROL,
	             (proc2 & ~(NEEDED_PROC2 | MODES)) | proc2_of(a));
	for (u32 msr = 0x800; msr < 0x840; msr++)
		pass_msr(v, msr, false, a->x2apic && page_answers(msr));
	pass_msr(v, X2APIC_EOI, true, a->x2apic);
	pass_msr(v, X2APIC_TPR, true, a->x2apic && a->hardware_vid);
	pass_msr(v, X2APIC_SELF_IPI, true, a->x2apic && a->hardware_vid);
	apicv_page_changed(v);
}

/* anchor: vid */
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
/* end: vid */

void apicv_page_changed(struct kvm_vcpu *v)
{
	const struct lapic *a = v->arch.lapic;
	int isr, irr;

	if (!uses_cpu(a))
		return;
	isr = vlapic_highest_isr(a);
	irr = a->hardware_vid ? vlapic_highest_irr(a) : 0;
	vmcs_write16(GUEST_INTERRUPT_STATUS,
	             (u16)((isr < 0 ? 0 : isr) << 8 | (irr < 0 ? 0 : irr)));
}

void apicv_set_eoi_exits(struct kvm_vcpu *v)
{
	const struct irqchip *chip = v->kvm->arch.irqchip;
	const struct lapic *a = v->arch.lapic;
	u64 map[4] = { 0 };

	if (!a || !uses_cpu(a))
		return;
	for (unsigned i = 0; i < IOAPIC_PINS; i++) {
		u64 e = chip->ioapic.entry[i];

		if (e & IOAPIC_LEVEL)
			map[(e & IOAPIC_VECTOR) / 64] |=
				BIT((e & IOAPIC_VECTOR) % 64);
	}
	if (a->eoi_awaited)
		memset(map, 0xff, sizeof(map));
	vmcs_write64(EOI_EXIT_BITMAP0, map[0]);
	vmcs_write64(EOI_EXIT_BITMAP1, map[1]);
	vmcs_write64(EOI_EXIT_BITMAP2, map[2]);
	vmcs_write64(EOI_EXIT_BITMAP3, map[3]);
}

void apicv_await_eoi(struct kvm_vcpu *v)
{
	struct lapic *a = v->arch.lapic;
	bool waits;

	if (!a || !a->hardware_eoi)
		return;
	waits = vlapic_highest_irr(a) >= 0;
	if (waits == a->eoi_awaited)
		return;
	a->eoi_awaited = waits;
	apicv_set_eoi_exits(v);
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
	c->events.any = true; /* what waited for it (apicv_await_eoi) */
	return EXIT_RESUME;
}
