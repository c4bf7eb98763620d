/*
 * esr.h - what ESR_EL2 says about an exception, decoded.
 */
#pragma once

#include "lib/types.h"

enum esr_class {
#define EC(value, name, text) EC_##name = value,
#include "04-arm64-el2/esr.def"
#undef EC
};

#define ESR_EC(esr) ((unsigned)BITS(esr, 31, 26))
#define ESR_IL BIT(25) /* the instruction was 32 bits long */
#define ESR_ISS(esr) ((u32)BITS(esr, 24, 0))
#define ESR_MAKE(ec, iss) ((u64)(ec) << 26 | ESR_IL | (iss))

/* ISS of WFI/WFE (D13.2, ESR_ELx): 0 is WFI. */
#define ISS_WFX_IS_WFE(iss) ((iss)&1)

/* ISS of aborts. */
#define ISS_ABT_FSC(iss) ((unsigned)BITS(iss, 5, 0))
#define ISS_ABT_WNR BIT(6)
#define ISS_ABT_S1PTW BIT(7) /* while walking the guest's stage 1 tables */
#define ISS_ABT_CM BIT(8)    /* a cache maintenance instruction */
#define ISS_ABT_FNV BIT(10)  /* FAR is not valid */
#define ISS_ABT_ISV BIT(24)

/* Fault status codes, without the level in bits 1:0. */
#define FSC_TYPE(fsc) ((fsc)&0x3c)
#define FSC_ADDRESS_SIZE 0x00
#define FSC_TRANSLATION 0x04
#define FSC_ACCESS_FLAG 0x08
#define FSC_PERMISSION 0x0c
#define FSC_EXTERNAL 0x10

/* ISS of a trapped MSR or MRS. */
struct sysreg_trap {
	u32 enc;   /* as SYSREG_ENC makes it */
	u8 rt;     /* 31: the zero register */
	bool read; /* MRS */
};

/* esr_class_text - "HVC"; "reserved" for a class that is none. */
const char *esr_class_text(unsigned ec);

/* esr_class_name - "HVC64", or NULL. */
const char *esr_class_name(unsigned ec);

/* esr_fault_text - "translation fault, level 2", for an abort's FSC. */
const char *esr_fault_text(unsigned fsc);

/* esr_sysreg - decode the ISS of class SYS64. */
struct sysreg_trap esr_sysreg(u32 iss);

/*
 * esr_describe - one line for a human: class, and what its ISS says.
 * Returns buf.
 */
char *esr_describe(u64 esr, char *buf, size_t size);
