using System.Runtime.InteropServices;
using Jevons.Kernels.Quantization;
using Jevons.Numerics;
using Jevons.Testing;

namespace Jevons.Kernels.Tests.Quantization;

/// <summary>Files that the reference implementation quantised from an F32 file beside them.</summary>
public sealed class WholeFileTests
{
    private const string FloatSuffix = "-f32.gguf";

    public static TheoryData<string, string> Siblings()
    {
        IReadOnlyList<string> files = SharedData.Walk("*.gguf", "weights");
        TheoryData<string, string> pairs = [];
        foreach (string source in files.Where(f => f.EndsWith(FloatSuffix, StringComparison.Ordinal)))
        {
            string stem = source[..^FloatSuffix.Length];
            foreach (string quantised in files.Where(f => f != source && f.StartsWith(stem + "-", StringComparison.Ordinal)))
            {
                pairs.Add(source, quantised);
            }
        }

        if (pairs.Count == 0)
        {
            pairs.Add(files[0], files[0]);
        }

        return pairs;
    }

    [Theory]
    [MemberData(nameof(Siblings))]
    public void Rows_EveryTensorOfAFile_GivesTheReferencesTypeAndBytes(string source, string quantised)
    {
        GgufHeader from = new(SharedData.Path(source));
        GgufHeader want = new(SharedData.Path(quantised));
        IReadOnlyList<TensorType> types = QuantizationMixes.Choose(want.FileType, from.Architecture, from.Tensors);
        Assert.Equal(want.Tensors.Count, from.Tensors.Count);

        using WorkerPool pool = new(2);
        int quantisedTensors = 0;
        for (int i = 0; i < types.Count; i++)
        {
            MixTensor tensor = from.Tensors[i];
            MixTensor golden = want.Tensors.Single(t => t.Name == tensor.Name);
            Assert.Equal(tensor.Shape, golden.Shape);
            Assert.True(types[i] == golden.Type, $"{tensor.Name}: chose {types[i]}, the file has {golden.Type}");

            ReadOnlySpan<float> values = MemoryMarshal.Cast<byte, float>(from.Data(tensor));
            byte[] got = new byte[TensorTypes.ByteCount(types[i], values.Length)];
            if (types[i] == TensorType.F32)
            {
                Quantize.Rows(types[i], values, (int)tensor.Shape[0], got);
            }
            else
            {
                quantisedTensors++;
                Quantize.Rows(types[i], values, (int)tensor.Shape[0], got, pool);
            }

            BitsAssert.Equal(want.Data(golden), got, $"{tensor.Name} as {types[i]}");
        }

        Assert.True(quantisedTensors > 0, "no tensor of this file was quantised");
    }
}
