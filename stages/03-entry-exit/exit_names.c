/*
 * exit_names.c - exit reasons by name.  Pure.
 */
#include "03-entry-exit/exit.h"

static const struct {
	const char *name, *words;
} reasons[EXIT_REASONS] = {
#define EXIT(name, number, words) [number] = { #name, words },
#include "03-entry-exit/exit_reasons.def"
};

const char *exit_name(u32 reason)
{
	reason &= EXIT_REASON_BASIC;
	return reason < EXIT_REASONS && reasons[reason].name ?
	               reasons[reason].name :
	               "?";
}

const char *exit_words(u32 reason)
{
	reason &= EXIT_REASON_BASIC;
	return reason < EXIT_REASONS && reasons[reason].words ?
	               reasons[reason].words :
	               "reserved exit reason";
}
