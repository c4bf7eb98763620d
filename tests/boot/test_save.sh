#!/bin/sh
# test_save.sh - a Linux guest on Arm is saved and goes on, before it has a user
# program and with two CPUs at work.
set -eu
tests/boot/linux-saved arm64 1 'Run /init as init process'
tests/boot/linux-saved arm64 2 'guest up: Linux'
