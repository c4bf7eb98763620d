/*
 * date.c - seconds after 1970 as a date: pure.
 */
#include "05-full/vmm/x86/pc.h"

static bool leap_year(u64 year)
{
	return year % 4 == 0 && (year % 100 || year % 400 == 0);
}

/* January is 0. */
static u64 month_length(u64 month, u64 year)
{
	static const u8 length[12] = { 31, 28, 31, 30, 31, 30,
		                       31, 31, 30, 31, 30, 31 };

	return length[month] + (month == 1 && leap_year(year));
}

void pc_date(struct pc_date *d, u64 seconds)
{
	u64 days = seconds / 86400;

	*d = (struct pc_date){
		.year = 1970,
		.weekday = (days + 4) % 7 + 1, /* 1970 began on a Thursday */
		.hour = seconds / 3600 % 24,
		.minute = seconds / 60 % 60,
		.second = seconds % 60,
	};
	for (; days >= 365u + leap_year(d->year); d->year++)
		days -= 365u + leap_year(d->year);
	for (; days >= month_length(d->month, d->year); d->month++)
		days -= month_length(d->month, d->year);
	d->month++;
	d->day = days + 1;
}
