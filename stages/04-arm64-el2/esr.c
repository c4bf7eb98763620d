/*
 * esr.c - decoding exception syndromes.
 */
#include "04-arm64-el2/esr.h"

#include "04-arm64-el2/sysregs.h"
#include "lib/print.h"

static const struct {
	const char *name, *text;
} classes[64] = {
#define EC(value, n, t) [value] = { #n, t },
#include "04-arm64-el2/esr.def"
#undef EC
};

const char *esr_class_text(unsigned ec)
{
	return ec < 64 && classes[ec].text ? classes[ec].text : "reserved";
}

const char *esr_class_name(unsigned ec)
{
	return ec < 64 ? classes[ec].name : NULL;
}

const char *esr_fault_text(unsigned fsc)
{
	/* D13.2, ESR_ELx, "ISS encoding for an exception from a Data Abort". */
	static const char *const text[64] = {
		[0x00] = "address size fault, level 0",
		[0x01] = "address size fault, level 1",
		[0x02] = "address size fault, level 2",
		[0x03] = "address size fault, level 3",
		[0x04] = "translation fault, level 0",
		[0x05] = "translation fault, level 1",
		[0x06] = "translation fault, level 2",
		[0x07] = "translation fault, level 3",
		[0x09] = "access flag fault, level 1",
		[0x0a] = "access flag fault, level 2",
		[0x0b] = "access flag fault, level 3",
		[0x0d] = "permission fault, level 1",
		[0x0e] = "permission fault, level 2",
		[0x0f] = "permission fault, level 3",
		[0x10] = "external abort",
		[0x11] = "tag check fault",
		[0x14] = "external abort on a table walk, level 0",
		[0x15] = "external abort on a table walk, level 1",
		[0x16] = "external abort on a table walk, level 2",
		[0x17] = "external abort on a table walk, level 3",
		[0x21] = "alignment fault",
		[0x30] = "TLB conflict",
		[0x31] = "unsupported atomic update",
		[0x34] = "lockdown fault",
		[0x35] = "unsupported exclusive access",
	};

	return fsc < 64 && text[fsc] ? text[fsc] : "reserved fault";
}

struct sysreg_trap esr_sysreg(u32 iss)
{
	return (struct sysreg_trap){
		.enc = SYSREG_ENC(BITS(iss, 21, 20), BITS(iss, 16, 14),
		                  BITS(iss, 13, 10), BITS(iss, 4, 1),
		                  BITS(iss, 19, 17)),
		.rt = BITS(iss, 9, 5),
		.read = iss & 1,
	};
}

static void describe_sysreg(u32 iss, char *buf, size_t size)
{
	struct sysreg_trap t = esr_sysreg(iss);
	const char *name = sysreg_name(t.enc);

	if (name)
		snprintk(buf, size, "%s of %s", t.read ? "MRS" : "MSR", name);
	else
		snprintk(buf, size, "%s of S%u_%u_C%u_C%u_%u",
		         t.read ? "MRS" : "MSR", (unsigned)BITS(t.enc, 15, 14),
		         (unsigned)BITS(t.enc, 13, 11),
		         (unsigned)BITS(t.enc, 10, 7),
		         (unsigned)BITS(t.enc, 6, 3),
		         (unsigned)BITS(t.enc, 2, 0));
}

char *esr_describe(u64 esr, char *buf, size_t size)
{
	unsigned ec = ESR_EC(esr);
	u32 iss = ESR_ISS(esr);
	const char *text = esr_class_text(ec);

	switch (ec) {
	case EC_WFX:
		snprintk(buf, size, "%s", ISS_WFX_IS_WFE(iss) ? "WFE" : "WFI");
		break;
	case EC_HVC64:
	case EC_SMC64:
	case EC_SVC64:
	case EC_BRK64:
		snprintk(buf, size, "%s #%u", text, iss & 0xffff);
		break;
	case EC_SYS64:
		describe_sysreg(iss, buf, size);
		break;
	case EC_IABT_LOW:
	case EC_IABT_CUR:
		snprintk(buf, size, "%s: %s", text,
		         esr_fault_text(ISS_ABT_FSC(iss)));
		break;
	case EC_DABT_LOW:
	case EC_DABT_CUR:
	case EC_WATCHPT_CUR:
		snprintk(buf, size, "%s: %s: %s", text,
		         iss & ISS_ABT_WNR ? "write" : "read",
		         esr_fault_text(ISS_ABT_FSC(iss)));
		break;
	default:
		snprintk(buf, size, "%s (class 0x%02x, ISS 0x%x)", text, ec,
		         iss);
	}
	return buf;
}
