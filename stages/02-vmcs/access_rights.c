/*
 * access_rights.c - segment access rights in words.  Pure.
 */
#include "02-vmcs/access_rights.h"

#include "lib/print.h"

u32 access_rights_of(u64 descriptor)
{
	u32 ar = BITS(descriptor, 55, 40) & ~AR_RESERVED_LOW;

	/* A descriptor that is not present cannot have been loaded. */
	return ar & AR_P ? ar : ar | AR_UNUSABLE;
}

static const char *code_words(u32 ar)
{
	static const char *const words[] = {
		"code, execute-only",
		"code, readable",
		"code, execute-only, conforming",
		"code, readable, conforming",
	};

	return words[BITS(ar, 2, 1)];
}

static const char *data_words(u32 ar)
{
	static const char *const words[] = {
		"data, read-only",
		"data, writable",
		"data, read-only, expand-down",
		"data, writable, expand-down",
	};

	return words[BITS(ar, 2, 1)];
}

static const char *system_words(u32 ar)
{
	switch (AR_TYPE(ar)) {
	case TYPE_LDT:
		return "LDT";
	case TYPE_TSS_16_BUSY:
		return "busy 16-bit TSS";
	case TYPE_TSS_BUSY:
		return "busy TSS";
	default:
		return "system segment of another type";
	}
}

static const char *size_words(u32 ar)
{
	if (!(ar & AR_S))
		return "";
	if (ar & AR_CODE && ar & AR_L)
		return ar & AR_DB ? ", 64-bit AND 32-bit" : ", 64-bit";
	return ar & AR_DB ? ", 32-bit" : ", 16-bit";
}

void access_rights_words(u32 ar, char *buf, size_t size)
{
	const char *kind;

	if (ar & AR_UNUSABLE) {
		snprintk(buf, size, "unusable");
		return;
	}
	kind = !(ar & AR_S) ? system_words(ar) :
	       ar & AR_CODE ? code_words(ar) :
	                      data_words(ar);
	snprintk(buf, size, "%s%s%s, DPL %u%s%s%s", kind,
	         ar & AR_S && ar & AR_ACCESSED ? ", accessed" : "",
	         ar & AR_P ? "" : ", NOT PRESENT", (unsigned)AR_DPL(ar),
	         size_words(ar), ar & AR_G ? ", in pages" : "",
	         ar & AR_RESERVED ? ", RESERVED BITS" : "");
}
