using Jevons.Numerics;

namespace Jevons.Kernels.Tests.MatMul;

/// <summary>Row lengths worth trying per type.</summary>
internal static class Shapes
{
    public static int[] Cols(TensorType type) => TensorTypes.BlockLength(type) switch
    {
        1 => [1, 7, 16, 17, 33, 96, 255, 1100],
        32 => [32, 96, 352, 544],
        _ => [256, 768],
    };
}
