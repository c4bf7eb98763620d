/*
 * vmcs.h - a VMCS: its region, its life, access to its fields.
 *
 * Life (SDM 25.1, 25.11.3): vmcs_init makes it clear and inactive; vmcs_load
 * makes it active and current on this CPU; VMLAUNCH makes it launched; only
 * vmcs_clear makes it clear again, and writes back what the CPU has cached.
 * A VMCS that moves to another CPU must be cleared on the old one first.
 *
 * The accessors work on the VMCS that is current on this CPU.  They panic if
 * the CPU refuses: then there is no current VMCS, or no such field.
 */
#pragma once

#include "01-vmxon/boot.h"
#include "02-vmcs/vmcs_fields.h"
#include "02-vmcs/vmcs_insn.h"
#include "02-vmcs/vmx_errors.h"

struct vmx_caps;

#define VMCS_NO_CPU (~0u)

struct vmcs {
	u32 *region; /* one page: revision, abort indicator, the CPU's data */
	hpa_t pa;    /* its address for VMPTRLD */
	u32 cpu;     /* the CPU on which it is active, or VMCS_NO_CPU */
	bool launched; /* so VMRESUME, not VMLAUNCH: the CPU does not tell */
};

/*
 * vmcs_init - make a VMCS out of a page: revision, then VMCLEAR.
 * page: 4 KiB, aligned, zeros.  The CPU is in VMX operation.
 */
void vmcs_init(struct vmcs *v, void *page, const struct vmx_caps *caps);

/* vmcs_load - make it the current VMCS of this CPU (VMPTRLD). */
void vmcs_load(struct vmcs *v);

/* The VMCS that vmcs_load made current last, by CPU; NULL after its end. */
extern struct vmcs *vmcs_of_cpu[MAX_CPUS];

/* vmcs_clear - write it back, make it inactive and clear (VMCLEAR). */
void vmcs_clear(struct vmcs *v);

/* vmcs_current - this CPU's current-VMCS pointer (VMPTRST), or VMCS_NONE. */
#define VMCS_NONE (~0ull)
hpa_t vmcs_current(void);

/* The accessors' cold end: panic, naming the field. */
_Noreturn void vmcs_read_failed(u64 field);
_Noreturn void vmcs_write_failed(u64 field, u64 value);

static inline u64 vmcs_read_any(u64 field)
{
	u64 value;

	if (__builtin_expect(!vmcs_try_vmread(field, &value), 0))
		vmcs_read_failed(field);
	return value;
}

static inline void vmcs_write_any(u64 field, u64 value)
{
	if (__builtin_expect(!vmcs_try_vmwrite(field, value), 0))
		vmcs_write_failed(field, value);
}

/* One pair per width; a field of another width does not compile. */
static inline u16 vmcs_read16(enum vmcs_field16 field)
{
	return vmcs_read_any(field);
}

static inline u32 vmcs_read32(enum vmcs_field32 field)
{
	return vmcs_read_any(field);
}

static inline u64 vmcs_read64(enum vmcs_field64 field)
{
	return vmcs_read_any(field);
}

static inline u64 vmcs_readnat(enum vmcs_fieldnat field)
{
	return vmcs_read_any(field);
}

static inline void vmcs_write16(enum vmcs_field16 field, u16 value)
{
	vmcs_write_any(field, value);
}

static inline void vmcs_write32(enum vmcs_field32 field, u32 value)
{
	vmcs_write_any(field, value);
}

static inline void vmcs_write64(enum vmcs_field64 field, u64 value)
{
	vmcs_write_any(field, value);
}

static inline void vmcs_writenat(enum vmcs_fieldnat field, u64 value)
{
	vmcs_write_any(field, value);
}
