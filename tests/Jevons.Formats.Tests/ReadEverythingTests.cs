using Jevons.Numerics;
using Jevons.Testing;

namespace Jevons.Formats.Tests;

public sealed class ReadEverythingTests
{
    public static TheoryData<string> GgufFiles() => [.. SharedData.Walk("*.gguf")];

    public static TheoryData<string> SafetensorsFiles() => [.. SharedData.Walk("*.safetensors")];

    public static TheoryData<string> Folders() => [.. SharedData.Walk("config.json")];

    [Theory]
    [MemberData(nameof(GgufFiles))]
    public void Gguf_EveryFileOpens_TensorsLieInOrderInsideOrBeyondTheFile(string relative)
    {
        string path = SharedData.Path(relative.Split('/'));
        using GgufFile file = GgufFile.Open(path);
        Assert.NotEmpty(file.Metadata.GetString("general.architecture"));
        AssertTensors(file, new FileInfo(path).Length);
    }

    [Theory]
    [MemberData(nameof(SafetensorsFiles))]
    public void Safetensors_EveryFileOpens_TensorsFillTheFile(string relative)
    {
        string path = SharedData.Path(relative.Split('/'));
        using SafetensorsFile file = SafetensorsFile.Open(path);
        AssertTensors(file, new FileInfo(path).Length);
        Assert.Null(file.FirstTensorBeyondFile());
        Assert.Equal(new FileInfo(path).Length, file.Tensors.Max(t => t.Offset + t.ByteLength));
    }

    [Theory]
    [MemberData(nameof(Folders))]
    public void Folder_EveryFolderOpens_ConfigNamesItsArchitecture(string relative)
    {
        string path = Path.GetDirectoryName(SharedData.Path(relative.Split('/')))!;
        using HuggingFaceFolder folder = HuggingFaceFolder.Open(path);
        Assert.NotEmpty(folder.Config.GetString("model_type"));
        Assert.True(folder.Config.GetInt("vocab_size") > 0);
        if (folder.Weights is { } weights)
        {
            Assert.NotEmpty(weights.Tensors);
            Assert.Same(weights, folder.RequireWeights());
        }
        else
        {
            Assert.Throws<InvalidDataException>(folder.RequireWeights);
        }
    }

    private static void AssertTensors(Checkpoint file, long length)
    {
        foreach (TensorInfo tensor in file.Tensors)
        {
            Assert.Same(tensor, file[tensor.Name]);
            Assert.Equal(TensorTypes.ByteCount(tensor.Type, tensor.ElementCount), tensor.ByteLength);
            if (tensor.IsWithinFile)
            {
                MemoryRegion data = tensor.Data;
                Assert.Equal(tensor.ByteLength, data.Length);
                Assert.True(tensor.Offset + tensor.ByteLength <= length);
                Assert.InRange(data.AsSpan<byte>(tensor.ByteLength - 1, 1)[0], byte.MinValue, byte.MaxValue);
            }
            else
            {
                InvalidDataException error = Assert.Throws<InvalidDataException>(() => tensor.Data);
                Assert.Contains(tensor.Name, error.Message, StringComparison.Ordinal);
                Assert.Contains($"{tensor.Offset + tensor.ByteLength}", error.Message, StringComparison.Ordinal);
                Assert.Contains($"{length}", error.Message, StringComparison.Ordinal);
            }
        }
    }
}
