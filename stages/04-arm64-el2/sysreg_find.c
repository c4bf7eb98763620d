/*
 * sysreg_find.c - searching a table of trapped registers.  Pure.
 */
#include "04-arm64-el2/sysreg_emul.h"

const struct sysreg_emul *sysreg_find(const struct sysreg_table *t, u32 enc)
{
	unsigned lo = 0, hi = t->n;

	while (lo < hi) {
		unsigned mid = (lo + hi) / 2;

		if (t->rows[mid].enc == enc)
			return &t->rows[mid];
		if (t->rows[mid].enc < enc)
			lo = mid + 1;
		else
			hi = mid;
	}
	return NULL;
}

bool sysreg_sorted(const struct sysreg_table *t)
{
	for (unsigned i = 1; i < t->n; i++)
		if (t->rows[i - 1].enc >= t->rows[i].enc)
			return false;
	return true;
}
