using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Jevons.Numerics;

namespace Jevons.Kernels.Conversion;

/// <summary>e4m3 to binary32 in bulk, without the scales that stand beside the tensor. Thread-safe, allocates nothing.</summary>
public static class Float8Convert
{
    // The 7 magnitude bits moved to binary32's places read as a number 2^120 too small (biases 7 and 127), subnormals included.
    private const int Shift = 20;
    private const uint Bias = 0x7B80_0000;
    private const uint NaNMagnitude = 0x7F << Shift;
    private const uint QuietNaN = 0x7FC0_0000;

    /// <summary>destination[i] = source[i], exactly; 0x7F and 0xFF are NaN.</summary>
    /// <param name="source">Values.</param>
    /// <param name="destination">At least as long; must not overlap the source.</param>
    /// <exception cref="ArgumentException">The destination is too short.</exception>
    public static void Widen(ReadOnlySpan<Float8E4M3> source, Span<float> destination)
    {
        if (destination.Length < source.Length)
        {
            throw new ArgumentException(
                $"a destination of {destination.Length} elements is too short for {source.Length}", nameof(destination));
        }

        ref byte from = ref Unsafe.As<Float8E4M3, byte>(ref MemoryMarshal.GetReference(source));
        ref float to = ref MemoryMarshal.GetReference(destination);
        int i = 0;
        if (Avx512F.IsSupported)
        {
            for (; i <= source.Length - 16; i += 16)
            {
                Vector512<uint> bits = Avx512F.ConvertToVector512UInt32(Vector128.LoadUnsafe(ref from, (nuint)i));
                Widen(bits).StoreUnsafe(ref to, (nuint)i);
            }
        }

        for (; i <= source.Length - 16; i += 16)
        {
            Vector128<byte> bytes = Vector128.LoadUnsafe(ref from, (nuint)i);
            Vector128<ushort> low = Vector128.WidenLower(bytes);
            Vector128<ushort> high = Vector128.WidenUpper(bytes);
            Widen(Vector128.WidenLower(low)).StoreUnsafe(ref to, (nuint)i);
            Widen(Vector128.WidenUpper(low)).StoreUnsafe(ref to, (nuint)i + 4);
            Widen(Vector128.WidenLower(high)).StoreUnsafe(ref to, (nuint)i + 8);
            Widen(Vector128.WidenUpper(high)).StoreUnsafe(ref to, (nuint)i + 12);
        }

        for (; i < source.Length; i++)
        {
            Unsafe.Add(ref to, i) = (float)source[i];
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Widen(Vector512<uint> bits)
    {
        Vector512<uint> magnitude = (bits & Vector512.Create(0x7Fu)) << Shift;
        Vector512<uint> value = (magnitude.AsSingle() * Vector512.Create(Bias).AsSingle()).AsUInt32();
        Vector512<uint> isNaN = Vector512.Equals(magnitude, Vector512.Create(NaNMagnitude));
        value = Vector512.ConditionalSelect(isNaN, Vector512.Create(QuietNaN), value);
        return (value | ((bits & Vector512.Create(0x80u)) << 24)).AsSingle();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> Widen(Vector128<uint> bits)
    {
        Vector128<uint> magnitude = (bits & Vector128.Create(0x7Fu)) << Shift;
        Vector128<uint> value = (magnitude.AsSingle() * Vector128.Create(Bias).AsSingle()).AsUInt32();
        Vector128<uint> isNaN = Vector128.Equals(magnitude, Vector128.Create(NaNMagnitude));
        value = Vector128.ConditionalSelect(isNaN, Vector128.Create(QuietNaN), value);
        return (value | ((bits & Vector128.Create(0x80u)) << 24)).AsSingle();
    }
}
