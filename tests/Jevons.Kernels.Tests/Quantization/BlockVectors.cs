using Jevons.Numerics;
using Jevons.Testing;

namespace Jevons.Kernels.Tests.Quantization;

/// <summary>The golden block files: <c>TYPE.q.bin</c>, made from <c>source.f32</c> where the type can be written without an importance matrix.</summary>
internal static class BlockVectors
{
    private const string Folder = "ggml-quant-vectors";

    /// <summary>Every golden of a type that tensors here can have; the ternary TQ types are no part of the format list.</summary>
    /// <returns>Relative paths.</returns>
    public static TheoryData<string> All() =>
        [.. SharedData.Walk("*.q.bin", "op-golden", Folder).Where(p => p.Contains('*', StringComparison.Ordinal) || IsKnown(p))];

    /// <summary>The goldens of the types that <see cref="Kernels.Quantization.Quantize"/> writes.</summary>
    /// <returns>Relative paths.</returns>
    public static TheoryData<string> Writable() =>
        [.. SharedData.Walk("*.q.bin", "op-golden", Folder).Where(p => p.Contains('*', StringComparison.Ordinal)
            || (IsKnown(p) && Kernels.Quantization.Quantize.IsSupported(TypeOf(p))))];

    /// <summary>The type in a golden's name; the first supported type for the stand-in of absent data, whose test is skipped.</summary>
    /// <param name="path">A relative path.</param>
    /// <returns>The type.</returns>
    public static TensorType TypeOf(string path) =>
        TensorTypes.TryParse(Path.GetFileName(path).Split('.')[0], out TensorType type) ? type : TensorType.F32;

    private static bool IsKnown(string path) => TensorTypes.TryParse(Path.GetFileName(path).Split('.')[0], out _);
}
