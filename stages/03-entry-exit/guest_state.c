/*
 * guest_state.c - the guest-state area, for a 64-bit and a real-mode guest.
 */
#include "03-entry-exit/guest_state.h"

#include "01-vmxon/regs.h"
#include "01-vmxon/vmx_caps.h"
#include "03-entry-exit/guest_mem.h"
#include "03-entry-exit/guests.h"
#include "03-entry-exit/vcpu.h"
#include "lib/panic.h"
#include "lib/string.h"

/* Access rights (SDM table 25-2): type, S, DPL, P, L, D/B, G. */
#define RIGHTS_CODE64 0xa09b
#define RIGHTS_DATA 0xc093
#define RIGHTS_CODE16 0x009b
#define RIGHTS_DATA16 0x0093
#define RIGHTS_TSS 0x008b
#define RIGHTS_UNUSABLE 0x10000

#define RFLAGS_RESET RFLAGS_FIXED
#define DR7_RESET 0x400
#define PAT_RESET 0x0007040600070406ul

struct segment {
	u16 selector;
	u64 base;
	u32 limit, rights;
};

#define WRITE_SEGMENT(name, s)                                                \
	do {                                                                  \
		vmcs_write16(GUEST_##name##_SELECTOR, (s).selector);          \
		vmcs_writenat(GUEST_##name##_BASE, (s).base);                 \
		vmcs_write32(GUEST_##name##_LIMIT, (s).limit);                \
		vmcs_write32(GUEST_##name##_ACCESS_RIGHTS, (s).rights);       \
	} while (0)

static void write_segments(struct segment code, struct segment data)
{
	struct segment tss = { 0, 0, 0xffff, RIGHTS_TSS };
	struct segment none = { 0, 0, 0xffff, RIGHTS_UNUSABLE };

	WRITE_SEGMENT(CS, code);
	WRITE_SEGMENT(SS, data);
	WRITE_SEGMENT(DS, data);
	WRITE_SEGMENT(ES, data);
	WRITE_SEGMENT(FS, data);
	WRITE_SEGMENT(GS, data);
	WRITE_SEGMENT(TR, tss);
	WRITE_SEGMENT(LDTR, none);
	vmcs_writenat(GUEST_GDTR_BASE, 0);
	vmcs_write32(GUEST_GDTR_LIMIT, 0xffff);
	vmcs_writenat(GUEST_IDTR_BASE, 0);
	vmcs_write32(GUEST_IDTR_LIMIT, 0xffff);
}

void guest_state_control_registers(struct vcpu *v, u64 cr0, u64 cr4)
{
	struct vmx_allowed fixed0 = vmx_allowed_cr0(v->caps);
	struct vmx_allowed fixed4 = vmx_allowed_cr4(v->caps);

	/* An unrestricted guest may have these two off (SDM 27.3.1.1). */
	fixed0.must_be_1 &= ~(CR0_PE | CR0_PG);
	vmcs_writenat(GUEST_CR0, vmx_adjust(fixed0, cr0));
	vmcs_writenat(GUEST_CR4, vmx_adjust(fixed4, cr4));
	vmcs_writenat(CR0_READ_SHADOW, cr0);
	vmcs_writenat(CR4_READ_SHADOW, cr4);
	vmcs_writenat(CR0_GUEST_HOST_MASK, ~GUEST_OWNED_CR0);
	vmcs_writenat(CR4_GUEST_HOST_MASK,
	              ~(GUEST_OWNED_CR4 & fixed4.may_be_1));
}

static void write_common(struct vcpu *v, u64 rip, u64 rsp, u64 efer)
{
	u32 entry = vmcs_read32(VM_ENTRY_CONTROLS) & ~ENTRY_IA32E_MODE_GUEST;

	if (efer & EFER_LMA)
		entry |= ENTRY_IA32E_MODE_GUEST;
	vmcs_write32(VM_ENTRY_CONTROLS, entry);
	vmcs_write64(GUEST_IA32_EFER, efer);
	vmcs_write64(GUEST_IA32_PAT, PAT_RESET);
	vmcs_write64(GUEST_IA32_DEBUGCTL, 0);
	vmcs_writenat(GUEST_DR7, DR7_RESET);
	vmcs_writenat(GUEST_RIP, rip);
	vmcs_writenat(GUEST_RSP, rsp);
	vmcs_writenat(GUEST_RFLAGS, RFLAGS_RESET);
	vmcs_writenat(GUEST_PENDING_DEBUG_EXCEPTIONS, 0);
	vmcs_write32(GUEST_INTERRUPTIBILITY_STATE, 0);
	vmcs_write32(GUEST_ACTIVITY_STATE, 0);
	vmcs_write32(GUEST_IA32_SYSENTER_CS, 0);
	vmcs_writenat(GUEST_IA32_SYSENTER_ESP, 0);
	vmcs_writenat(GUEST_IA32_SYSENTER_EIP, 0);
	(void)v;
}

void guest_state_64(struct vcpu *v, u64 rip, u64 rsp, gpa_t cr3)
{
	vmcs_load(&v->vmcs);
	write_segments((struct segment){ 8, 0, 0xffffffff, RIGHTS_CODE64 },
	               (struct segment){ 16, 0, 0xffffffff, RIGHTS_DATA });
	guest_state_control_registers(
		v, CR0_PE | CR0_PG | CR0_ET | CR0_NE | CR0_MP,
		CR4_PAE | CR4_OSFXSR | CR4_OSXMMEXCPT);
	vmcs_writenat(GUEST_CR3, cr3.v);
	write_common(v, rip, rsp, EFER_LME | EFER_LMA | EFER_SCE | EFER_NXE);
}

void guest_state_real(struct vcpu *v, u16 cs, u16 ip)
{
	vmcs_load(&v->vmcs);
	write_segments((struct segment){ cs, cs * 16ul, 0xffff,
	                                 RIGHTS_CODE16 },
	               (struct segment){ 0, 0, 0xffff, RIGHTS_DATA16 });
	guest_state_control_registers(v, CR0_ET, 0);
	vmcs_writenat(GUEST_CR3, 0);
	write_common(v, ip, 0x7000, 0);
}

#define PTE_P_W 0x3
#define PTE_LARGE 0x80

gpa_t guest_map_64(struct vcpu *v, gpa_t tables)
{
	u64 *pml4 = guest_ptr(v->vm, tables, 3 * PAGE_SIZE);
	u64 *pdpt, *pd;

	if (!pml4)
		panic("no room for page tables at %#lx", tables.v);
	pdpt = pml4 + 512;
	pd = pdpt + 512;
	memset(pml4, 0, 3 * PAGE_SIZE);
	pml4[0] = (tables.v + PAGE_SIZE) | PTE_P_W;
	pdpt[GUEST_VA_BASE / GiB] = (tables.v + 2 * PAGE_SIZE) | PTE_P_W;
	for (u64 i = 0; i < 512; i++)
		pd[i] = i * 2 * MiB | PTE_P_W | PTE_LARGE;
	return tables;
}

void guest_load(struct vm *vm, gpa_t gpa, const u8 *start, const u8 *end)
{
	u64 size = (u64)(end - start);
	void *to = guest_ptr(vm, gpa, size);

	if (!to)
		panic("a guest of %lu bytes does not fit", size);
	memcpy(to, start, size);
}
