using System.Runtime.CompilerServices;

namespace Jevons.Kernels;

/// <summary>
/// C[r, n] = start[r] C[r, n] + sum over k of A[r, k] B[k, n], k ascending with one fused multiply-add each: the product
/// behind scores (B = transposed keys) and weighted values (B = values). Lanes run along n, so every element is one chain
/// whose order does not depend on how many rows or columns are computed together. Without start the chains begin at +0.
/// </summary>
internal static unsafe class OuterProduct
{
    /// <summary>Four rows.</summary>
    /// <typeparam name="T">Lanes.</typeparam>
    /// <param name="a">Four row pointers.</param>
    /// <param name="depth">Length of the sums.</param>
    /// <param name="b">[depth, cols].</param>
    /// <param name="strideB">Elements from one row of B to the next.</param>
    /// <param name="c">Four rows.</param>
    /// <param name="strideC">Elements from one row of C to the next.</param>
    /// <param name="cols">Columns, a multiple of 16.</param>
    /// <param name="start">Four factors, or null.</param>
    public static void Four<T>(float** a, int depth, float* b, nint strideB, float* c, nint strideC, int cols, float* start)
        where T : unmanaged, ILanes<T>
    {
        int n = 0;
        if (T.IsWide)
        {
            for (; n <= cols - 64; n += 64)
            {
                FourByFour<T>(a, depth, b + n, strideB, c + n, strideC, start);
            }
        }

        for (; n < cols; n += 16)
        {
            FourByOne<T>(a, depth, b + n, strideB, c + n, strideC, start);
        }
    }

