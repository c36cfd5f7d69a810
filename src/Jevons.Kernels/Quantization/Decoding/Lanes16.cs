using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Jevons.Kernels.Quantization;

/// <summary>
/// The common end of all decoders: 16 small integers in the bytes of a 128-bit vector become 16 consecutive floats.
/// Lane l of the bytes is element l of the output, whatever the width of the registers. Integers of 8 bits are exact in
/// binary32, and product and difference are separate instructions, so the result is that of the scalar formula.
/// </summary>
internal static class Lanes16
{
    // Byte l of a sign or high-bit word belongs to lanes 8 l to 8 l + 7; lane l then tests bit l mod 8.
    private static Vector128<byte> Spread => Vector128.Create((byte)0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1);

    private static Vector128<byte> Bits => Vector128.Create(0x8040201008040201UL).AsByte();

    /// <summary>y[l] = q[l] * d.</summary>
    /// <param name="q">16 integers.</param>
    /// <param name="d">The factor.</param>
    /// <param name="y">First float written; 15 more follow.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Scale(Vector128<sbyte> q, float d, ref float y)
    {
        if (Avx512F.IsSupported)
        {
            (Widen512(q) * Vector512.Create(d)).StoreUnsafe(ref y);
        }
        else if (Avx2.IsSupported)
        {
            Vector256<float> factor = Vector256.Create(d);
            (Widen256(q) * factor).StoreUnsafe(ref y);
            (Widen256(Upper(q)) * factor).StoreUnsafe(ref y, 8);
        }
        else
        {
            Vector128<float> factor = Vector128.Create(d);
            (Vector128<float> a, Vector128<float> b, Vector128<float> c, Vector128<float> e) = Widen128(q);
            (a * factor).StoreUnsafe(ref y);
            (b * factor).StoreUnsafe(ref y, 4);
            (c * factor).StoreUnsafe(ref y, 8);
            (e * factor).StoreUnsafe(ref y, 12);
        }
    }

    /// <summary>y[l] = (q[l] * d) - m. A formula that adds m passes -m, which gives the same bits.</summary>
    /// <param name="q">16 integers.</param>
    /// <param name="d">The factor.</param>
    /// <param name="m">What is subtracted.</param>
    /// <param name="y">First float written; 15 more follow.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void ScaleSubtract(Vector128<sbyte> q, float d, float m, ref float y)
    {
        if (Avx512F.IsSupported)
        {
            Vector512<float> product = Avx512F.Multiply(Widen512(q), Vector512.Create(d));
            Avx512F.Subtract(product, Vector512.Create(m)).StoreUnsafe(ref y);
        }
        else if (Avx2.IsSupported)
        {
            Vector256<float> factor = Vector256.Create(d);
            Vector256<float> offset = Vector256.Create(m);
            Avx.Subtract(Avx.Multiply(Widen256(q), factor), offset).StoreUnsafe(ref y);
            Avx.Subtract(Avx.Multiply(Widen256(Upper(q)), factor), offset).StoreUnsafe(ref y, 8);
        }
        else
        {
            Vector128<float> factor = Vector128.Create(d);
            Vector128<float> offset = Vector128.Create(m);
            (Vector128<float> a, Vector128<float> b, Vector128<float> c, Vector128<float> e) = Widen128(q);
            Vector128.Subtract(Vector128.Multiply(a, factor), offset).StoreUnsafe(ref y);
            Vector128.Subtract(Vector128.Multiply(b, factor), offset).StoreUnsafe(ref y, 4);
            Vector128.Subtract(Vector128.Multiply(c, factor), offset).StoreUnsafe(ref y, 8);
            Vector128.Subtract(Vector128.Multiply(e, factor), offset).StoreUnsafe(ref y, 12);
        }
    }

    /// <summary>y[l] = d * (q[l] / 8). Eighths of small integers are exact, so this is one rounding, as in d * (row + 1/8).</summary>
    /// <param name="q">16 integers.</param>
    /// <param name="d">The factor.</param>
    /// <param name="y">First float written; 15 more follow.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void ScaleEighths(Vector128<sbyte> q, float d, ref float y)
    {
        if (Avx512F.IsSupported)
        {
            (Widen512(q) * Vector512.Create(0.125f) * Vector512.Create(d)).StoreUnsafe(ref y);
        }
        else if (Avx2.IsSupported)
        {
            Vector256<float> factor = Vector256.Create(d);
            Vector256<float> eighth = Vector256.Create(0.125f);
            (Widen256(q) * eighth * factor).StoreUnsafe(ref y);
            (Widen256(Upper(q)) * eighth * factor).StoreUnsafe(ref y, 8);
        }
        else
        {
            Vector128<float> factor = Vector128.Create(d);
            Vector128<float> eighth = Vector128.Create(0.125f);
            (Vector128<float> a, Vector128<float> b, Vector128<float> c, Vector128<float> e) = Widen128(q);
            (a * eighth * factor).StoreUnsafe(ref y);
            (b * eighth * factor).StoreUnsafe(ref y, 4);
            (c * eighth * factor).StoreUnsafe(ref y, 8);
            (e * eighth * factor).StoreUnsafe(ref y, 12);
        }
    }

    /// <summary>Lane l is all ones where bit l of <paramref name="bits"/> is set, else 0.</summary>
    /// <param name="bits">16 bits.</param>
    /// <returns>A byte mask.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<byte> Mask(ushort bits)
    {
        Vector128<byte> spread = Vector128.ShuffleNative(Vector128.Create(bits).AsByte(), Spread);
        return Vector128.Equals(spread & Bits, Bits);
    }

    /// <summary>Negates the lanes whose bit is set in <paramref name="signs"/>.</summary>
    /// <param name="magnitude">16 integers.</param>
    /// <param name="signs">Bit l makes lane l negative.</param>
    /// <returns>Signed integers.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<sbyte> Sign(Vector128<sbyte> magnitude, ushort signs)
    {
        Vector128<sbyte> mask = Mask(signs).AsSByte();
        return (magnitude ^ mask) - mask;
    }

    /// <summary>Bits <paramref name="shift"/> and up of each byte, cut to <paramref name="mask"/>.</summary>
    /// <param name="bytes">16 bytes.</param>
    /// <param name="shift">0..7.</param>
    /// <param name="mask">At most 8 - shift low bits, so that what crosses from the neighbouring byte is cut off.</param>
    /// <returns>Field values.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<byte> Field(Vector128<byte> bytes, int shift, byte mask) =>
        (bytes.AsUInt16() >>> shift).AsByte() & Vector128.Create(mask);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Widen512(Vector128<sbyte> q) =>
        Avx512F.ConvertToVector512Single(Avx512F.ConvertToVector512Int32(q));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Widen256(Vector128<sbyte> q) => Avx.ConvertToVector256Single(Avx2.ConvertToVector256Int32(q));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<sbyte> Upper(Vector128<sbyte> q) => Vector128.Create(q.GetUpper(), q.GetUpper());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (Vector128<float> A, Vector128<float> B, Vector128<float> C, Vector128<float> D) Widen128(Vector128<sbyte> q)
    {
        Vector128<short> low = Vector128.WidenLower(q);
        Vector128<short> high = Vector128.WidenUpper(q);
        return (
            Vector128.ConvertToSingle(Vector128.WidenLower(low)),
            Vector128.ConvertToSingle(Vector128.WidenUpper(low)),
            Vector128.ConvertToSingle(Vector128.WidenLower(high)),
            Vector128.ConvertToSingle(Vector128.WidenUpper(high)));
    }
}
