/*
 * guest_segments.c - the rules of guest_segments.def, SDM 27.3.1.2-27.3.1.3.
 */
#include "02-vmcs/access_rights.h"
#include "02-vmcs/entry_checks/check.h"

/* The order of their fields, so that one is found from its register. */
enum segment { ES, CS, SS, DS, FS, GS, LDTR, TR };

static u64 seg_selector(const struct check *k, enum segment s)
{
	return k->f->v[VMCS_IDX_GUEST_ES_SELECTOR + s];
}

static u64 seg_base(const struct check *k, enum segment s)
{
	return k->f->v[VMCS_IDX_GUEST_ES_BASE + s];
}

static u64 seg_limit(const struct check *k, enum segment s)
{
	return k->f->v[VMCS_IDX_GUEST_ES_LIMIT + s];
}

static u32 seg_rights(const struct check *k, enum segment s)
{
	return k->f->v[VMCS_IDX_GUEST_ES_ACCESS_RIGHTS + s];
}

static bool seg_usable(const struct check *k, enum segment s)
{
	return !(seg_rights(k, s) & AR_UNUSABLE);
}

/* Do the checks of a segment outside virtual-8086 mode apply? */
static bool seg_checked(const struct check *k, enum segment s)
{
	return !V86_GUEST && (s == CS || seg_usable(k, s));
}

/* Type 3 in CS is what real mode leaves there. */
static bool cs_is_data(const struct check *k)
{
	return AR_TYPE(seg_rights(k, CS)) == 3;
}

static bool cs_is_code(const struct check *k)
{
	return seg_rights(k, CS) & AR_CODE && seg_rights(k, CS) & AR_ACCESSED;
}

static bool cs_is_conforming(const struct check *k)
{
	return seg_rights(k, CS) & AR_CONFORMING;
}

static bool cs_type(const struct check *k)
{
	return cs_is_code(k) || (UNRESTRICTED && cs_is_data(k));
}

static bool tr_type(const struct check *k)
{
	u64 type = AR_TYPE(seg_rights(k, TR));

	return type == TYPE_TSS_BUSY ||
	       (type == TYPE_TSS_16_BUSY && !IA32E_GUEST);
}

#include "02-vmcs/entry_checks/define_rules.h"
#include "02-vmcs/entry_checks/guest_segments.def"
