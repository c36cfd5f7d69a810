using Jevons.Hub.Tests.Fakes;

namespace Jevons.Hub.Tests;

public sealed class ModelStoreTests
{
    private static async Task<Bench> StockedAsync()
    {
        Bench bench = new("unsloth/DeepSeek-R1-Distill-Qwen-1.5B-GGUF");
        bench.Hub.Files["DeepSeek-R1-Distill-Qwen-1.5B-Q4_K_M.gguf"] = FakeHub.RandomBytes(5000, 1);
        bench.Hub.Files["DeepSeek-R1-Distill-Qwen-1.5B-Q8_0.gguf"] = FakeHub.RandomBytes(9000, 2);
        await bench.PullAsync("r1:1.5b");
        await bench.PullAsync("r1:1.5b:q8_0");
        return bench;
    }

    [Theory]
    [InlineData("unsloth/DeepSeek-R1-Distill-Qwen-1.5B-GGUF:Q4_K_M")]
    [InlineData("UNSLOTH/deepseek-r1-distill-qwen-1.5b-gguf:q4_k_m")]
    [InlineData("r1:1.5b")]
    [InlineData("deepseek-r1:1.5b")]
    [InlineData("hf.co/unsloth/DeepSeek-R1-Distill-Qwen-1.5B-GGUF:Q4_K_M")]
    [InlineData("unsloth/DeepSeek-R1-Distill-Qwen-1.5B-GGUF:DeepSeek-R1-Distill-Qwen-1.5B-Q4_K_M.gguf")]
    [InlineData("DeepSeek-R1-Distill-Qwen-1.5B-GGUF:Q4_K_M")]
    public async Task Resolve_EveryFormOfAName(string name)
    {
        await using Bench bench = await StockedAsync();

        StoredModel model = bench.Store.Resolve(name);

        Assert.Equal("unsloth/DeepSeek-R1-Distill-Qwen-1.5B-GGUF:Q4_K_M", model.Name);
        Assert.Equal(5000, new FileInfo(model.Path).Length);
        Assert.Equal(model, bench.Store.Resolve(model.Id) with { Files = model.Files });
        Assert.Contains("not R1 itself", model.Description, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Resolve_AmbiguousName_ListsTheModels()
    {
        await using Bench bench = await StockedAsync();

        HubException e = Assert.Throws<HubException>(() => bench.Store.Resolve("unsloth/DeepSeek-R1-Distill-Qwen-1.5B-GGUF"));

        Assert.Equal(HubErrorKind.Usage, e.Kind);
        Assert.Contains(":Q4_K_M", e.Message, StringComparison.Ordinal);
        Assert.Contains(":Q8_0", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("r1:7b", "jevons pull r1:7b")]
    [InlineData("unsloth/DeepSeek-R1-Distill-Qwen-1.5B-GGUF:Q4_K_S", "did you mean")]
    [InlineData("nonsense", "no file, no folder and no model")]
    public async Task Resolve_UnknownName_SaysWhatToDo(string name, string said)
    {
        await using Bench bench = await StockedAsync();

        HubException e = Assert.Throws<HubException>(() => bench.Store.Resolve(name));

        Assert.Equal(HubErrorKind.NotFound, e.Kind);
        Assert.Contains(said, e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Resolve_FileGone_SaysPullAgain()
    {
        await using Bench bench = await StockedAsync();
        File.Delete(bench.Store.Resolve("r1:1.5b").Path);

        HubException e = Assert.Throws<HubException>(() => bench.Store.Resolve("r1:1.5b"));

        Assert.Equal(HubErrorKind.NotFound, e.Kind);
        Assert.Contains("pull it again", e.Message, StringComparison.Ordinal);
        await bench.PullAsync("r1:1.5b");
        Assert.True(bench.Store.Resolve("r1:1.5b").IsComplete);
    }

    [Fact]
    public async Task List_TellsOriginSizeAndTime()
    {
        await using Bench bench = await StockedAsync();

        IReadOnlyList<StoredModel> models = bench.Store.List();

        Assert.Equal(2, models.Count);
        StoredModel model = models[0];
        Assert.Equal((5000L, FakeHub.Commit, "mit", true), (model.Size, model.Commit, model.Licence, model.IsComplete));
        Assert.InRange(model.Modified, new DateTimeOffset(2025, 1, 20, 12, 0, 0, TimeSpan.Zero), bench.Time.GetUtcNow());
        Assert.All(models, m => Assert.Equal(m.Name, bench.Store.Resolve(m.Name).Name));
    }

    [Fact]
    public async Task Remove_DeletesOnlyWhatTheModelOwns()
    {
        await using Bench bench = await StockedAsync();
        string mine = bench.Folder.Write("store/unsloth/DeepSeek-R1-Distill-Qwen-1.5B-GGUF/my-notes.txt", "keep");

        Assert.Equal(5000, bench.Store.Remove("r1:1.5b"));
        Assert.Equal("Q8_0", Assert.Single(bench.Store.List()).Variant);
        Assert.Equal(9000, bench.Store.Remove("r1:1.5b:q8_0"));

        Assert.Empty(bench.Store.List());
        Assert.True(File.Exists(mine));
        Assert.Empty(Directory.GetFiles(bench.InStore(""), "*.gguf"));
        HubException e = Assert.Throws<HubException>(() => bench.Store.Remove("r1:1.5b"));
        Assert.Equal(HubErrorKind.NotFound, e.Kind);
    }

    [Fact]
    public async Task Remove_KeepsFilesThatAnotherModelNeeds()
    {
        await using Bench bench = new("org/Model");
        bench.Hub.Files["config.json"] = "{}"u8.ToArray();
        bench.Hub.Files["model.safetensors"] = FakeHub.RandomBytes(2000, 1);
        bench.Hub.Files["Model-Q4_K_M.gguf"] = FakeHub.RandomBytes(3000, 2);
        await bench.PullAsync("org/Model:safetensors");
        PullResult gguf = await bench.PullAsync("org/Model");
        ModelRecord shared = ModelRecord.Read(bench.InStore(".jevons/Q4_K_M.json"));
        (shared with { Files = [.. shared.Files, new StoredFile("config.json", 2, FakeHub.Sha256("{}"u8.ToArray()))] }).Write(bench.InStore("").TrimEnd('/'));

        bench.Store.Remove("org/Model:safetensors");

        Assert.True(File.Exists(bench.InStore("config.json")));
        Assert.False(File.Exists(bench.InStore("model.safetensors")));
        Assert.True(bench.Store.Resolve(gguf.Model.Name).IsComplete);
        bench.Store.Remove("org/Model");
        Assert.False(Directory.Exists(Path.GetDirectoryName(bench.InStore("")[..^1])!));
    }

    [Fact]
    public async Task Remove_WhileAPullRuns_SaysSo()
    {
        await using Bench bench = await StockedAsync();
        using StoreLock held = bench.Store.Lock(ModelName.Parse("r1:1.5b"));

        HubException e = Assert.Throws<HubException>(() => bench.Store.Remove("r1:1.5b"));

        Assert.Equal(HubErrorKind.Busy, e.Kind);
        Assert.True(bench.Store.Resolve("r1:1.5b").IsComplete);
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("{\"repository\":null,\"variant\":\"x\",\"pulled\":\"2025-01-01\",\"entry\":\"\",\"files\":[{\"path\":null,\"size\":1,\"sha256\":null}]}")]
    [InlineData("{\"repository\":\"o/r\",\"variant\":\"x\",\"pulled\":\"2025-01-01\",\"entry\":\"\",\"files\":[{\"path\":\"a\",\"size\":1e300,\"sha256\":\"\"}]}")]
    [InlineData("{\"repository\":null}")]
    [InlineData("{\"repository\":\"o/r\",\"variant\":\"x\",\"pulled\":\"2025-01-01\",\"entry\":\"a\",\"files\":[{\"path\":\"../a\",\"size\":1,\"sha256\":\"\"}]}")]
    [InlineData("{\"repository\":\"o/r\",\"variant\":\"x\",\"pulled\":\"2025-01-01\",\"entry\":\"b\",\"files\":[{\"path\":\"a\",\"size\":-1,\"sha256\":\"\"}]}")]
    public async Task List_BrokenRecord_IsToldAndPassedOver(string json)
    {
        await using Bench bench = await StockedAsync();
        bench.Folder.Write("store/o/r/.jevons/x.json", json);
        List<string> problems = [];

        Assert.Equal(2, bench.Store.List(problems).Count);

        Assert.Contains("x.json", Assert.Single(problems), StringComparison.Ordinal);
    }

    [Fact]
    public async Task List_RecordOfAnotherFolder_IsNotBelieved()
    {
        await using Bench bench = await StockedAsync();
        string record = await File.ReadAllTextAsync(bench.InStore(".jevons/Q4_K_M.json"), TestContext.Current.CancellationToken);
        bench.Folder.Write("store/other/place/.jevons/Q4_K_M.json", record);

        Assert.Equal(2, bench.Store.List().Count);
    }

    [Fact]
    public void List_StoreThatIsNotThere_IsEmpty()
    {
        using TempFolder folder = new();

        Assert.Empty(new ModelStore(folder.Below("none")).List());
        Assert.False(Directory.Exists(folder.Below("none")));
    }
}
