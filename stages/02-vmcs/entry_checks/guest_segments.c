/*
 * guest_segments.c - the rules of guest_segments.def, SDM 27.3.1.2-27.3.1.3.
 */
#include "02-vmcs/access_rights.h"
#include "02-vmcs/entry_checks/check.h"

/* The order of their fields, so that one is found from its register. */
enum segment { ES, CS, SS, DS, FS, GS, LDTR, TR };

static u64 selector(const struct check *k, enum segment s)
{
	return k->f->v[VMCS_IDX_GUEST_ES_SELECTOR + s];
}

static u64 base(const struct check *k, enum segment s)
{
	return k->f->v[VMCS_IDX_GUEST_ES_BASE + s];
}

static u64 limit(const struct check *k, enum segment s)
{
	return k->f->v[VMCS_IDX_GUEST_ES_LIMIT + s];
}

static u32 rights(const struct check *k, enum segment s)
{
	return k->f->v[VMCS_IDX_GUEST_ES_ACCESS_RIGHTS + s];
}

static bool usable(const struct check *k, enum segment s)
{
	return !(rights(k, s) & AR_UNUSABLE);
}

/* Do the checks of a segment outside virtual-8086 mode apply? */
static bool checked(const struct check *k, enum segment s)
{
	return !V86_GUEST && (s == CS || usable(k, s));
}

/* Type 3 in CS is what real mode leaves there. */
static bool cs_is_data(const struct check *k)
{
	return AR_TYPE(rights(k, CS)) == 3;
}

static bool cs_is_code(const struct check *k)
{
	return rights(k, CS) & AR_CODE && rights(k, CS) & AR_ACCESSED;
}

static bool cs_is_conforming(const struct check *k)
{
	return rights(k, CS) & AR_CONFORMING;
}

static bool cs_type(const struct check *k)
{
	return cs_is_code(k) || (UNRESTRICTED && cs_is_data(k));
}

static bool tr_type(const struct check *k)
{
	u64 type = AR_TYPE(rights(k, TR));

	return type == TYPE_TSS_BUSY ||
	       (type == TYPE_TSS_16_BUSY && !IA32E_GUEST);
}

#include "02-vmcs/entry_checks/define_rules.h"
#include "02-vmcs/entry_checks/guest_segments.def"
