/*
 * test_lib.c - lib/: the formats of printk, and our own string functions.
 */
#include <criterion/criterion.h>

#include "lib/print.h"
#include "lib/types.h"
#include "tests/fake/machine.h"

/* Ours under other names, so that the sanitizers keep the C library's. */
#define memcpy ws_memcpy
#define memmove ws_memmove
#define memset ws_memset
#define memcmp ws_memcmp
#define memchr ws_memchr
#define strlen ws_strlen
#define strnlen ws_strnlen
#define strcmp ws_strcmp
#define strncmp ws_strncmp
#define strchr ws_strchr
#define strrchr ws_strrchr
#include "lib/string.c"
#undef memcpy
#undef memmove
#undef memset
#undef memcmp
#undef memchr
#undef strlen
#undef strnlen
#undef strcmp
#undef strncmp
#undef strchr
#undef strrchr

#define expect_print(want, ...)                                               \
	do {                                                                  \
		char got[128];                                                \
		size_t n = snprintk(got, sizeof(got), __VA_ARGS__);           \
                                                                              \
		cr_assert_str_eq(got, want);                                  \
		cr_assert_eq(n, sizeof(want) - 1);                            \
	} while (0)

Test(print, integers)
{
	expect_print("0 -1 2147483647", "%d %i %u", 0, -1, 2147483647u);
	expect_print("-2147483648", "%d", (int)-2147483648ll);
	expect_print("4294967295", "%u", 0xffffffffu);
	expect_print("-9223372036854775808", "%ld", (long)(1ul << 63));
	expect_print("18446744073709551615", "%lu", ~0ul);
	expect_print("18446744073709551615", "%llu", ~0ull);
	expect_print("4096", "%zu", (size_t)4096);
}

Test(print, hexadecimal)
{
	expect_print("beef BEEF 0xbeef", "%x %X %#x", 0xbeef, 0xbeef, 0xbeef);
	expect_print("0x0", "%#x", 0);
	expect_print("ffffffff80000000", "%lx", 0xffffffff80000000ul);
	expect_print("0x1000", "%p", (void *)0x1000);
}

Test(print, width)
{
	expect_print("[   42]", "[%5d]", 42);
	expect_print("[42   ]", "[%-5d]", 42);
	expect_print("[00042]", "[%05d]", 42);
	expect_print("[-0042]", "[%05d]", -42);
	expect_print("[0x002a]", "[%#06x]", 42);
	expect_print("[  0x2a]", "[%#6x]", 42);
	expect_print("[   42]", "[%*d]", 5, 42);
	expect_print("[123456]", "[%3d]", 123456);
}

Test(print, text)
{
	const char *volatile none = NULL; /* the compiler would object */

	expect_print("a word, a w", "%s, %.3s", "a word", "a word");
	expect_print("[  ab][ab  ]", "[%4s][%-4s]", "ab", "ab");
	expect_print("ab", "%.*s", 2, "abc");
	expect_print("x%y", "%c%%%c", 'x', 'y');
	expect_print("(null)", "%s", none);
}

Test(print, a_short_buffer_is_cut_and_ended)
{
	char buf[8] = "???????";

	cr_assert_eq(snprintk(buf, 4, "%d", 123456), 6);
	cr_assert_str_eq(buf, "123");
	cr_assert_eq(buf[4], '?');
	cr_assert_eq(snprintk(buf, 0, "abc"), 3);
	cr_assert_str_eq(buf, "123");
}

Test(print, console)
{
	fake_console_clear();
	printk("CPU %u: %#lx\n", 1u, 0x100000ul);
	cr_assert_str_eq(fake_console, "CPU 1: 0x100000\n");
}

Test(string, memory)
{
	char a[8] = "abcdefg", b[8];

	cr_assert_eq(ws_memcpy(b, a, 8), b);
	cr_assert_eq(ws_memcmp(a, b, 8), 0);
	ws_memset(b, 'x', 3);
	cr_assert_str_eq(b, "xxxdefg");
	cr_assert(ws_memcmp("a\xff", "a\x01", 2) > 0);
	cr_assert(ws_memcmp("a", "b", 1) < 0);
	cr_assert_eq(ws_memcmp("a", "b", 0), 0);
	cr_assert_eq(ws_memchr(a, 'c', 8), a + 2);
	cr_assert_null(ws_memchr(a, 'c', 2));
}

Test(string, memmove_overlaps_both_ways)
{
	char a[] = "0123456789", b[] = "0123456789";

	ws_memmove(a + 2, a, 8);
	cr_assert_str_eq(a, "0101234567");
	ws_memmove(b, b + 2, 8);
	cr_assert_str_eq(b, "2345678989");
}

Test(string, strings)
{
	const char *s = "one two one";

	cr_assert_eq(ws_strlen(s), 11);
	cr_assert_eq(ws_strnlen(s, 3), 3);
	cr_assert_eq(ws_strcmp("a", "a"), 0);
	cr_assert(ws_strcmp("a", "ab") < 0);
	cr_assert(ws_strcmp("\xff", "a") > 0);
	cr_assert_eq(ws_strncmp("abx", "aby", 2), 0);
	cr_assert_eq(ws_strchr(s, 't'), s + 4);
	cr_assert_eq(ws_strchr(s, 0), s + 11);
	cr_assert_null(ws_strchr(s, 'z'));
	cr_assert_eq(ws_strrchr(s, 'o'), s + 8);
	cr_assert_null(ws_strrchr(s, 'z'));
}

Test(string, word_in)
{
	cr_assert(word_in("hang crash", "hang"));
	cr_assert(word_in("hang crash", "crash"));
	cr_assert(word_in("  crash ", "crash"));
	cr_assert_not(word_in("hanger", "hang"));
	cr_assert_not(word_in("a-hang", "hang"));
	cr_assert_not(word_in("", "hang"));
}

Test(types, bits)
{
	cr_assert_eq(BIT(63), 0x8000000000000000u);
	cr_assert_eq(MASK(3, 0), 0xf);
	cr_assert_eq(MASK(63, 0), ~0ul);
	cr_assert_eq(MASK(51, 12), 0x000ffffffffff000u);
	cr_assert_eq(BITS(0xabcd, 11, 4), 0xbc);
	cr_assert_eq(BITS(~0ul, 63, 0), ~0ul);
	cr_assert_eq(ALIGN_UP(1, 4096), 4096);
	cr_assert_eq(ALIGN_UP(4096, 4096), 4096);
	cr_assert_eq(ALIGN_DOWN(8191, 4096), 4096);
}
