#!/bin/sh
# test_save_x86.sh - a Linux guest on x86 is saved and goes on, two CPUs at work.
# (Before it has a user program: tests/slow/test_linux_more.sh.)
set -eu
tests/boot/linux-saved x86_64 2 'guest up: Linux'
