/*
 * text.c - pick values out of Bochs's answers, and hex in and out.
 */
#define _GNU_SOURCE
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "bridge.h"

/* The first line of text that begins with prefix; behind the prefix. */
const char *text_line(const char *text, const char *prefix)
{
	size_t n = strlen(prefix);

	while (text && *text) {
		if (!strncmp(text, prefix, n))
			return text + n;
		text = strchr(text, '\n');
		if (text)
			text++;
	}
	return NULL;
}

/* Bochs writes 64-bit values as 0x12, 0x0000000000000012 or 00000000_00000012. */
bool text_number(const char **p, uint64_t *value)
{
	const char *s = *p;
	uint64_t v = 0;
	int digits = 0;

	while (*s == ' ' || *s == '\t')
		s++;
	if (s[0] == '0' && s[1] == 'x')
		s += 2;
	for (; hex_digit(*s) >= 0 || (*s == '_' && digits); s++) {
		if (*s == '_')
			continue;
		v = v << 4 | (unsigned)hex_digit(*s);
		digits++;
	}
	*p = s;
	*value = v;
	return digits > 0;
}

/* "rax: 00000000_00000012" by the key "rax:", at the start of a line. */
bool text_hex(const char *text, const char *key, uint64_t *value)
{
	const char *p = text_line(text, key);

	*value = 0;
	return p && text_number(&p, value);
}

int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

void hex_encode(char *out, const void *data, size_t len)
{
	static const char digits[] = "0123456789abcdef";
	const uint8_t *p = data;

	for (size_t i = 0; i < len; i++) {
		*out++ = digits[p[i] >> 4];
		*out++ = digits[p[i] & 15];
	}
	*out = 0;
}

/* The number of bytes, or -1 if it is not hex or too long. */
int hex_decode(void *data, size_t max, const char *hex)
{
	uint8_t *p = data;
	size_t n = 0;

	for (; hex[0]; hex += 2, n++) {
		int hi = hex_digit(hex[0]);
		int lo = hi < 0 ? -1 : hex_digit(hex[1]);

		if (lo < 0 || n >= max)
			return -1;
		p[n] = (uint8_t)(hi << 4 | lo);
	}
	return (int)n;
}
