using System.Text;

namespace Jevons.Formats.Tests;

public sealed class HuggingFaceFolderTests
{
    private const string Weights = """{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""";

    [Fact]
    public void Open_ConfigAlone_HasNoTokenizerAndNoWeights()
    {
        using TemporaryFolder temporary = Folder("""{"model_type":"llama"}""");
        using HuggingFaceFolder folder = HuggingFaceFolder.Open(temporary.Path);
        Assert.Equal("llama", folder.Config.GetString("model_type"));
        Assert.Null(folder.Weights);
        Assert.Null(folder.TokenizerJsonPath);
        Assert.Null(folder.TokenizerModelPath);
        Assert.Null(folder.TokenizerConfig);
        Assert.Null(folder.GenerationConfig);
        Assert.Null(folder.ChatTemplate);
    }

    [Fact]
    public void Open_EverythingThere_FindsIt()
    {
        using TemporaryFolder temporary = Folder("""{"model_type":"llama"}""");
        temporary.File("tokenizer.json", "{}"u8);
        temporary.File("tokenizer.model", "x"u8);
        temporary.File("generation_config.json", """{"temperature":0.6}"""u8);
        temporary.File("tokenizer_config.json", """{"chat_template":"from config"}"""u8);
        temporary.File("model.safetensors", SafetensorsImage.Of(Weights, 4));
        using HuggingFaceFolder folder = HuggingFaceFolder.Open(temporary.Path);
        Assert.Equal(temporary.File("tokenizer.json"), folder.TokenizerJsonPath);
        Assert.Equal(temporary.File("tokenizer.model"), folder.TokenizerModelPath);
        Assert.Equal(0.6, folder.GenerationConfig!.GetDouble("temperature"));
        Assert.Equal("from config", folder.ChatTemplate);
        Assert.IsType<SafetensorsFile>(folder.Weights);
    }

    [Fact]
    public void Open_ShardedWeights_AreFoundByTheirIndexAlsoWhenTheIndexIsNamed()
    {
        using TemporaryFolder temporary = Folder("{}");
        temporary.File("model-00001-of-00001.safetensors", SafetensorsImage.Of(Weights, 4));
        string index = temporary.File(
            "model.safetensors.index.json", """{"weight_map":{"a":"model-00001-of-00001.safetensors"}}"""u8);
        using HuggingFaceFolder folder = HuggingFaceFolder.Open(temporary.Path);
        Assert.IsType<SafetensorsShards>(folder.Weights);
        Assert.Equal(4, folder.RequireWeights()["a"].Data.Length);
        using OpenedModel named = ModelPath.Open(index);
        Assert.NotNull(named.Folder);
        Assert.Equal(4, named.Weights!["a"].ByteLength);
    }

    [Fact]
    public void ChatTemplate_FileBeforeJsonBeforeConfig_AndTheDefaultOfSeveral()
    {
        using TemporaryFolder temporary = Folder("{}");
        temporary.File("tokenizer_config.json", """{"chat_template":[{"name":"tool_use","template":"T"},{"name":"default","template":"D"}]}"""u8);
        Assert.Equal("D", ReadTemplate(temporary));
        temporary.File("chat_template.json", """{"chat_template":"J"}"""u8);
        Assert.Equal("J", ReadTemplate(temporary));
        temporary.File("chat_template.jinja", "\uFEFFX\n"u8);
        Assert.Equal("X\n", ReadTemplate(temporary));
    }

    [Fact]
    public void Config_TypedReaders_TreatNullAsMissingAndNameWhatIsWrong()
    {
        ConfigJson config = ConfigJson.Parse(
            """
            {"int":7,"whole":8.0,"real":1e-6,"big":4294967296,"huge":1e999,"text":"x","yes":true,"nothing":null,"many":[1,2],"names":["a","b"],
             "rope_scaling":{"type":"yarn","factor":40,"inner":{"deep":"x"}},"twice":1,"twice":2,"bad":"\ud800"}
            """u8.ToArray(),
            "config.json");
        Assert.Equal(7, config.GetInt("int"));
        Assert.Equal(8, config.GetInt("whole"));
        Assert.Equal(1e-6, config.GetDouble("real"));
        Assert.Equal(7.0, config.GetDouble("int"));
        Assert.Equal(2, config.GetInt("twice"));
        Assert.True(config.GetBool("yes"));
        Assert.Equal("x", config.GetString("text"));
        Assert.Equal([1, 2], config.GetIntsOrNull("many")!);
        Assert.Equal([7], config.GetIntsOrNull("int")!);
        Assert.Equal(["a", "b"], config.GetStringsOrNull("names")!, StringComparer.Ordinal);
        Assert.False(config.Has("nothing"));
        Assert.Null(config.GetIntOrNull("nothing"));
        Assert.Null(config.GetObjectOrNull("nothing"));
        Assert.Null(config.GetStringOrNull("absent"));
        ConfigJson rope = config.GetObjectOrNull("rope_scaling")!;
        Assert.Equal(40.0, rope.GetDouble("factor"));

        AssertNames(() => config.GetInt("nothing"), "config.json", "'nothing'", "missing");
        AssertNames(() => config.GetInt("real"), "'real'", "1e-6", "integer");
        AssertNames(() => config.GetInt("big"), "'big'", "4294967296");
        AssertNames(() => config.GetDouble("huge"), "'huge'", "number");
        AssertNames(() => config.GetInt("text"), "the string 'x'", "integer");
        AssertNames(() => config.GetBool("int"), "true or false");
        AssertNames(() => config.GetString("int"), "'int'", "string");
        AssertNames(() => config.GetString("bad"), "'bad'", "string");
        AssertNames(() => config.GetIntsOrNull("names"), "'names'", "an array of 2", "integers");
        AssertNames(() => config.GetObjectOrNull("many"), "'many'", "object");
        AssertNames(() => rope.GetInt("type"), "'rope_scaling.type'");
        AssertNames(() => rope.GetObjectOrNull("inner")!.GetInt("deep"), "'rope_scaling.inner.deep'");
        AssertNames(() => ConfigJson.Parse("[1]"u8.ToArray(), "config.json"), "config.json", "an array of 1", "object");
        AssertNames(() => ConfigJson.Parse("{"u8.ToArray(), "config.json"), "config.json", "JSON");
    }

