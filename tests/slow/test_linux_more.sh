#!/bin/sh
# test_linux_more.sh - Linux guests that take long: Debian's kernel for ordinary
# machines on both architectures, and work for two CPUs, 10^10 instructions.
set -eu
run=tests/boot/linux-run
export LIMIT=1500
FLAVOUR=generic $run arm64-generic arm64 'guest up: Linux [^ ]*-arm64 arm64, 1 cpus' 'self-test: ok'
FLAVOUR=generic $run x86-generic x86_64 'guest up: Linux [^ ]*-amd64 x86_64, 1 cpus' 'self-test: ok'
CPUS=2 APPEND='ws.load=12' $run arm64-load arm64 'self-test: ok' 'load: ok'
