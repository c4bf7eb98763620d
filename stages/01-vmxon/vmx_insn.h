/*
 * vmx_insn.h - the VMX instructions (SDM chapter 31), one function each.
 *
 * VMLAUNCH and VMRESUME are not here: they do not come back to the next
 * line, so no inline function can hold them (03-entry-exit/vmenter.S).
 */
#pragma once

#include "01-vmxon/insn.h"
#include "01-vmxon/vmx.h"

/* CF and ZF as flag outputs of the instruction before. */
static inline enum vmx_result vmx_result_of(bool cf, bool zf)
{
	return cf ? VMX_FAIL_INVALID : zf ? VMX_FAIL_VALID : VMX_OK;
}

/* Instructions whose one operand is a physical address in memory. */
#define VMX_INSN_ON_HPA(name, insn)                                           \
	static inline enum vmx_result name(hpa_t pa)                          \
	{                                                                     \
		bool cf, zf;                                                  \
                                                                              \
		asm volatile(insn " %2"                                       \
		             : "=@ccc"(cf), "=@ccz"(zf)                       \
		             : "m"(pa.v)                                      \
		             : "memory");                                     \
		return vmx_result_of(cf, zf);                                 \
	}
VMX_INSN_ON_HPA(vmx_vmclear, "vmclear")
VMX_INSN_ON_HPA(vmx_vmptrld, "vmptrld")

/*
 * VMXON with the address of the operand free, so that every fault can be
 * provoked.  Returns 0, an enum vmx_result, or FAULT + vector.
 */
static inline u64 vmx_try_vmxon(const hpa_t *region)
{
	u64 fault = 0;
	bool cf, zf;

	/* The flags are only those of VMXON if it did not fault. */
	asm volatile("1: vmxon (%3)\n" EX_TABLE
	             : "+D"(fault), "=@ccc"(cf), "=@ccz"(zf)
	             : "r"(region)
	             : "memory");
	return fault ? fault : vmx_result_of(cf, zf);
}

static inline enum vmx_result vmx_vmxoff(void)
{
	bool cf, zf;

	asm volatile("vmxoff" : "=@ccc"(cf), "=@ccz"(zf) : : "memory");
	return vmx_result_of(cf, zf);
}

static inline enum vmx_result vmx_vmptrst(hpa_t *pa)
{
	bool cf, zf;

	asm volatile("vmptrst %2"
	             : "=@ccc"(cf), "=@ccz"(zf), "=m"(pa->v)
	             :
	             : "memory");
	return vmx_result_of(cf, zf);
}

static inline enum vmx_result vmx_vmread(u64 field, u64 *value)
{
	bool cf, zf;
	u64 v = 0;

	asm volatile("vmread %3, %2"
	             : "=@ccc"(cf), "=@ccz"(zf), "+r"(v)
	             : "r"(field));
	*value = v;
	return vmx_result_of(cf, zf);
}

static inline enum vmx_result vmx_vmwrite(u64 field, u64 value)
{
	bool cf, zf;

	asm volatile("vmwrite %3, %2"
	             : "=@ccc"(cf), "=@ccz"(zf)
	             : "r"(field), "r"(value)
	             : "memory");
	return vmx_result_of(cf, zf);
}

/* The 128-bit operands of INVEPT and INVVPID. */
struct invept_desc {
	u64 eptp, zero;
};
struct invvpid_desc {
	u64 vpid, gva;
};

static inline enum vmx_result vmx_invept(u64 type, const struct invept_desc *d)
{
	bool cf, zf;

	asm volatile("invept %3, %2"
	             : "=@ccc"(cf), "=@ccz"(zf)
	             : "r"(type), "m"(*d)
	             : "memory");
	return vmx_result_of(cf, zf);
}

static inline enum vmx_result vmx_invvpid(u64 type,
                                          const struct invvpid_desc *d)
{
	bool cf, zf;

	asm volatile("invvpid %3, %2"
	             : "=@ccc"(cf), "=@ccz"(zf)
	             : "r"(type), "m"(*d)
	             : "memory");
	return vmx_result_of(cf, zf);
}
