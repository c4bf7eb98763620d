"""symbols.py - guests' symbols, loaded when the CPU comes to a guest.

Several guests may be linked for the same addresses.  Which of them is there
is seen by comparing memory with the first bytes of the file's code.
"""
import os
import re
import struct

import gdb

from lib import machine

images = []             # every program that may run in a guest
loaded = []             # those whose symbols GDB has
last_world = None


class Image:
    """An ELF file: where it lies, how it begins, what its symbols are."""

    def __init__(self, path):
        self.path = path
        with open(path, 'rb') as f:
            self.data = f.read()
        if self.data[:4] != b'\x7fELF' or self.data[4] != 2:
            raise machine.WsError('%s: not a 64-bit ELF file' % path)
        self.segments = []              # (address, size, first bytes)
        header = struct.unpack_from('<HHIQQQIHHHHHH', self.data, 16)
        self.entry, phoff = header[3], header[4]
        self.shoff, self.shnum = header[5], header[11]
        for i in range(header[9]):
            p = struct.unpack_from('<IIQQQQQQ', self.data,
                                   phoff + i * header[8])
            if p[0] == 1 and p[5]:
                self.segments.append((p[3], p[6], self.data[p[2]:p[2] + p[5]]))

    def contains(self, addr):
        return any(a <= addr < a + size for a, size, _ in self.segments)

    def overlaps(self, other):
        return any(a < b + m and b < a + n for a, n, _ in self.segments
                   for b, m, _ in other.segments)

    def is_at(self, pc):
        """Does memory around pc hold this file's bytes?  Data may differ."""
        for addr, _, code in self.segments:
            if not addr <= pc < addr + len(code):
                continue
            start = max(addr, pc - 8)
            want = code[start - addr:start - addr + 24]
            return machine.read_virtual(start, len(want)) == want
        return False

    def symbols(self):
        """name -> address, out of the symbol table."""
        found = {}
        for i in range(self.shnum):
            s = struct.unpack_from('<IIQQQQIIQQ', self.data,
                                   self.shoff + 64 * i)
            if s[1] != 2:               # SHT_SYMTAB
                continue
            names = struct.unpack_from('<IIQQQQIIQQ', self.data,
                                       self.shoff + 64 * s[6])
            for at in range(s[4], s[4] + s[5], 24):
                n, _, _, section, value, _ = struct.unpack_from(
                    '<IBBHQQ', self.data, at)
                text = self.data[names[4] + n:]
                if n and section:
                    found[text[:text.index(b'\0')].decode()] = value
        return found


def programs(path):
    """The file, or all programs of the folder."""
    if not os.path.isdir(path):
        return [Image(path)]
    files = sorted(f.path for f in os.scandir(path) if f.is_file())
    return [Image(f) for f in files if is_program(f)]


def is_program(path):
    with open(path, 'rb') as f:
        head = f.read(18)
    return head[:4] == b'\x7fELF' and head[16] == 2     # ET_EXEC


def add(paths):
    """Know these; load those that share their addresses with no other."""
    images.extend(i for path in paths for i in programs(path))
    for image in images:
        if image not in loaded and not any(
                image.overlaps(i) for i in images if i is not image):
            _load(image)


def _load(image):
    gdb.execute('add-symbol-file "%s"' % image.path, to_string=True)
    loaded.append(image)


def _unload(image):
    gdb.execute('remove-symbol-file "%s"' % image.path, to_string=True)
    loaded.remove(image)


def guest_at(pc):
    """The image that is in memory at pc, or None."""
    for image in images:
        if image.contains(pc) and image.is_at(pc):
            return image
    return None


def update(pc):
    """Load the symbols of whatever guest is at pc."""
    if not any(image.contains(pc) for image in images):
        return None
    image = guest_at(pc)
    if image and image not in loaded:
        for other in [i for i in loaded if i.overlaps(image)]:
            _unload(other)
        _load(image)
    return image


def find(name):
    """Addresses of a symbol in any guest: [(image, address)]."""
    return [(i, table[name]) for i in images
            for table in [i.symbols()] if name in table]


def address_of(name):
    """The address of a symbol of GDB's, or None."""
    try:
        return machine.number(gdb.parse_and_eval('(unsigned long)&' + name))
    except gdb.error:
        return None


def of_guest(name):
    """The address of a symbol of a guest, or None.

    Of those that several have, the one counts whose guest was here last."""
    found = find(name)
    here = [f for f in found if f[0] in loaded] or found
    if len({addr for _, addr in here}) > 1:
        raise machine.WsError(
            'several guests have %s: %s.\nOnce your guest runs, its own counts; '
            'before, *ADDRESS is clear.' % (name, ', '.join(
                '%s 0x%x' % (name_of(i), a) for i, a in here)))
    return here[0][1] if here else None


def with_addresses(expression):
    """The expression with addresses in place of guests' symbols."""
    def address(m):
        addr = of_guest(m.group())
        return m.group() if addr is None else '0x%x' % addr
    return re.sub(r'(?<![$\w])[A-Za-z_]\w*', address, expression)


def value(expression, guest):
    """The number that an expression means; a function means its address."""
    return machine.number(gdb.parse_and_eval(
        with_addresses(expression) if guest else expression))


def name_at(addr, guest):
    """"vmx_enter + 12", or "": a guest's symbol or the host's.

    A guest may be linked for the host's addresses, so GDB may know one of
    each."""
    text = gdb.execute('info symbol 0x%x' % addr, to_string=True)
    host = gdb.objfiles()[0].filename
    for line in text.splitlines():
        name, found, place = line.partition(' in section ')
        if found and guest == (' of ' in place and not place.endswith(host)):
            return name
    return ''


def name_of(image):
    return image.path.rsplit('/', 1)[-1].rsplit('.', 1)[0]


def on_stop():
    """Runs before GDB prints where it stopped."""
    global last_world
    if not machine.running():
        return
    try:
        guest = machine.in_guest()
        pc = machine.reg('pc')
        image = update(pc) if guest else None
        if last_world is not None and guest != last_world:
            who = ' (%s)' % name_of(image) if image else ''
            gdb.write('--- now in the %s%s\n' % (machine.world(), who))
        last_world = guest
    except gdb.error as e:
        gdb.write('world-switch: %s\n' % e)
