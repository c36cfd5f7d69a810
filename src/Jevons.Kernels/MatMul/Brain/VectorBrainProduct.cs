using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Jevons.Kernels.Products;

/// <summary>
/// The product on whatever vectors the processor has, for those without <c>vdpbf16ps</c>: both columns of a pair are widened and
/// multiplied one after the other, and what is below the smallest normal number is set to zero as that instruction does.
/// </summary>
internal sealed unsafe class VectorBrainProduct : BrainProduct
{
    private const int Lanes = 16;

    /// <inheritdoc/>
    public override void Multiply(byte* w, int rowCount, Tensor pairs, Tensor y, int firstRow, Scratch scratch, int worker)
    {
        float* lanes = stackalloc float[Lanes];
        int whole = pairs.Cols / Lanes * Lanes;
        for (int r = 0; r < rowCount; r++)
        {
            uint* row = (uint*)w + ((long)r * pairs.Cols);
            for (int t = 0; t < pairs.Rows; t++)
            {
                uint* x = (uint*)(pairs.Pointer + ((long)t * pairs.Stride));
                Vector512<float> sum = Vector512<float>.Zero;
                for (int k = 0; k < whole; k += Lanes)
                {
                    sum = Add(Vector512.Load(row + k), Vector512.Load(x + k), sum);
                }

                sum.Store(lanes);
                for (int k = whole; k < pairs.Cols; k++)
                {
                    lanes[k - whole] = BrainPairs.Add(row[k], x[k], lanes[k - whole]);
                }

                y.Pointer[((long)t * y.Stride) + firstRow + r] = Fold(Vector512.Load(lanes));
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Add(Vector512<uint> w, Vector512<uint> x, Vector512<float> sum)
    {
        Vector512<uint> high = Vector512.Create(0xFFFF_0000);
        Vector512<float> odd = Flush(Vector512.FusedMultiplyAdd(Flush((w & high).AsSingle()), Flush((x & high).AsSingle()), sum));
        return Flush(Vector512.FusedMultiplyAdd(Flush((w << 16).AsSingle()), Flush((x << 16).AsSingle()), odd));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Flush(Vector512<float> value)
    {
        Vector512<uint> bits = value.AsUInt32();
        Vector512<uint> isSmall = Vector512.Equals(bits & Vector512.Create(0x7F80_0000u), Vector512<uint>.Zero);
        return Vector512.ConditionalSelect(isSmall, bits & Vector512.Create(0x8000_0000u), bits).AsSingle();
    }

    private static float Fold(Vector512<float> lanes)
    {
        Vector256<float> eight = lanes.GetLower() + lanes.GetUpper();
        Vector128<float> four = eight.GetLower() + eight.GetUpper();
        return four[0] + four[2] + (four[1] + four[3]);
    }
}
