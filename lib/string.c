/*
 * string.c - memory and string basics; the compiler calls some by itself.
 */
#include "lib/string.h"

#include "lib/types.h"

/* A word that may lie over an object of any type (C11 6.5, paragraph 7). */
typedef u64 __attribute__((may_alias)) wide;

/*
 * Emulators pay by the instruction: whole words where both ends allow it, four
 * at a time as long as there are as many.
 */
static bool is_word_wise(const void *a, const void *b)
{
	return (((uintptr_t)a | (uintptr_t)b) & 7) == 0;
}

void *memcpy(void *dst, const void *src, size_t n)
{
	u8 *d = dst;
	const u8 *s = src;

	if (is_word_wise(dst, src)) {
		wide *to = dst;
		const wide *from = src;

		for (; n >= 32; n -= 32, to += 4, from += 4) {
			to[0] = from[0];
			to[1] = from[1];
			to[2] = from[2];
			to[3] = from[3];
		}
		for (; n >= 8; n -= 8)
			*to++ = *from++;
		d = (u8 *)to;
		s = (const u8 *)from;
	}
	while (n--)
		*d++ = *s++;
	return dst;
}

void *memmove(void *dst, const void *src, size_t n)
{
	u8 *d = dst;
	const u8 *s = src;

	if (d <= s)
		return memcpy(dst, src, n);
	while (n--)
		d[n] = s[n];
	return dst;
}

void *memset(void *dst, int c, size_t n)
{
	u8 *d = dst;

	if (is_word_wise(dst, dst)) {
		wide *to = dst, all = (u8)c * 0x0101010101010101ul;

		for (; n >= 32; n -= 32, to += 4)
			to[0] = to[1] = to[2] = to[3] = all;
		for (; n >= 8; n -= 8)
			*to++ = all;
		d = (u8 *)to;
	}
	while (n--)
		*d++ = (u8)c;
	return dst;
}

int memcmp(const void *a, const void *b, size_t n)
{
	const u8 *x = a, *y = b;

	for (; n--; x++, y++)
		if (*x != *y)
			return *x - *y;
	return 0;
}

void *memchr(const void *s, int c, size_t n)
{
	const u8 *p = s;

	for (; n--; p++)
		if (*p == (u8)c)
			return (void *)p;
	return NULL;
}

size_t strnlen(const char *s, size_t max)
{
	size_t n = 0;

	while (n < max && s[n])
		n++;
	return n;
}

size_t strlen(const char *s)
{
	return strnlen(s, SIZE_MAX);
}

int strncmp(const char *a, const char *b, size_t n)
{
	for (; n && *a && *a == *b; n--)
		a++, b++;
	return n ? (u8)*a - (u8)*b : 0;
}

int strcmp(const char *a, const char *b)
{
	return strncmp(a, b, SIZE_MAX);
}

char *strchr(const char *s, int c)
{
	return memchr(s, c, strlen(s) + 1);
}

char *strrchr(const char *s, int c)
{
	for (size_t n = strlen(s) + 1; n--;)
		if (s[n] == (char)c)
			return (char *)s + n;
	return NULL;
}

_Bool word_in(const char *list, const char *word)
{
	size_t n = strlen(word);

	for (const char *p = list; *p; p++) {
		if (p != list && p[-1] != ' ')
			continue;
		if (!strncmp(p, word, n) && (p[n] == ' ' || !p[n]))
			return true;
	}
	return false;
}
