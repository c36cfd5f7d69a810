using Jevons.Kernels.Quantization;
using Jevons.Numerics;
using Jevons.Testing;

namespace Jevons.Kernels.Tests.Quantization;

/// <summary>Every file of the reference data says in its header which mix made it; its own names and shapes must lead to its types.</summary>
public sealed class QuantizationMixesGoldenTests
{
    // A real header is a few megabytes of vocabulary; the tensor data behind it is not read.
    private const int HeaderBytes = 16 << 20;

    /// <summary>All but the F32 files, which a converter wrote and no mix made.</summary>
    /// <returns>Relative paths.</returns>
    public static TheoryData<string> Files() => [.. SharedData.Walk("*.gguf", "weights").Concat(SharedData.Walk("*.gguf", "models"))
        .Where(f => !f.EndsWith("-f32.gguf", StringComparison.Ordinal))];

    [Theory]
    [MemberData(nameof(Files))]
    public void Choose_FromAFilesOwnHeader_GivesItsTypes(string file)
    {
        GgufHeader header = new(SharedData.Path(file), HeaderBytes);
        Assert.True(header.Number("general.file_type", -1) >= 0, "the file does not say which mix made it");

        // What a mix keeps had the source's type, which the file still shows; what it changes must not depend on it.
        MixTensor[] tensors = [.. header.Tensors.Select(t => TensorRoles.IsQuantized(t) ? t with { Type = TensorType.F64 } : t)];
        IReadOnlyList<TensorType> types = QuantizationMixes.Choose(header.FileType, header.Architecture, tensors);

        Assert.All(header.Tensors.Zip(types), pair =>
            Assert.True(pair.First.Type == pair.Second, $"{pair.First.Name}: chose {pair.Second}, the file has {pair.First.Type}"));
    }
}
