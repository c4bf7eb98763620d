#!/bin/sh
# test_walks_linux.sh - the walk with Linux on Bochs (tests/gdb/test_walks.sh).
set -eu
exec tests/gdb/test_walks.sh x86-linux-timer
