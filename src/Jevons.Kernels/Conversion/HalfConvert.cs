using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Jevons.Kernels.Conversion;

/// <summary>
/// IEEE binary16 to and from binary32 in bulk, by integer steps that need no conversion instruction. Thread-safe, allocates nothing.
/// </summary>
public static class HalfConvert
{
    // Binary16 is binary32 with 13 significand bits and 3 exponent bits less; the exponent biases are 15 and 127.
    private const int Shift = 13;
    private const uint Rebias = (127 - 15) << 23;
    private const uint SignMask = 0x8000;
    private const float Rescale = 5.192296858534828e33f;
    private const uint Infinity = 0x7F80_0000;
    private const uint HalfInfinity = 0x7C00;

    // 2^-14, the smallest normal half, as binary32; and the first magnitude that rounds to infinity, 65520.
    private const uint SmallestNormal = 0x3880_0000;
    private const uint Overflow = 0x477F_F000;

    // The spacing of binary32 at 0.5 is 2^-24, the smallest half: adding 0.5 rounds a small magnitude to a whole number of those.
    private const float RoundingBase = 0.5f;
    private const uint RoundingBaseBits = 0x3F00_0000;

    /// <summary>destination[i] = source[i], exactly; subnormals, infinities and signed zeros included. A NaN keeps sign and payload.</summary>
    /// <param name="source">Halves.</param>
    /// <param name="destination">At least as long; must not overlap the source.</param>
    /// <exception cref="ArgumentException">The destination is too short.</exception>
    public static void Widen(ReadOnlySpan<Half> source, Span<float> destination)
    {
        ThrowIfShorter(source.Length, destination.Length);
        ref ushort from = ref Unsafe.As<Half, ushort>(ref MemoryMarshal.GetReference(source));
        ref float to = ref MemoryMarshal.GetReference(destination);
        int i = 0;
        if (Vector512.IsHardwareAccelerated)
        {
            for (; i <= source.Length - 16; i += 16)
            {
                Vector256<ushort> half = Vector256.LoadUnsafe(ref from, (nuint)i);
                Widen(Vector512.Create(Vector256.WidenLower(half), Vector256.WidenUpper(half))).StoreUnsafe(ref to, (nuint)i);
            }
        }

        if (Vector256.IsHardwareAccelerated)
        {
            for (; i <= source.Length - 8; i += 8)
            {
                Vector128<ushort> half = Vector128.LoadUnsafe(ref from, (nuint)i);
                Widen(Vector256.Create(Vector128.WidenLower(half), Vector128.WidenUpper(half))).StoreUnsafe(ref to, (nuint)i);
            }
        }
        else
        {
            for (; i <= source.Length - 8; i += 8)
            {
                Vector128<ushort> half = Vector128.LoadUnsafe(ref from, (nuint)i);
                Widen(Vector128.WidenLower(half)).StoreUnsafe(ref to, (nuint)i);
                Widen(Vector128.WidenUpper(half)).StoreUnsafe(ref to, (nuint)i + 4);
            }
        }

        for (; i < source.Length; i++)
        {
            Unsafe.Add(ref to, i) = (float)source[i];
        }
    }

