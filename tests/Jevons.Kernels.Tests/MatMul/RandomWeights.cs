using System.Buffers.Binary;
using Jevons.Numerics;

namespace Jevons.Kernels.Tests.MatMul;

/// <summary>Random bytes that are legal weights: scales of ordinary size, values of every bit pattern.</summary>
internal static class RandomWeights
{
    /// <summary>All types that a matrix can be made of without factors beside it.</summary>
    public static IEnumerable<TensorType> Types =>
        TensorTypes.All.Where(t => TensorTypes.IsQuantized(t)).Prepend(TensorType.BF16).Prepend(TensorType.F16).Prepend(TensorType.F32);

    /// <summary>The same for member data.</summary>
    public static TheoryData<TensorType> AllTypes => [.. Types];

    public static IEnumerable<TensorType> BlockTypes => Types.Where(t => TensorTypes.IsQuantized(t));

    public static void Fill(TensorType type, Span<byte> bytes, SeededRandom random)
    {
        switch (type)
        {
            case TensorType.F32:
                for (int i = 0; i < bytes.Length; i += 4)
                {
                    BinaryPrimitives.WriteSingleLittleEndian(bytes[i..], (float)random.NextGaussian());
                }

                return;
            case TensorType.F16:
                for (int i = 0; i < bytes.Length; i += 2)
                {
                    BinaryPrimitives.WriteHalfLittleEndian(bytes[i..], (Half)(random.NextGaussian() * Math.Pow(2, -random.NextInt32(26))));
                }

                return;
            case TensorType.BF16:
                for (int i = 0; i < bytes.Length; i += 2)
                {
                    BinaryPrimitives.WriteUInt16LittleEndian(bytes[i..], ((BFloat16)(float)random.NextGaussian()).Bits);
                }

                return;
        }

        for (int i = 0; i < bytes.Length; i++)
        {
            bytes[i] = (byte)random.NextUInt64();
        }

        int size = TensorTypes.BlockBytes(type);
        for (int b = 0; b < bytes.Length; b += type == TensorType.F8_E4M3 ? 1 : size)
        {
            FixScales(type, bytes.Slice(b, size), random);
        }
    }

    private static void FixScales(TensorType type, Span<byte> block, SeededRandom random)
    {
        switch (type)
        {
            case TensorType.F8_E4M3:
                block[0] = (block[0] & 0x7F) == 0x7F ? (byte)0x7E : block[0];
                break;
            case TensorType.MXFP4:
                block[0] = (byte)(118 + random.NextInt32(16));
                break;
            case TensorType.Q4_1 or TensorType.Q5_1 or TensorType.Q4_K or TensorType.Q5_K:
                PutHalf(block, 0, random);
                PutHalf(block, 2, random);
                break;
            case TensorType.Q2_K:
                PutHalf(block, 80, random);
                PutHalf(block, 82, random);
                break;
            case TensorType.Q3_K:
                PutHalf(block, 108, random);
                break;
            case TensorType.Q6_K:
                PutHalf(block, 208, random);
                break;
            case TensorType.IQ1_M:
                ushort bits = BitConverter.HalfToUInt16Bits(RandomHalf(random));
                for (int i = 0; i < 4; i++)
                {
                    block[49 + (2 * i)] = (byte)((block[49 + (2 * i)] & 15) | (bits >> (4 * i) & 15) << 4);
                }

                break;
            default:
                PutHalf(block, 0, random);
                break;
        }
    }

    private static void PutHalf(Span<byte> block, int at, SeededRandom random) =>
        BinaryPrimitives.WriteHalfLittleEndian(block[at..], RandomHalf(random));

    private static Half RandomHalf(SeededRandom random) => (Half)((random.NextDouble() - 0.5) * Math.Pow(2, -random.NextInt32(18)));
}
