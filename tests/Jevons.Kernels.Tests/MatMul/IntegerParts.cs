using Jevons.Kernels.Products;
using Jevons.Numerics;
using Jevons.Numerics.Blocks;

namespace Jevons.Kernels.Tests.MatMul;

/// <summary>A row of quantised weights taken apart: element i is Scale[i / Group] * Values[i] - Minimum[i / Group].</summary>
internal sealed record IntegerParts(int[] Values, float[] Scale, float[] Minimum, int Group, int Offset, int Bits, bool HasMinimum)
{
    public static IntegerParts Of(TensorType type, ReadOnlySpan<byte> row) => type switch
    {
        TensorType.Q4_0 => Read<BlockQ4_0, Q4_0Form>(row),
        TensorType.Q4_1 => Read<BlockQ4_1, Q4_1Form>(row),
        TensorType.Q5_0 => Read<BlockQ5_0, Q5_0Form>(row),
        TensorType.Q5_1 => Read<BlockQ5_1, Q5_1Form>(row),
        TensorType.Q8_0 => Read<BlockQ8_0, Q8_0Form>(row),
        TensorType.Q2_K => Read<BlockQ2K, Q2_KForm>(row),
        TensorType.Q3_K => Read<BlockQ3K, Q3_KForm>(row),
        TensorType.Q4_K => Read<BlockQ4K, Q4_KForm>(row),
        TensorType.Q5_K => Read<BlockQ5K, Q5_KForm>(row),
        TensorType.Q6_K => Read<BlockQ6K, Q6_KForm>(row),
        TensorType.IQ4_NL => Read<BlockIQ4NL, IQ4_NLForm>(row),
        TensorType.IQ4_XS => Read<BlockIQ4XS, IQ4_XSForm>(row),
        TensorType.MXFP4 => Read<BlockMXFP4, MXFP4Form>(row),
        TensorType.IQ1_S => Read<BlockIQ1S, IQ1_SForm>(row),
        TensorType.IQ1_M => Read<BlockIQ1M, IQ1_MForm>(row),
        TensorType.IQ2_XXS => Read<BlockIQ2XXS, IQ2_XXSForm>(row),
        TensorType.IQ2_XS => Read<BlockIQ2XS, IQ2_XSForm>(row),
        TensorType.IQ2_S => Read<BlockIQ2S, IQ2_SForm>(row),
        TensorType.IQ3_XXS => Read<BlockIQ3XXS, IQ3_XXSForm>(row),
        TensorType.IQ3_S => Read<BlockIQ3S, IQ3_SForm>(row),
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "no block type"),
    };

    private static unsafe IntegerParts Read<TBlock, TForm>(ReadOnlySpan<byte> row)
        where TBlock : unmanaged, IQuantBlock<TBlock>
        where TForm : struct, IQuantForm<TBlock>
    {
        int count = row.Length / sizeof(TBlock) * TBlock.Length;
        int[] values = new int[count];
        float[] scale = new float[count / TForm.GroupLength];
        float[] minimum = new float[scale.Length];
        fixed (byte* at = row)
        {
            for (int i = 0; i < count; i++)
            {
                ref readonly TBlock block = ref ((TBlock*)at)[i / TBlock.Length];
                int inBlock = i % TBlock.Length;
                values[i] = TForm.Values(in block, inBlock / 16)[inBlock % 16];
                scale[i / TForm.GroupLength] = TForm.Scale(in block, inBlock / TForm.GroupLength);
                minimum[i / TForm.GroupLength] = TForm.Minimum(in block, inBlock / TForm.GroupLength);
            }
        }

        return new IntegerParts(values, scale, minimum, TForm.GroupLength, TForm.Offset, TForm.Bits, TForm.HasMinimum);
    }
}