    /// <summary>destination[i] = the half nearest to source[i], ties to even; 65520 and beyond become infinity. A NaN becomes quiet and keeps the top of its payload.</summary>
    /// <param name="source">Floats.</param>
    /// <param name="destination">At least as long; must not overlap the source.</param>
    /// <exception cref="ArgumentException">The destination is too short.</exception>
    public static void Narrow(ReadOnlySpan<float> source, Span<Half> destination)
    {
        ThrowIfShorter(source.Length, destination.Length);
        ref float from = ref MemoryMarshal.GetReference(source);
        ref ushort to = ref Unsafe.As<Half, ushort>(ref MemoryMarshal.GetReference(destination));
        int i = 0;
        if (Vector512.IsHardwareAccelerated)
        {
            for (; i <= source.Length - 32; i += 32)
            {
                Vector512<uint> low = Narrow(Vector512.LoadUnsafe(ref from, (nuint)i).AsUInt32());
                Vector512<uint> high = Narrow(Vector512.LoadUnsafe(ref from, (nuint)i + 16).AsUInt32());
                Vector512.Narrow(low, high).StoreUnsafe(ref to, (nuint)i);
            }
        }

        if (Vector256.IsHardwareAccelerated)
        {
            for (; i <= source.Length - 16; i += 16)
            {
                Vector256<uint> low = Narrow(Vector256.LoadUnsafe(ref from, (nuint)i).AsUInt32());
                Vector256<uint> high = Narrow(Vector256.LoadUnsafe(ref from, (nuint)i + 8).AsUInt32());
                Vector256.Narrow(low, high).StoreUnsafe(ref to, (nuint)i);
            }
        }

        for (; i <= source.Length - 8; i += 8)
        {
            Vector128<uint> low = Narrow(Vector128.LoadUnsafe(ref from, (nuint)i).AsUInt32());
            Vector128<uint> high = Narrow(Vector128.LoadUnsafe(ref from, (nuint)i + 4).AsUInt32());
            Vector128.Narrow(low, high).StoreUnsafe(ref to, (nuint)i);
        }

        for (; i < source.Length; i++)
        {
            Unsafe.Add(ref to, i) = (ushort)Narrow(Vector128.CreateScalar(source[i]).AsUInt32()).ToScalar();
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Widen(Vector512<uint> half)
    {
        // Half's exponent and significand in binary32's places read as a number 2^112 too small; subnormals included, so that
        // one exact product makes all finite values right. Exponent field 31 then becomes 255.
        Vector512<uint> magnitude = (half & Vector512.Create(0x7FFFu)) << Shift;
        Vector512<uint> value = (magnitude.AsSingle() * Vector512.Create(Rescale)).AsUInt32();
        Vector512<uint> special = Vector512.GreaterThanOrEqual(magnitude, Vector512.Create(HalfInfinity << Shift)) & Vector512.Create(Infinity);
        return (value | special | ((half & Vector512.Create(SignMask)) << 16)).AsSingle();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<uint> Narrow(Vector512<uint> bits)
    {
        Vector512<uint> magnitude = bits & Vector512.Create(0x7FFF_FFFFu);

        // Half of the last kept place, less one unless the kept part is odd, rounds to nearest even.
        Vector512<uint> odd = (magnitude >>> Shift) & Vector512<uint>.One;
        Vector512<uint> normal = (magnitude - Vector512.Create(Rebias) + Vector512.Create(0x0FFFu) + odd) >>> Shift;
        Vector512<uint> subnormal = (magnitude.AsSingle() + Vector512.Create(RoundingBase)).AsUInt32() - Vector512.Create(RoundingBaseBits);
        Vector512<uint> result = Vector512.ConditionalSelect(Vector512.LessThan(magnitude, Vector512.Create(SmallestNormal)), subnormal, normal);
        Vector512<uint> tooLarge = Vector512.GreaterThanOrEqual(magnitude, Vector512.Create(Overflow));
        result = Vector512.ConditionalSelect(tooLarge, Vector512.Create(HalfInfinity), result);
        Vector512<uint> payload = ((magnitude >>> Shift) & Vector512.Create(0x03FFu)) | Vector512.Create(HalfInfinity | 0x0200u);
        result = Vector512.ConditionalSelect(Vector512.GreaterThan(magnitude, Vector512.Create(Infinity)), payload, result);
        return result | ((bits >>> 16) & Vector512.Create(SignMask));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Widen(Vector256<uint> half)
    {
        // Half's exponent and significand in binary32's places read as a number 2^112 too small; subnormals included, so that
        // one exact product makes all finite values right. Exponent field 31 then becomes 255.
        Vector256<uint> magnitude = (half & Vector256.Create(0x7FFFu)) << Shift;
        Vector256<uint> value = (magnitude.AsSingle() * Vector256.Create(Rescale)).AsUInt32();
        Vector256<uint> special = Vector256.GreaterThanOrEqual(magnitude, Vector256.Create(HalfInfinity << Shift)) & Vector256.Create(Infinity);
        return (value | special | ((half & Vector256.Create(SignMask)) << 16)).AsSingle();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<uint> Narrow(Vector256<uint> bits)
    {
        Vector256<uint> magnitude = bits & Vector256.Create(0x7FFF_FFFFu);

        // Half of the last kept place, less one unless the kept part is odd, rounds to nearest even.
        Vector256<uint> odd = (magnitude >>> Shift) & Vector256<uint>.One;
        Vector256<uint> normal = (magnitude - Vector256.Create(Rebias) + Vector256.Create(0x0FFFu) + odd) >>> Shift;
        Vector256<uint> subnormal = (magnitude.AsSingle() + Vector256.Create(RoundingBase)).AsUInt32() - Vector256.Create(RoundingBaseBits);
        Vector256<uint> result = Vector256.ConditionalSelect(Vector256.LessThan(magnitude, Vector256.Create(SmallestNormal)), subnormal, normal);
        Vector256<uint> tooLarge = Vector256.GreaterThanOrEqual(magnitude, Vector256.Create(Overflow));
        result = Vector256.ConditionalSelect(tooLarge, Vector256.Create(HalfInfinity), result);
        Vector256<uint> payload = ((magnitude >>> Shift) & Vector256.Create(0x03FFu)) | Vector256.Create(HalfInfinity | 0x0200u);
        result = Vector256.ConditionalSelect(Vector256.GreaterThan(magnitude, Vector256.Create(Infinity)), payload, result);
        return result | ((bits >>> 16) & Vector256.Create(SignMask));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> Widen(Vector128<uint> half)
    {
        // Half's exponent and significand in binary32's places read as a number 2^112 too small; subnormals included, so that
        // one exact product makes all finite values right. Exponent field 31 then becomes 255.
        Vector128<uint> magnitude = (half & Vector128.Create(0x7FFFu)) << Shift;
        Vector128<uint> value = (magnitude.AsSingle() * Vector128.Create(Rescale)).AsUInt32();
        Vector128<uint> special = Vector128.GreaterThanOrEqual(magnitude, Vector128.Create(HalfInfinity << Shift)) & Vector128.Create(Infinity);
        return (value | special | ((half & Vector128.Create(SignMask)) << 16)).AsSingle();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<uint> Narrow(Vector128<uint> bits)
    {
        Vector128<uint> magnitude = bits & Vector128.Create(0x7FFF_FFFFu);

        // Half of the last kept place, less one unless the kept part is odd, rounds to nearest even.
        Vector128<uint> odd = (magnitude >>> Shift) & Vector128<uint>.One;
        Vector128<uint> normal = (magnitude - Vector128.Create(Rebias) + Vector128.Create(0x0FFFu) + odd) >>> Shift;
        Vector128<uint> subnormal = (magnitude.AsSingle() + Vector128.Create(RoundingBase)).AsUInt32() - Vector128.Create(RoundingBaseBits);
        Vector128<uint> result = Vector128.ConditionalSelect(Vector128.LessThan(magnitude, Vector128.Create(SmallestNormal)), subnormal, normal);
        Vector128<uint> tooLarge = Vector128.GreaterThanOrEqual(magnitude, Vector128.Create(Overflow));
        result = Vector128.ConditionalSelect(tooLarge, Vector128.Create(HalfInfinity), result);
        Vector128<uint> payload = ((magnitude >>> Shift) & Vector128.Create(0x03FFu)) | Vector128.Create(HalfInfinity | 0x0200u);
        result = Vector128.ConditionalSelect(Vector128.GreaterThan(magnitude, Vector128.Create(Infinity)), payload, result);
        return result | ((bits >>> 16) & Vector128.Create(SignMask));
    }

    private static void ThrowIfShorter(int source, int destination)
    {
        if (destination < source)
        {
            throw new ArgumentException($"a destination of {destination} elements is too short for {source}", nameof(destination));
        }
    }
}
