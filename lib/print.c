/*
 * print.c - a small printf; see print.h for what it understands.
 *
 * One formatter, two sinks: a buffer and the console.
 */
#include "lib/print.h"

#include "lib/spinlock.h"
#include "lib/string.h"

struct sink {
	char *buf; /* NULL: the console */
	size_t size;
	size_t len; /* characters produced, also those that did not fit */
};

struct spec {
	bool left, zero, alt, upper, is_signed;
	int width, precision;
	unsigned base;
};

static void put(struct sink *s, char c)
{
	if (!s->buf)
		console_putc(c);
	else if (s->len + 1 < s->size)
		s->buf[s->len] = c;
	s->len++;
}

static void pad(struct sink *s, char c, int n)
{
	while (n-- > 0)
		put(s, c);
}

static void put_text(struct sink *s, const struct spec *sp, const char *text)
{
	size_t max = sp->precision < 0 ? SIZE_MAX : (size_t)sp->precision;
	size_t n = strnlen(text, max);

	if (!sp->left)
		pad(s, ' ', sp->width - (int)n);
	for (size_t i = 0; i < n; i++)
		put(s, text[i]);
	if (sp->left)
		pad(s, ' ', sp->width - (int)n);
}

static void put_number(struct sink *s, const struct spec *sp, u64 v)
{
	const char *digits =
		sp->upper ? "0123456789ABCDEF" : "0123456789abcdef";
	char rev[24], prefix[3] = "";
	int n = 0, np = 0, shown;

	if (sp->is_signed && (s64)v < 0) {
		prefix[np++] = '-';
		v = -v;
	}
	if (sp->alt && sp->base == 16) {
		prefix[np++] = '0';
		prefix[np++] = 'x';
	}
	do {
		rev[n++] = digits[v % sp->base];
		v /= sp->base;
	} while (v);
	shown = n + np;

	if (!sp->left && !sp->zero)
		pad(s, ' ', sp->width - shown);
	for (int i = 0; i < np; i++)
		put(s, prefix[i]);
	if (!sp->left && sp->zero)
		pad(s, '0', sp->width - shown);
	while (n > 0)
		put(s, rev[--n]);
	if (sp->left)
		pad(s, ' ', sp->width - shown);
}

/* Reads flags, width and precision; returns the first character after them. */
static const char *parse_spec(const char *f, struct spec *sp, va_list *ap)
{
	*sp = (struct spec){ .precision = -1, .base = 10 };
	for (;; f++) {
		if (*f == '-')
			sp->left = true;
		else if (*f == '0')
			sp->zero = true;
		else if (*f == '#')
			sp->alt = true;
		else
			break;
	}
	if (*f == '*') {
		sp->width = va_arg(*ap, int);
		f++;
	}
	for (; *f >= '0' && *f <= '9'; f++)
		sp->width = sp->width * 10 + *f - '0';
	if (*f != '.')
		return f;
	sp->precision = 0;
	if (*++f == '*') {
		sp->precision = va_arg(*ap, int);
		f++;
	}
	for (; *f >= '0' && *f <= '9'; f++)
		sp->precision = sp->precision * 10 + *f - '0';
	return f;
}

/* Fetches an integer argument of the length that the l and z modifiers say. */
static u64 integer_arg(va_list *ap, int longs, bool is_signed)
{
	if (longs)
		return va_arg(*ap, u64); /* long and size_t are 64 bits here */
	if (is_signed)
		return (u64)(s64)va_arg(*ap, int);
	return va_arg(*ap, unsigned);
}

static void convert(struct sink *s, struct spec *sp, char c, int longs,
                    va_list *ap)
{
	char one[2] = "";

	switch (c) {
	case 'd':
	case 'i':
		sp->is_signed = true;
		put_number(s, sp, integer_arg(ap, longs, true));
		break;
	case 'p':
		sp->alt = true;
		longs = 1;
		/* fall through */
	case 'X':
	case 'x':
		sp->base = 16;
		sp->upper = c == 'X';
		/* fall through */
	case 'u':
		put_number(s, sp, integer_arg(ap, longs, false));
		break;
	case 'c':
		one[0] = (char)va_arg(*ap, int);
		put_text(s, sp, one);
		break;
	case 's': {
		const char *text = va_arg(*ap, const char *);

		put_text(s, sp, text ? text : "(null)");
		break;
	}
	default:
		put(s, c);
	}
}

static void format(struct sink *s, const char *f, va_list *ap)
{
	struct spec sp;

	for (; *f; f++) {
		int longs = 0;

		if (*f != '%') {
			put(s, *f);
			continue;
		}
		f = parse_spec(f + 1, &sp, ap);
		for (; *f == 'l' || *f == 'z'; f++)
			longs++;
		if (!*f)
			return;
		convert(s, &sp, *f, longs, ap);
	}
}

size_t vsnprintk(char *buf, size_t size, const char *fmt, va_list ap)
{
	struct sink s = { .buf = buf, .size = size };
	va_list copy;

	va_copy(copy, ap);
	format(&s, fmt, &copy);
	va_end(copy);
	if (size)
		buf[MIN(s.len, size - 1)] = 0;
	return s.len;
}

size_t snprintk(char *buf, size_t size, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	size_t n = vsnprintk(buf, size, fmt, ap);
	va_end(ap);
	return n;
}

static struct spinlock console_lock;

void vprintk(const char *fmt, va_list ap)
{
	struct sink s = { 0 };
	va_list copy;

	va_copy(copy, ap);
	spin_lock(&console_lock);
	format(&s, fmt, &copy);
	spin_unlock(&console_lock);
	va_end(copy);
}

void printk(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vprintk(fmt, ap);
	va_end(ap);
}

void printk_break_lock(void)
{
	spin_unlock(&console_lock);
}
