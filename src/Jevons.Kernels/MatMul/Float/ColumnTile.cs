namespace Jevons.Kernels.Products;

/// <summary>
/// The inner loops of the transposed product: y[t, c] = fma(x[t, r], w[r, c], y[t, c]) for r ascending, lanes being columns.
/// </summary>
/// <typeparam name="TLanes">The instruction set.</typeparam>
internal static unsafe class ColumnTile<TLanes>
    where TLanes : struct, ILanes16<TLanes>
{
    private const int L = 16;

    /// <summary>Four tokens times 64 columns: 16 sums.</summary>
    /// <param name="w">The first row's columns.</param>
    /// <param name="wStride">Floats from one row to the next.</param>
    /// <param name="rows">Rows.</param>
    /// <param name="x">The first token's factors.</param>
    /// <param name="xStride">Floats from one token to the next.</param>
    /// <param name="y">The first token's columns.</param>
    /// <param name="yStride">Floats from one token to the next.</param>
    public static void FourByFour(float* w, nint wStride, int rows, float* x, long xStride, float* y, long yStride)
    {
        float* x1 = x + xStride;
        float* x2 = x1 + xStride;
        float* x3 = x2 + xStride;
        float* y1 = y + yStride;
        float* y2 = y1 + yStride;
        float* y3 = y2 + yStride;
        TLanes a00 = TLanes.Load(y), a01 = TLanes.Load(y + L), a02 = TLanes.Load(y + (2 * L)), a03 = TLanes.Load(y + (3 * L));
        TLanes a10 = TLanes.Load(y1), a11 = TLanes.Load(y1 + L), a12 = TLanes.Load(y1 + (2 * L)), a13 = TLanes.Load(y1 + (3 * L));
        TLanes a20 = TLanes.Load(y2), a21 = TLanes.Load(y2 + L), a22 = TLanes.Load(y2 + (2 * L)), a23 = TLanes.Load(y2 + (3 * L));
        TLanes a30 = TLanes.Load(y3), a31 = TLanes.Load(y3 + L), a32 = TLanes.Load(y3 + (2 * L)), a33 = TLanes.Load(y3 + (3 * L));
        for (nint r = 0; r < rows; r++)
        {
            TLanes w0 = TLanes.Load(w);
            TLanes w1 = TLanes.Load(w + L);
            TLanes w2 = TLanes.Load(w + (2 * L));
            TLanes w3 = TLanes.Load(w + (3 * L));
            TLanes factor = TLanes.Fill(x[r]);
            a00 = TLanes.MultiplyAdd(factor, w0, a00);
            a01 = TLanes.MultiplyAdd(factor, w1, a01);
            a02 = TLanes.MultiplyAdd(factor, w2, a02);
            a03 = TLanes.MultiplyAdd(factor, w3, a03);
            factor = TLanes.Fill(x1[r]);
            a10 = TLanes.MultiplyAdd(factor, w0, a10);
            a11 = TLanes.MultiplyAdd(factor, w1, a11);
            a12 = TLanes.MultiplyAdd(factor, w2, a12);
            a13 = TLanes.MultiplyAdd(factor, w3, a13);
            factor = TLanes.Fill(x2[r]);
            a20 = TLanes.MultiplyAdd(factor, w0, a20);
            a21 = TLanes.MultiplyAdd(factor, w1, a21);
            a22 = TLanes.MultiplyAdd(factor, w2, a22);
            a23 = TLanes.MultiplyAdd(factor, w3, a23);
            factor = TLanes.Fill(x3[r]);
            a30 = TLanes.MultiplyAdd(factor, w0, a30);
            a31 = TLanes.MultiplyAdd(factor, w1, a31);
            a32 = TLanes.MultiplyAdd(factor, w2, a32);
            a33 = TLanes.MultiplyAdd(factor, w3, a33);
            w += wStride;
        }

        TLanes.Store(a00, y);
        TLanes.Store(a01, y + L);
        TLanes.Store(a02, y + (2 * L));
        TLanes.Store(a03, y + (3 * L));
        TLanes.Store(a10, y1);
        TLanes.Store(a11, y1 + L);
        TLanes.Store(a12, y1 + (2 * L));
        TLanes.Store(a13, y1 + (3 * L));
        TLanes.Store(a20, y2);
        TLanes.Store(a21, y2 + L);
        TLanes.Store(a22, y2 + (2 * L));
        TLanes.Store(a23, y2 + (3 * L));
        TLanes.Store(a30, y3);
        TLanes.Store(a31, y3 + L);
        TLanes.Store(a32, y3 + (2 * L));
        TLanes.Store(a33, y3 + (3 * L));
    }

    /// <summary>Four tokens times 16 columns, where a sum takes two or four registers.</summary>
    /// <param name="w">The first row's columns.</param>
    /// <param name="wStride">Floats from one row to the next.</param>
    /// <param name="rows">Rows.</param>
    /// <param name="x">The first token's factors.</param>
    /// <param name="xStride">Floats from one token to the next.</param>
    /// <param name="y">The first token's columns.</param>
    /// <param name="yStride">Floats from one token to the next.</param>
    public static void FourByOne(float* w, nint wStride, int rows, float* x, long xStride, float* y, long yStride)
    {
        float* x1 = x + xStride;
        float* x2 = x1 + xStride;
        float* x3 = x2 + xStride;
        float* y1 = y + yStride;
        float* y2 = y1 + yStride;
        float* y3 = y2 + yStride;
        TLanes a0 = TLanes.Load(y), a1 = TLanes.Load(y1), a2 = TLanes.Load(y2), a3 = TLanes.Load(y3);
        for (nint r = 0; r < rows; r++)
        {
            TLanes row = TLanes.Load(w);
            a0 = TLanes.MultiplyAdd(TLanes.Fill(x[r]), row, a0);
            a1 = TLanes.MultiplyAdd(TLanes.Fill(x1[r]), row, a1);
            a2 = TLanes.MultiplyAdd(TLanes.Fill(x2[r]), row, a2);
            a3 = TLanes.MultiplyAdd(TLanes.Fill(x3[r]), row, a3);
            w += wStride;
        }

        TLanes.Store(a0, y);
        TLanes.Store(a1, y1);
        TLanes.Store(a2, y2);
        TLanes.Store(a3, y3);
    }
}
