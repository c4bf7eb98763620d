/*
 * target.c - the target description: which registers there are, for GDB.
 */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bridge.h"

static const char CORE[] = "org.gnu.gdb.i386.core";
static const char SSE[] = "org.gnu.gdb.i386.sse";
static const char SEGMENTS[] = "org.gnu.gdb.i386.segments";
static const char SYSTEM[] = "org.world-switch.x86.system";

#define REG(name, bits, type, feature, from, to)                              \
	{ #name, bits, type, feature },
const struct reg reg_table[] = {
#include "regs.def"
};
#undef REG
const int reg_count = sizeof(reg_table) / sizeof(reg_table[0]);

size_t reg_offset(int n)
{
	size_t at = 0;

	for (int i = 0; i < n; i++)
		at += (size_t)reg_table[i].bits / 8;
	return at;
}

size_t regs_size(void)
{
	return reg_offset(reg_count);
}

/* A register whose bits have names: "PE=0 MP=1", shown by GDB as [ PE MP ]. */
static void put_flags(FILE *f, const char *id, int size, const char *bits)
{
	char copy[256], *save = NULL;

	snprintf(copy, sizeof(copy), "%s", bits);
	fprintf(f, "<flags id=\"%s\" size=\"%d\">", id, size);
	for (char *w = strtok_r(copy, " ", &save); w;
	     w = strtok_r(NULL, " ", &save)) {
		char *eq = strchr(w, '=');

		*eq++ = 0;
		fprintf(f, "<field name=\"%s\" start=\"%s\" end=\"%s\"/>", w,
		        eq, eq);
	}
	fprintf(f, "</flags>\n");
}

static void put_types(FILE *f, const char *feature)
{
	if (feature == CORE)
		put_flags(f, "i386_eflags", 4,
		          "CF=0 =1 PF=2 AF=4 ZF=6 SF=7 TF=8 IF=9 DF=10 OF=11 "
		          "NT=14 RF=16 VM=17 AC=18 VIF=19 VIP=20 ID=21");
	if (feature == SSE) {
		fprintf(f,
		        "<vector id=\"v4f\" type=\"ieee_single\" count=\"4\"/>"
		        "<vector id=\"v2d\" type=\"ieee_double\" count=\"2\"/>"
		        "<vector id=\"v16i8\" type=\"int8\" count=\"16\"/>"
		        "<vector id=\"v8i16\" type=\"int16\" count=\"8\"/>"
		        "<vector id=\"v4i32\" type=\"int32\" count=\"4\"/>"
		        "<vector id=\"v2i64\" type=\"int64\" count=\"2\"/>"
		        "<union id=\"vec128\">"
		        "<field name=\"v4_float\" type=\"v4f\"/>"
		        "<field name=\"v2_double\" type=\"v2d\"/>"
		        "<field name=\"v16_int8\" type=\"v16i8\"/>"
		        "<field name=\"v8_int16\" type=\"v8i16\"/>"
		        "<field name=\"v4_int32\" type=\"v4i32\"/>"
		        "<field name=\"v2_int64\" type=\"v2i64\"/>"
		        "<field name=\"uint128\" type=\"uint128\"/></union>\n");
		put_flags(f, "i386_mxcsr", 4,
		          "IE=0 DE=1 ZE=2 OE=3 UE=4 PE=5 DAZ=6 IM=7 DM=8 ZM=9 "
		          "OM=10 UM=11 PM=12 FZ=15");
	}
	if (feature != SYSTEM)
		return;
	put_flags(f, "x86_cr0", 8,
	          "PE=0 MP=1 EM=2 TS=3 ET=4 NE=5 WP=16 AM=18 NW=29 CD=30 "
	          "PG=31");
	put_flags(f, "x86_cr4", 8,
	          "VME=0 PVI=1 TSD=2 DE=3 PSE=4 PAE=5 MCE=6 PGE=7 PCE=8 "
	          "OSFXSR=9 OSXMMEXCPT=10 UMIP=11 LA57=12 VMXE=13 SMXE=14 "
	          "FSGSBASE=16 PCIDE=17 OSXSAVE=18 SMEP=20 SMAP=21 PKE=22");
	put_flags(f, "x86_efer", 8, "SCE=0 LME=8 LMA=10 NXE=11");
	put_flags(f, "x86_vmx", 4, "ON=0 GUEST=1");
}

const char *target_xml(void)
{
	static char *xml;
	const char *feature = NULL;
	size_t size;
	FILE *f;

	if (xml)
		return xml;
	f = open_memstream(&xml, &size);
	if (!f)
		die("out of memory");
	fprintf(f, "<?xml version=\"1.0\"?>\n"
	           "<!DOCTYPE target SYSTEM \"gdb-target.dtd\">\n"
	           "<target><architecture>i386:x86-64</architecture>"
	           "<osabi>none</osabi>\n");
	for (int i = 0; i < reg_count; i++) {
		const struct reg *r = &reg_table[i];

		if (r->feature != feature) {
			fprintf(f, "%s<feature name=\"%s\">\n",
			        feature ? "</feature>\n" : "", r->feature);
			feature = r->feature;
			put_types(f, feature);
		}
		fprintf(f, "<reg name=\"%s\" bitsize=\"%d\" type=\"%s\"%s/>\n",
		        r->name, r->bits, r->type,
		        feature == SYSTEM ? " group=\"system\"" : "");
	}
	fprintf(f, "</feature></target>\n");
	fclose(f);
	return xml;
}