    [Fact]
    public void ModelPath_TellsModelsApartByTheirBytes()
    {
        using TemporaryFolder temporary = Folder("""{"model_type":"llama"}""");
        string weights = temporary.File("model.safetensors", SafetensorsImage.Of(Weights, 4));
        string loose = temporary.File("adapter.bin", SafetensorsImage.Of(Weights, 4));
        string gguf = temporary.File("sha256-abc", new GgufImage().Text("general.architecture", "llama").ToBytes());
        using OpenedModel a = ModelPath.Open(temporary.Path), b = ModelPath.Open(weights), c = ModelPath.Open(gguf), d = ModelPath.Open(loose);
        Assert.NotNull(a.Folder);
        Assert.NotNull(b.Folder);
        Assert.Equal(4, b.Weights!["a"].ByteLength);
        Assert.Equal("llama", c.Gguf!.Metadata.GetString("general.architecture"));
        Assert.Null(d.Folder);
        Assert.NotNull(d.Weights);
    }

    [Fact]
    public void ModelPath_FolderOfGgufShards_OpensTheOneModel()
    {
        using TemporaryFolder temporary = new();
        GgufWriter.Write(temporary.File("m.gguf"), new GgufMetadata(), GgufWriteTests.Tensors(3), new GgufWriteOptions { MaxShardTensors = 1 });
        using (OpenedModel model = ModelPath.Open(temporary.Path))
        {
            Assert.Equal(3, model.Gguf!.Tensors.Count);
        }

        temporary.File("other.gguf", new GgufImage().ToBytes());
        AssertNames(() => ModelPath.Open(temporary.Path), "other.gguf", "m-00001-of-00003.gguf");
    }

    [Theory]
    [InlineData("PK\u0003\u0004.......", "PyTorch")]
    [InlineData("version https://git-lfs.github.com/spec/v1\n", "Git LFS")]
    [InlineData("<!DOCTYPE html><html>", "web page")]
    [InlineData("", "empty")]
    [InlineData("GG", "begins with")]
    [InlineData("some text that is no model", "safetensors")]
    public void ModelPath_NoModel_SaysWhatItIs(string content, string expected)
    {
        using TemporaryFolder temporary = new();
        string path = temporary.File("model.bin", Encoding.Latin1.GetBytes(content));
        AssertNames(() => ModelPath.Open(path), path, expected);
    }

    [Fact]
    public void ModelPath_PickleEmptyFolderOrNothing_SaysSo()
    {
        using TemporaryFolder temporary = new();
        AssertNames(() => ModelPath.Open(temporary.Path), "config.json");
        AssertNames(() => ModelPath.Open(temporary.File("a.pt", [0x80, 2, 0x8A, 10, 0x6C, 0xFC])), "pickle", "safetensors");
        Assert.Throws<FileNotFoundException>(() => ModelPath.Open(temporary.File("absent")));
        AssertNames(() => HuggingFaceFolder.Open(temporary.Path), temporary.Path, "config.json");
    }

    private static string? ReadTemplate(TemporaryFolder temporary)
    {
        using HuggingFaceFolder folder = HuggingFaceFolder.Open(temporary.Path);
        return folder.ChatTemplate;
    }

    private static TemporaryFolder Folder(string config)
    {
        TemporaryFolder folder = new();
        folder.File("config.json", Encoding.UTF8.GetBytes(config));
        return folder;
    }

    private static void AssertNames(Func<object?> read, params string[] parts)
    {
        InvalidDataException error = Assert.Throws<InvalidDataException>(() => read());
        Assert.All(parts, part => Assert.Contains(part, error.Message, StringComparison.Ordinal));
    }
}
