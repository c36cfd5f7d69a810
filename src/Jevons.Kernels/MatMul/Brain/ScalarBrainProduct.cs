namespace Jevons.Kernels.Products;

/// <summary>The specification: plain loops.</summary>
internal sealed unsafe class ScalarBrainProduct : BrainProduct
{
    private const int Lanes = 16;

    /// <inheritdoc/>
    public override void Multiply(byte* w, int rowCount, Tensor pairs, Tensor y, int firstRow, Scratch scratch, int worker)
    {
        Span<float> lanes = stackalloc float[Lanes];
        for (int t = 0; t < pairs.Rows; t++)
        {
            uint* x = (uint*)(pairs.Pointer + ((long)t * pairs.Stride));
            for (int r = 0; r < rowCount; r++)
            {
                uint* row = (uint*)w + ((long)r * pairs.Cols);
                lanes.Clear();
                for (int k = 0; k < pairs.Cols; k++)
                {
                    lanes[k % Lanes] = BrainPairs.Add(row[k], x[k], lanes[k % Lanes]);
                }

                for (int half = Lanes / 2; half > 0; half /= 2)
                {
                    for (int l = 0; l < half; l++)
                    {
                        lanes[l] += lanes[l + half];
                    }
                }

                y.Pointer[((long)t * y.Stride) + firstRow + r] = lanes[0];
            }
        }
    }
}
