using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace Jevons.Kernels.Products;

/// <summary>
/// The inner loops of the float product: lanes of some rows times some tokens, over whole steps of 16 columns. Sums are kept
/// as 16 floats per output, token by token, rows within a token. Rows and tokens beyond the operands may be read, from the
/// caller's tiles; he drops what they yield.
/// </summary>
/// <typeparam name="TLanes">The instruction set.</typeparam>
internal static unsafe class FloatTile<TLanes>
    where TLanes : struct, ILanes16<TLanes>
{
    private const int L = 16;

    // Bytes between a read and the prefetch of what follows it: the time of a memory access at full bandwidth over four rows.
    private const int Ahead = 1024;

    /// <summary>acc[t, r] += w[r] x[t] for 4 rows and 6 tokens: 24 sums, a row's and a token's step loaded once for all.</summary>
    /// <param name="w">4 rows.</param>
    /// <param name="wStride">Floats from one row to the next.</param>
    /// <param name="x">6 tokens.</param>
    /// <param name="steps">Steps of 16 columns.</param>
    /// <param name="acc">6 x 4 x 16 sums.</param>
    public static void FourBySix(float* w, nint wStride, float** x, int steps, float* acc)
    {
        float* w1 = w + wStride;
        float* w2 = w1 + wStride;
        float* w3 = w2 + wStride;
        float* x0 = x[0];
        float* x1 = x[1];
        float* x2 = x[2];
        float* x3 = x[3];
        float* x4 = x[4];
        float* x5 = x[5];
        TLanes a00 = TLanes.Load(acc), a01 = TLanes.Load(acc + L), a02 = TLanes.Load(acc + (2 * L)), a03 = TLanes.Load(acc + (3 * L));
        TLanes a10 = TLanes.Load(acc + (4 * L)), a11 = TLanes.Load(acc + (5 * L)), a12 = TLanes.Load(acc + (6 * L)), a13 = TLanes.Load(acc + (7 * L));
        TLanes a20 = TLanes.Load(acc + (8 * L)), a21 = TLanes.Load(acc + (9 * L)), a22 = TLanes.Load(acc + (10 * L)), a23 = TLanes.Load(acc + (11 * L));
        TLanes a30 = TLanes.Load(acc + (12 * L)), a31 = TLanes.Load(acc + (13 * L)), a32 = TLanes.Load(acc + (14 * L)), a33 = TLanes.Load(acc + (15 * L));
        TLanes a40 = TLanes.Load(acc + (16 * L)), a41 = TLanes.Load(acc + (17 * L)), a42 = TLanes.Load(acc + (18 * L)), a43 = TLanes.Load(acc + (19 * L));
        TLanes a50 = TLanes.Load(acc + (20 * L)), a51 = TLanes.Load(acc + (21 * L)), a52 = TLanes.Load(acc + (22 * L)), a53 = TLanes.Load(acc + (23 * L));
        nint end = (nint)steps * L;
        for (nint k = 0; k < end; k += L)
        {
            TLanes r0 = TLanes.Load(w + k);
            TLanes r1 = TLanes.Load(w1 + k);
            TLanes r2 = TLanes.Load(w2 + k);
            TLanes r3 = TLanes.Load(w3 + k);
            Row(TLanes.Load(x0 + k), r0, r1, r2, r3, ref a00, ref a01, ref a02, ref a03);
            Row(TLanes.Load(x1 + k), r0, r1, r2, r3, ref a10, ref a11, ref a12, ref a13);
            Row(TLanes.Load(x2 + k), r0, r1, r2, r3, ref a20, ref a21, ref a22, ref a23);
            Row(TLanes.Load(x3 + k), r0, r1, r2, r3, ref a30, ref a31, ref a32, ref a33);
            Row(TLanes.Load(x4 + k), r0, r1, r2, r3, ref a40, ref a41, ref a42, ref a43);
            Row(TLanes.Load(x5 + k), r0, r1, r2, r3, ref a50, ref a51, ref a52, ref a53);
        }

        Store(a00, a01, a02, a03, acc);
        Store(a10, a11, a12, a13, acc + (4 * L));
        Store(a20, a21, a22, a23, acc + (8 * L));
        Store(a30, a31, a32, a33, acc + (12 * L));
        Store(a40, a41, a42, a43, acc + (16 * L));
        Store(a50, a51, a52, a53, acc + (20 * L));
    }

    /// <summary>acc[t, r] += w[r] x[t] for 2 rows and 3 tokens, where a sum takes two or four registers.</summary>
    /// <param name="w">2 rows.</param>
    /// <param name="wStride">Floats from one row to the next.</param>
    /// <param name="x">3 tokens.</param>
    /// <param name="steps">Steps of 16 columns.</param>
    /// <param name="acc">3 x 2 x 16 sums.</param>
    public static void TwoByThree(float* w, nint wStride, float** x, int steps, float* acc)
    {
        float* w1 = w + wStride;
        float* x0 = x[0];
        float* x1 = x[1];
        float* x2 = x[2];
        TLanes a00 = TLanes.Load(acc), a01 = TLanes.Load(acc + L);
        TLanes a10 = TLanes.Load(acc + (2 * L)), a11 = TLanes.Load(acc + (3 * L));
        TLanes a20 = TLanes.Load(acc + (4 * L)), a21 = TLanes.Load(acc + (5 * L));
        nint end = (nint)steps * L;
        for (nint k = 0; k < end; k += L)
        {
            TLanes r0 = TLanes.Load(w + k);
            TLanes r1 = TLanes.Load(w1 + k);
            TLanes token = TLanes.Load(x0 + k);
            a00 = TLanes.MultiplyAdd(r0, token, a00);
            a01 = TLanes.MultiplyAdd(r1, token, a01);
            token = TLanes.Load(x1 + k);
            a10 = TLanes.MultiplyAdd(r0, token, a10);
            a11 = TLanes.MultiplyAdd(r1, token, a11);
            token = TLanes.Load(x2 + k);
            a20 = TLanes.MultiplyAdd(r0, token, a20);
            a21 = TLanes.MultiplyAdd(r1, token, a21);
        }

        TLanes.Store(a00, acc);
        TLanes.Store(a01, acc + L);
        TLanes.Store(a10, acc + (2 * L));
        TLanes.Store(a11, acc + (3 * L));
        TLanes.Store(a20, acc + (4 * L));
        TLanes.Store(a21, acc + (5 * L));
    }

    /// <summary>acc[r] = w[r] x for 4 rows and one token, straight from stored rows: four chains hide the latency of one.</summary>
    /// <typeparam name="TElement">The stored type.</typeparam>
    /// <param name="w">4 rows.</param>
    /// <param name="x">The token.</param>
    /// <param name="steps">Steps of 16 columns.</param>
    /// <param name="acc">4 x 16 sums, overwritten.</param>
    public static void FourByOne<TElement>(byte** w, float* x, int steps, float* acc)
        where TElement : struct, IElement
    {
        byte* w0 = w[0];
        byte* w1 = w[1];
        byte* w2 = w[2];
        byte* w3 = w[3];
        TLanes a0 = TLanes.Zero;
        TLanes a1 = TLanes.Zero;
        TLanes a2 = TLanes.Zero;
        TLanes a3 = TLanes.Zero;
        nint at = 0;
        for (int step = 0; step < steps; step++)
        {
            // Four rows are four streams; a prefetch beyond the matrix is harmless, it never faults.
            if (Sse.IsSupported && (TElement.Bytes == 4 || (step & 1) == 0))
            {
                Sse.Prefetch0(w0 + at + Ahead);
                Sse.Prefetch0(w1 + at + Ahead);
                Sse.Prefetch0(w2 + at + Ahead);
                Sse.Prefetch0(w3 + at + Ahead);
            }

            TLanes token = TLanes.Load(x);
            a0 = TLanes.MultiplyAdd(TElement.Load<TLanes>(w0 + at), token, a0);
            a1 = TLanes.MultiplyAdd(TElement.Load<TLanes>(w1 + at), token, a1);
            a2 = TLanes.MultiplyAdd(TElement.Load<TLanes>(w2 + at), token, a2);
            a3 = TLanes.MultiplyAdd(TElement.Load<TLanes>(w3 + at), token, a3);
            x += L;
            at += L * TElement.Bytes;
        }

        Store(a0, a1, a2, a3, acc);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Row(
        TLanes token, TLanes r0, TLanes r1, TLanes r2, TLanes r3, ref TLanes a0, ref TLanes a1, ref TLanes a2, ref TLanes a3)
    {
        a0 = TLanes.MultiplyAdd(r0, token, a0);
        a1 = TLanes.MultiplyAdd(r1, token, a1);
        a2 = TLanes.MultiplyAdd(r2, token, a2);
        a3 = TLanes.MultiplyAdd(r3, token, a3);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(TLanes a0, TLanes a1, TLanes a2, TLanes a3, float* acc)
    {
        TLanes.Store(a0, acc);
        TLanes.Store(a1, acc + L);
        TLanes.Store(a2, acc + (2 * L));
        TLanes.Store(a3, acc + (3 * L));
    }
}
