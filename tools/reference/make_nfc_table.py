"""Writes src/Jevons.Tokenization/Normalization/Nfc.txt: Unicode's canonical decompositions and combining classes, asked of ICU.

Lines are "C0=41 300" (decomposes and composes back), "340!300" (decomposes only) or "300-314:230" (combining class of a range).
Usage: python3 make_nfc_table.py [libicuuc.so] > Nfc.txt     (tables of Unicode 15.0 with ICU 72)
"""
import ctypes
import re
import sys

library = sys.argv[1] if len(sys.argv) > 1 else "/usr/lib/x86_64-linux-gnu/libicuuc.so.72"
suffix = "_" + re.search(r"\.so\.(\d+)", library).group(1)
icu = ctypes.CDLL(library)


def function(name, result, *arguments):
    f = getattr(icu, name + suffix)
    f.restype, f.argtypes = result, arguments
    return f


status = ctypes.c_int(0)
instance = function("unorm2_getNFCInstance", ctypes.c_void_p, ctypes.POINTER(ctypes.c_int))(ctypes.byref(status))
decompose = function("unorm2_getRawDecomposition", ctypes.c_int32, ctypes.c_void_p, ctypes.c_int32, ctypes.c_void_p, ctypes.c_int32,
                     ctypes.POINTER(ctypes.c_int))
compose = function("unorm2_composePair", ctypes.c_int32, ctypes.c_void_p, ctypes.c_int32, ctypes.c_int32)
combining_class = function("unorm2_getCombiningClass", ctypes.c_uint8, ctypes.c_void_p, ctypes.c_int32)

version = (ctypes.c_uint8 * 4)()
icu["u_getUnicodeVersion" + suffix](version)
print(f"# Canonical decompositions (= composes back, ! does not) and combining classes of Unicode {version[0]}.{version[1]}, "
      "Hangul syllables left out.")
print(f"# Made by tools/reference/make_nfc_table.py from ICU {suffix[1:]}.")

scalars = [c for c in range(0x110000) if not 0xD800 <= c < 0xE000]
buffer = ctypes.create_string_buffer(64)
for c in scalars:
    if 0xAC00 <= c < 0xD7A4:
        continue
    n = decompose(instance, c, buffer, 30, ctypes.byref(status))
    if n >= 0:
        parts = [ord(x) for x in buffer.raw[:2 * n].decode("utf-16-le")]
        back = len(parts) == 1 or compose(instance, parts[0], parts[1]) == c
        print(f"{c:X}{'=' if back else '!'}{' '.join('%X' % p for p in parts)}")

ranges = []
for c in scalars:
    k = combining_class(instance, c)
    if k and ranges and ranges[-1][1] == c - 1 and ranges[-1][2] == k:
        ranges[-1][1] = c
    elif k:
        ranges.append([c, c, k])
for first, last, k in ranges:
    print(f"{first:X}-{last:X}:{k}")
