using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Jevons.Numerics;

namespace Jevons.Kernels.Conversion;

/// <summary>bfloat16 to and from binary32 in bulk. Thread-safe, allocates nothing.</summary>
public static class BFloat16Convert
{
    /// <summary>destination[i] = source[i], exactly: bits shifted left by 16.</summary>
    /// <param name="source">Values.</param>
    /// <param name="destination">At least as long; must not overlap the source.</param>
    /// <exception cref="ArgumentException">The destination is too short.</exception>
    public static void Widen(ReadOnlySpan<BFloat16> source, Span<float> destination)
    {
        ThrowIfShorter(source.Length, destination.Length);
        ref ushort from = ref Unsafe.As<BFloat16, ushort>(ref MemoryMarshal.GetReference(source));
        ref float to = ref MemoryMarshal.GetReference(destination);
        int i = 0;
        if (Vector512.IsHardwareAccelerated)
        {
            for (; i <= source.Length - 32; i += 32)
            {
                Vector512<ushort> bits = Vector512.LoadUnsafe(ref from, (nuint)i);
                (Vector512.WidenLower(bits) << 16).AsSingle().StoreUnsafe(ref to, (nuint)i);
                (Vector512.WidenUpper(bits) << 16).AsSingle().StoreUnsafe(ref to, (nuint)i + 16);
            }
        }

        if (Vector256.IsHardwareAccelerated)
        {
            for (; i <= source.Length - 16; i += 16)
            {
                Vector256<ushort> bits = Vector256.LoadUnsafe(ref from, (nuint)i);
                (Vector256.WidenLower(bits) << 16).AsSingle().StoreUnsafe(ref to, (nuint)i);
                (Vector256.WidenUpper(bits) << 16).AsSingle().StoreUnsafe(ref to, (nuint)i + 8);
            }
        }

        for (; i <= source.Length - 8; i += 8)
        {
            Vector128<ushort> bits = Vector128.LoadUnsafe(ref from, (nuint)i);
            (Vector128.WidenLower(bits) << 16).AsSingle().StoreUnsafe(ref to, (nuint)i);
            (Vector128.WidenUpper(bits) << 16).AsSingle().StoreUnsafe(ref to, (nuint)i + 4);
        }

        for (; i < source.Length; i++)
        {
            Unsafe.Add(ref to, i) = (float)source[i];
        }
    }

    /// <summary>destination[i] = the bfloat16 nearest to source[i], ties to even; a NaN keeps its upper half and becomes quiet.</summary>
    /// <param name="source">Floats.</param>
    /// <param name="destination">At least as long; must not overlap the source.</param>
    /// <exception cref="ArgumentException">The destination is too short.</exception>
    public static void Narrow(ReadOnlySpan<float> source, Span<BFloat16> destination)
    {
        ThrowIfShorter(source.Length, destination.Length);
        ref float from = ref MemoryMarshal.GetReference(source);
        ref ushort to = ref Unsafe.As<BFloat16, ushort>(ref MemoryMarshal.GetReference(destination));
        int i = 0;
        if (Vector512.IsHardwareAccelerated)
        {
            for (; i <= source.Length - 32; i += 32)
            {
                Vector512<uint> low = Round(Vector512.LoadUnsafe(ref from, (nuint)i).AsUInt32());
                Vector512<uint> high = Round(Vector512.LoadUnsafe(ref from, (nuint)i + 16).AsUInt32());
                Vector512.Narrow(low, high).StoreUnsafe(ref to, (nuint)i);
            }
        }

        for (; i <= source.Length - 8; i += 8)
        {
            Vector128<uint> low = Round(Vector128.LoadUnsafe(ref from, (nuint)i).AsUInt32());
            Vector128<uint> high = Round(Vector128.LoadUnsafe(ref from, (nuint)i + 4).AsUInt32());
            Vector128.Narrow(low, high).StoreUnsafe(ref to, (nuint)i);
        }

        for (; i < source.Length; i++)
        {
            Unsafe.Add(ref to, i) = ((BFloat16)source[i]).Bits;
        }
    }

    // Adding half of the last kept place, less one unless the kept part is odd, rounds to nearest even.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<uint> Round(Vector512<uint> bits)
    {
        Vector512<uint> upper = bits >>> 16;
        Vector512<uint> rounded = (bits + Vector512.Create(0x7FFFu) + (upper & Vector512<uint>.One)) >>> 16;
        Vector512<uint> nan = Vector512.GreaterThan(bits & Vector512.Create(0x7FFF_FFFFu), Vector512.Create(0x7F80_0000u));
        return Vector512.ConditionalSelect(nan, upper | Vector512.Create(0x40u), rounded);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<uint> Round(Vector128<uint> bits)
    {
        Vector128<uint> upper = bits >>> 16;
        Vector128<uint> rounded = (bits + Vector128.Create(0x7FFFu) + (upper & Vector128<uint>.One)) >>> 16;
        Vector128<uint> nan = Vector128.GreaterThan(bits & Vector128.Create(0x7FFF_FFFFu), Vector128.Create(0x7F80_0000u));
        return Vector128.ConditionalSelect(nan, upper | Vector128.Create(0x40u), rounded);
    }

    private static void ThrowIfShorter(int source, int destination)
    {
        if (destination < source)
        {
            throw new ArgumentException($"a destination of {destination} elements is too short for {source}", nameof(destination));
        }
    }
}