    /// <summary>One row.</summary>
    /// <typeparam name="T">Lanes.</typeparam>
    /// <param name="a">depth elements.</param>
    /// <param name="depth">Length of the sums.</param>
    /// <param name="b">[depth, cols].</param>
    /// <param name="strideB">Elements from one row of B to the next.</param>
    /// <param name="c">cols elements.</param>
    /// <param name="cols">Columns, a multiple of 16.</param>
    /// <param name="start">One factor, or null.</param>
    public static void One<T>(float* a, int depth, float* b, nint strideB, float* c, int cols, float* start)
        where T : unmanaged, ILanes<T>
    {
        int n = 0;
        for (; n <= cols - 64; n += 64)
        {
            OneByFour<T>(a, depth, b + n, strideB, c + n, start);
        }

        for (; n < cols; n += 16)
        {
            T sum = Start<T>(c + n, start, 0);
            float* column = b + n;
            for (int k = 0; k < depth; k++, column += strideB)
            {
                sum = T.FusedMultiplyAdd(T.Create(a[k]), T.Load(column), sum);
            }

            T.Store(c + n, sum);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T Start<T>(float* c, float* start, int row)
        where T : unmanaged, ILanes<T> => start is null ? T.Zero : T.Load(c) * T.Create(start[row]);

    private static void OneByFour<T>(float* a, int depth, float* b, nint strideB, float* c, float* start)
        where T : unmanaged, ILanes<T>
    {
        T c0 = Start<T>(c, start, 0);
        T c1 = Start<T>(c + 16, start, 0);
        T c2 = Start<T>(c + 32, start, 0);
        T c3 = Start<T>(c + 48, start, 0);
        for (int k = 0; k < depth; k++, b += strideB)
        {
            T x = T.Create(a[k]);
            c0 = T.FusedMultiplyAdd(x, T.Load(b), c0);
            c1 = T.FusedMultiplyAdd(x, T.Load(b + 16), c1);
            c2 = T.FusedMultiplyAdd(x, T.Load(b + 32), c2);
            c3 = T.FusedMultiplyAdd(x, T.Load(b + 48), c3);
        }

        T.Store(c, c0);
        T.Store(c + 16, c1);
        T.Store(c + 32, c2);
        T.Store(c + 48, c3);
    }

    private static void FourByOne<T>(float** a, int depth, float* b, nint strideB, float* c, nint strideC, float* start)
        where T : unmanaged, ILanes<T>
    {
        T c0 = Start<T>(c, start, 0);
        T c1 = Start<T>(c + strideC, start, 1);
        T c2 = Start<T>(c + (2 * strideC), start, 2);
        T c3 = Start<T>(c + (3 * strideC), start, 3);
        float* a0 = a[0];
        float* a1 = a[1];
        float* a2 = a[2];
        float* a3 = a[3];
        for (int k = 0; k < depth; k++, b += strideB)
        {
            T column = T.Load(b);
            c0 = T.FusedMultiplyAdd(T.Create(a0[k]), column, c0);
            c1 = T.FusedMultiplyAdd(T.Create(a1[k]), column, c1);
            c2 = T.FusedMultiplyAdd(T.Create(a2[k]), column, c2);
            c3 = T.FusedMultiplyAdd(T.Create(a3[k]), column, c3);
        }

        T.Store(c, c0);
        T.Store(c + strideC, c1);
        T.Store(c + (2 * strideC), c2);
        T.Store(c + (3 * strideC), c3);
    }

    // Sixteen accumulators, four columns of B and one broadcast: 21 of the 32 registers that a wide instruction set has.
    private static void FourByFour<T>(float** a, int depth, float* b, nint strideB, float* c, nint strideC, float* start)
        where T : unmanaged, ILanes<T>
    {
        float* r1 = c + strideC;
        float* r2 = r1 + strideC;
        float* r3 = r2 + strideC;
        T c00 = Start<T>(c, start, 0);
        T c01 = Start<T>(c + 16, start, 0);
        T c02 = Start<T>(c + 32, start, 0);
        T c03 = Start<T>(c + 48, start, 0);
        T c10 = Start<T>(r1, start, 1);
        T c11 = Start<T>(r1 + 16, start, 1);
        T c12 = Start<T>(r1 + 32, start, 1);
        T c13 = Start<T>(r1 + 48, start, 1);
        T c20 = Start<T>(r2, start, 2);
        T c21 = Start<T>(r2 + 16, start, 2);
        T c22 = Start<T>(r2 + 32, start, 2);
        T c23 = Start<T>(r2 + 48, start, 2);
        T c30 = Start<T>(r3, start, 3);
        T c31 = Start<T>(r3 + 16, start, 3);
        T c32 = Start<T>(r3 + 32, start, 3);
        T c33 = Start<T>(r3 + 48, start, 3);
        float* a0 = a[0];
        float* a1 = a[1];
        float* a2 = a[2];
        float* a3 = a[3];
        for (int k = 0; k < depth; k++, b += strideB)
        {
            T b0 = T.Load(b);
            T b1 = T.Load(b + 16);
            T b2 = T.Load(b + 32);
            T b3 = T.Load(b + 48);
            T x = T.Create(a0[k]);
            c00 = T.FusedMultiplyAdd(x, b0, c00);
            c01 = T.FusedMultiplyAdd(x, b1, c01);
            c02 = T.FusedMultiplyAdd(x, b2, c02);
            c03 = T.FusedMultiplyAdd(x, b3, c03);
            x = T.Create(a1[k]);
            c10 = T.FusedMultiplyAdd(x, b0, c10);
            c11 = T.FusedMultiplyAdd(x, b1, c11);
            c12 = T.FusedMultiplyAdd(x, b2, c12);
            c13 = T.FusedMultiplyAdd(x, b3, c13);
            x = T.Create(a2[k]);
            c20 = T.FusedMultiplyAdd(x, b0, c20);
            c21 = T.FusedMultiplyAdd(x, b1, c21);
            c22 = T.FusedMultiplyAdd(x, b2, c22);
            c23 = T.FusedMultiplyAdd(x, b3, c23);
            x = T.Create(a3[k]);
            c30 = T.FusedMultiplyAdd(x, b0, c30);
            c31 = T.FusedMultiplyAdd(x, b1, c31);
            c32 = T.FusedMultiplyAdd(x, b2, c32);
            c33 = T.FusedMultiplyAdd(x, b3, c33);
        }

        T.Store(c, c00);
        T.Store(c + 16, c01);
        T.Store(c + 32, c02);
        T.Store(c + 48, c03);
        T.Store(r1, c10);
        T.Store(r1 + 16, c11);
        T.Store(r1 + 32, c12);
        T.Store(r1 + 48, c13);
        T.Store(r2, c20);
        T.Store(r2 + 16, c21);
        T.Store(r2 + 32, c22);
        T.Store(r2 + 48, c23);
        T.Store(r3, c30);
        T.Store(r3 + 16, c31);
        T.Store(r3 + 32, c32);
        T.Store(r3 + 48, c33);
    }
}
