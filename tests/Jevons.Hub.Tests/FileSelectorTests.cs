namespace Jevons.Hub.Tests;

public sealed class FileSelectorTests
{
    private static readonly HubFile[] s_ggufs =
    [
        .. Files("Model-Q2_K.gguf", "Model-Q4_K_M.gguf", "Model-Q8_0.gguf", "Model-UD-Q2_K_XL.gguf", "mmproj-Model-F16.gguf", "README.md"),
        .. Files("BF16/Model.BF16-00002-of-00002.gguf", "BF16/Model.BF16-00001-of-00002.gguf"),
    ];

    private static HubFile[] Files(params string[] paths) => [.. paths.Select((p, i) => new HubFile(p, 1000 + i, null))];

    private static FileSet Select(string name, params HubFile[] files) => FileSelector.Select(ModelName.Parse(name), files);

    private static string Chosen(FileSet set) => $"{set.Variant}|{set.Entry}|{string.Join(' ', set.Files.Select(f => f.Path))}";

    [Theory]
    [InlineData("o/r", "Q4_K_M|Model-Q4_K_M.gguf|Model-Q4_K_M.gguf")]
    [InlineData("o/r:q8_0", "Q8_0|Model-Q8_0.gguf|Model-Q8_0.gguf")]
    [InlineData("o/r:Model-Q8_0.gguf", "Q8_0|Model-Q8_0.gguf|Model-Q8_0.gguf")]
    [InlineData("o/r:model-q8_0", "Q8_0|Model-Q8_0.gguf|Model-Q8_0.gguf")]
    [InlineData("o/r:UD-Q2_K_XL", "UD-Q2_K_XL|Model-UD-Q2_K_XL.gguf|Model-UD-Q2_K_XL.gguf")]
    [InlineData("o/r:Q2_K_XL", "UD-Q2_K_XL|Model-UD-Q2_K_XL.gguf|Model-UD-Q2_K_XL.gguf")]
    [InlineData("o/r:bf16", "BF16|BF16/Model.BF16-00001-of-00002.gguf|BF16/Model.BF16-00001-of-00002.gguf BF16/Model.BF16-00002-of-00002.gguf")]
    [InlineData(
        "o/r:BF16/Model.BF16-00002-of-00002.gguf",
        "BF16|BF16/Model.BF16-00001-of-00002.gguf|BF16/Model.BF16-00001-of-00002.gguf BF16/Model.BF16-00002-of-00002.gguf")]
    public void Select_Gguf(string name, string chosen) => Assert.Equal(chosen, Chosen(Select(name, s_ggufs)));

    [Fact]
    public void Select_OnlyGguf_NeedsNoQuant()
    {
        Assert.Equal("stories260K|stories260K.gguf|stories260K.gguf", Chosen(Select("o/r", Files("stories260K.gguf", "README.md"))));
    }

    [Fact]
    public void Select_MissingQuant_ListsWhatThereIs()
    {
        HubException e = Assert.Throws<HubException>(() => Select("o/r:Q4_K_S", s_ggufs));

        Assert.Equal(HubErrorKind.NotFound, e.Kind);
        Assert.Contains("did you mean Q4_K_M", e.Message, StringComparison.Ordinal);
        Assert.Contains("Q2_K (1.00 kB), Q4_K_M (1.00 kB), Q8_0 (1.00 kB), UD-Q2_K_XL (1.00 kB), BF16 (2.00 kB)", e.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("mmproj", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Select_NoDefaultQuant_ListsWhatThereIs()
    {
        HubException e = Assert.Throws<HubException>(() => Select("o/r", Files("a-Q2_K.gguf", "a-Q8_0.gguf")));

        Assert.Equal(HubErrorKind.NotFound, e.Kind);
        Assert.Contains("the default", e.Message, StringComparison.Ordinal);
        Assert.Contains("Q8_0", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Select_TwoModelsWithOneLabel_AsksForTheFile()
    {
        HubFile[] files = Files("base-Q4_K_M.gguf", "chat-Q4_K_M.gguf");

        HubException e = Assert.Throws<HubException>(() => Select("o/r:Q4_K_M", files));

        Assert.Equal(HubErrorKind.Usage, e.Kind);
        Assert.Contains("o/r:base-Q4_K_M.gguf or o/r:chat-Q4_K_M.gguf", e.Message, StringComparison.Ordinal);
        Assert.Equal("chat-Q4_K_M.gguf", Select("o/r:chat-Q4_K_M.gguf", files).Entry);
    }

    [Fact]
    public void Select_IncompleteSplit_SaysSo()
    {
        HubException e = Assert.Throws<HubException>(() => Select("o/r:Q4_0", Files("m-Q4_0-00001-of-00003.gguf", "m-Q4_0-00003-of-00003.gguf")));

        Assert.Contains("2 of the 3 parts", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Select_FolderBesideGguf_OnlyWhenAskedFor()
    {
        HubFile[] both = [.. s_ggufs, .. Files("config.json", "model.safetensors", "tokenizer.model")];

        Assert.Equal("Q4_K_M", Select("o/r", both).Variant);
        Assert.Equal("safetensors||config.json tokenizer.model model.safetensors", Chosen(Select("o/r:safetensors", both)));
    }

    [Theory]
    [InlineData("pytorch_model.bin", "config.json")]
    [InlineData("sub/model.safetensors", "config.json")]
    [InlineData("model.safetensors", "README.md")]
    [InlineData("mmproj-x.gguf", "README.md")]
    public void Select_NothingUsable_ListsTheFiles(params string[] paths)
    {
        HubException e = Assert.Throws<HubException>(() => Select("o/r", Files(paths)));

        Assert.Equal(HubErrorKind.NotFound, e.Kind);
        Assert.All(paths, p => Assert.Contains(p, e.Message, StringComparison.Ordinal));
    }

    [Fact]
    public void Select_GgufAskedOfASafetensorsRepository_PointsToTheFolder()
    {
        HubException e = Assert.Throws<HubException>(() => Select("o/r:Q4_K_M", Files("config.json", "model.safetensors")));

        Assert.Contains("pull o/r", e.Message, StringComparison.Ordinal);
    }
}
