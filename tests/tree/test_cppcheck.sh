#!/bin/sh
# test_cppcheck.sh - cppcheck finds no mistake anywhere.
set -eu
tests/need cppcheck
# The linker's symbols mark the two ends of one table (comparePointers), a row
# of equal members is used as an array (objectIndex), and the compilers know
# the macros better (syntaxError, unknownMacro).
cppcheck --quiet --error-exitcode=1 --std=c11 -j "$(nproc)" \
	--enable=warning,performance,portability --inline-suppr \
	--suppress=comparePointers --suppress=objectIndex \
	--suppress=syntaxError --suppress=unknownMacro \
	--suppress=AssignmentIntegerToAddress -I. -Istages -D__x86_64__ \
	'-D_Noreturn=__attribute__((noreturn))' lib stages tools tests
