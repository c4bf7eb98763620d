/*
 * define_rules.h - from here on, a RULE in a .def file becomes its function.
 *
 * To be included after the helpers that the rules of that file call.
 */
#define RULE(id, group, section, field, sentence, ...)                        \
	bool rule_##id(const struct check *k)                                 \
	{                                                                     \
		(void)k;                                                      \
		return __VA_ARGS__;                                           \
	}
