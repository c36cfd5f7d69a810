using Jevons.Hub.Tests.Fakes;

namespace Jevons.Hub.Tests;

/// <summary>A pull from a hub that behaves.</summary>
public sealed class PullTests
{
    private static readonly byte[] s_weights = FakeHub.RandomBytes(3_000_000, 1);

    [Fact]
    public async Task Pull_Gguf_LandsVerifiedAndRecorded()
    {
        await using Bench bench = new();
        bench.Hub.Files["README.md"] = "hello"u8.ToArray();
        bench.Hub.Files["Model-Q4_K_M.gguf"] = s_weights;
        bench.Hub.Files["Model-Q8_0.gguf"] = FakeHub.RandomBytes(5000, 2);

        PullResult result = await bench.PullAsync("org/Model-GGUF:q4_k_m");

        Assert.False(result.WasComplete);
        Assert.Equal(s_weights.Length, result.BytesReceived);
        Assert.Equal(s_weights, await File.ReadAllBytesAsync(result.Model.Path, TestContext.Current.CancellationToken));
        Assert.Equal("org/Model-GGUF:Q4_K_M", result.Model.Name);
        Assert.Equal(FakeHub.Sha256(s_weights)[..12], result.Model.Id);
        Assert.Equal(FakeHub.Commit, result.Model.Commit);
        Assert.Equal("mit", result.Model.Licence);
        Assert.Equal(result.Model.Name, Assert.Single(bench.Store.List()).Name);
        Assert.Empty(Directory.GetFiles(bench.Options.StoreFolder, "*.part*", SearchOption.AllDirectories));
        Assert.All(bench.Hub.HubRequests.Where(r => r.Path.Contains("resolve", StringComparison.Ordinal)), r => Assert.Contains(FakeHub.Commit, r.Path, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Pull_Again_ReceivesNothing()
    {
        await using Bench bench = new();
        bench.Hub.Files["Model-Q4_K_M.gguf"] = s_weights;
        await bench.PullAsync();

        PullResult again = await bench.PullAsync();

        Assert.True(again.WasComplete);
        Assert.Equal(0, again.BytesReceived);
        Assert.Single(bench.Hub.CdnRequests);
    }

    [Fact]
    public async Task Pull_NewCommit_ReplacesChangedFilesOnly()
    {
        await using Bench bench = new("org/Model");
        bench.Hub.Files["config.json"] = "{}"u8.ToArray();
        bench.Hub.Files["model.safetensors"] = s_weights;
        await bench.PullAsync();
        bench.Hub.Files["config.json"] = "{\"a\":1}"u8.ToArray();
        bench.Hub.CurrentCommit = new string('a', 40);

        PullResult again = await bench.PullAsync();

        Assert.Equal(7, again.BytesReceived);
        Assert.Equal(new string('a', 40), again.Model.Commit);
        Assert.Equal("{\"a\":1}", await File.ReadAllTextAsync(bench.InStore("config.json"), TestContext.Current.CancellationToken));
        Assert.Single(bench.Hub.CdnRequests);
    }

    [Fact]
    public async Task Pull_FilesAlreadyInPlaceWithoutRecord_AreHashedInsteadOfFetched()
    {
        await using Bench bench = new();
        bench.Hub.Files["Model-Q4_K_M.gguf"] = s_weights;
        bench.Folder.Write("store/org/Model-GGUF/Model-Q4_K_M.gguf", s_weights);

        PullResult result = await bench.PullAsync();

        Assert.Equal(0, result.BytesReceived);
        Assert.Empty(bench.Hub.CdnRequests);
        Assert.True(bench.Store.Resolve("org/Model-GGUF").IsComplete);
    }

    [Fact]
    public async Task Pull_SplitModelInFolder_TakesEveryPart()
    {
        await using Bench bench = new();
        for (int part = 1; part <= 3; part++)
        {
            bench.Hub.Files[$"Model-Q4_K_M/Model-Q4_K_M-0000{part}-of-00003.gguf"] = FakeHub.RandomBytes(2000 + part, part);
        }

        bench.Hub.PageSize = 2;
        PullResult result = await bench.PullAsync("org/Model-GGUF:Q4_K_M");

        Assert.Equal(3, result.Model.Files.Count);
        Assert.EndsWith("Model-Q4_K_M-00001-of-00003.gguf", result.Model.Path, StringComparison.Ordinal);
        Assert.True(File.Exists(bench.InStore("Model-Q4_K_M/Model-Q4_K_M-00003-of-00003.gguf")));
        Assert.Equal(2, bench.Hub.HubRequests.Count(r => r.Path.Contains("/tree/", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Pull_SafetensorsFolder_TakesWeightsAndCompanions()
    {
        await using Bench bench = new("org/Model");
        foreach (string file in (string[])["config.json", "tokenizer.json", "tokenizer_config.json", "generation_config.json", "README.md", "onnx/model.onnx"])
        {
            bench.Hub.Files[file] = System.Text.Encoding.UTF8.GetBytes(file);
        }

        bench.Hub.Files["model-00001-of-00002.safetensors"] = FakeHub.RandomBytes(2000, 1);
        bench.Hub.Files["model-00002-of-00002.safetensors"] = FakeHub.RandomBytes(2000, 2);
        bench.Hub.Files["model.safetensors.index.json"] = "{}"u8.ToArray();
        bench.Hub.Files["consolidated.safetensors"] = FakeHub.RandomBytes(2000, 3);

        PullResult result = await bench.PullAsync("https://huggingface.co/org/Model");

        Assert.Equal("org/Model:safetensors", result.Model.Name);
        Assert.Equal(bench.InStore("").TrimEnd('/'), result.Model.Path);
        Assert.Equal(
            "config.json generation_config.json model-00001-of-00002.safetensors model-00002-of-00002.safetensors "
                + "model.safetensors.index.json tokenizer.json tokenizer_config.json",
            string.Join(' ', result.Model.Files.Select(f => f.Path).Order(StringComparer.Ordinal)));
        Assert.All(result.Model.Files, f => Assert.Equal(FakeHub.Sha256(bench.Hub.Files[f.Path]), f.Sha256));
    }

    [Fact]
    public async Task Pull_TokenGoesToTheHubAndNeverToTheContentNetwork()
    {
        await using Bench bench = new();
        bench.Hub.Files["Model-Q4_K_M.gguf"] = s_weights;
        bench.Hub.GatedBy = "hf_secret";
        bench.Options = bench.Options with { Token = "hf_secret" };

        await bench.PullAsync();

        Assert.All(bench.Hub.HubRequests, r => Assert.Equal("Bearer hf_secret", r.Authorization));
        Assert.NotEmpty(bench.Hub.CdnRequests);
        Assert.All(bench.Hub.CdnRequests, r => Assert.Null(r.Authorization));
        Assert.DoesNotContain("hf_secret", bench.Options.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("hf_secret\n", true)]
    [InlineData("  ", true)]
    [InlineData("hf_se\ncret", false)]
    [InlineData("hf_sécret", false)]
    public async Task Client_TokenFromAFile_IsTrimmedAndChecked(string token, bool usable)
    {
        await using Bench bench = new();
        bench.Hub.Files["Model-Q4_K_M.gguf"] = s_weights;
        bench.Options = bench.Options with { Token = token };
        if (!usable)
        {
            Assert.DoesNotContain("cret", (await bench.FailAsync(HubErrorKind.Usage)).Message, StringComparison.Ordinal);
            return;
        }

        await bench.PullAsync();

        string? sent = string.IsNullOrWhiteSpace(token) ? null : "Bearer hf_secret";
        Assert.All(bench.Hub.HubRequests, r => Assert.Equal(sent, r.Authorization));
    }

    [Fact]
    public async Task Pull_Revision_LiesBesideTheDefaultBranch()
    {
        await using Bench bench = new();
        bench.Hub.Files["Model-Q4_K_M.gguf"] = s_weights;
        await bench.PullAsync();
        bench.Hub.Files["Model-Q4_K_M.gguf"] = FakeHub.RandomBytes(2000, 9);

        PullResult other = await bench.PullAsync("org/Model-GGUF@refs/pr/1");

        Assert.Equal("org/Model-GGUF:Q4_K_M@refs/pr/1", other.Model.Name);
        Assert.Contains(bench.Hub.HubRequests, r => r.Path.EndsWith("/revision/refs%2Fpr%2F1", StringComparison.Ordinal));
        Assert.Equal(2, bench.Store.List().Count);
        Assert.Equal(s_weights.Length, bench.Store.Resolve("org/Model-GGUF").Size);
        Assert.Equal(2000, bench.Store.Resolve("org/Model-GGUF@refs/pr/1").Size);
    }

    [Fact]
    public async Task Pull_Progress_CountsEveryByteOnceAndEndsWithDone()
    {
        await using Bench bench = new();
        bench.Hub.Files["Model-Q4_K_M.gguf"] = s_weights;

        await bench.PullAsync();

        Assert.Equal(PullPhase.Listing, bench.Reports[0].Phase);
        PullProgress last = bench.Reports[^1];
        Assert.Equal(PullPhase.Done, last.Phase);
        Assert.Equal(s_weights.Length, last.Total);
        Assert.Equal(last.Total, last.Done);
        Assert.Equal((1, 1), (last.FileNumber, last.FileCount));
        Assert.All(bench.Reports.Zip(bench.Reports.Skip(1)), pair => Assert.True(pair.First.Done <= pair.Second.Done));
    }

    [Fact]
    public async Task Pull_TwoAtOnce_TheSecondSaysSo()
    {
        await using Bench bench = new();
        bench.Hub.Files["Model-Q4_K_M.gguf"] = s_weights;
        HubException? second = null;
        bench.OnReport = report =>
        {
            if (report.Phase == PullPhase.Downloading && second is null)
            {
                bench.OnReport = null;
                second = Assert.Throws<HubException>(() => bench.PullAsync().GetAwaiter().GetResult());
            }
        };

        await bench.PullAsync();

        Assert.Equal(HubErrorKind.Busy, second?.Kind);
        Assert.True(bench.Store.Resolve("org/Model-GGUF").IsComplete);
    }

    [Fact]
    public async Task Pull_Offline_FindsWhatIsStoredAndCallsNobody()
    {
        await using Bench bench = new();
        bench.Hub.Files["Model-Q4_K_M.gguf"] = s_weights;
        await bench.PullAsync();
        int calls = bench.Hub.HubRequests.Count;
        bench.Options = bench.Options with { Offline = true };

        Assert.True((await bench.PullAsync()).WasComplete);
        await bench.FailAsync(HubErrorKind.Offline, "org/Other");
        HubException listing = await Assert.ThrowsAsync<HubException>(() => bench.Client().ListFilesAsync("org/Model-GGUF", "main", null, TestContext.Current.CancellationToken));

        Assert.Equal(HubErrorKind.Offline, listing.Kind);
        Assert.Equal(calls, bench.Hub.HubRequests.Count);
    }

    [Fact]
    public async Task Pull_DiskTooSmall_FailsBeforeTheFirstByte()
    {
        await using Bench bench = new();
        bench.Hub.Files["Model-Q4_K_M.gguf"] = s_weights;
        bench.Options = bench.Options with { FreeSpace = _ => 2_000_000 };

        HubException e = await bench.FailAsync(HubErrorKind.NoSpace);

        Assert.Contains("3.00 MB", e.Message, StringComparison.Ordinal);
        Assert.Contains("2.00 MB", e.Message, StringComparison.Ordinal);
        Assert.Empty(bench.Hub.CdnRequests);
    }

    [Fact]
    public async Task Pull_MirrorWithoutRevisionsAndHashes_StillWorks()
    {
        await using Bench bench = new();
        bench.Hub.Files["Model-Q4_K_M.gguf"] = s_weights;
        bench.Hub.HasRevisions = false;
        bench.Hub.ListsHashes = false;

        PullResult result = await bench.PullAsync();

        Assert.Equal(FakeHub.Commit, result.Model.Commit);
        Assert.Equal(FakeHub.Sha256(s_weights), result.Model.Files[0].Sha256);
    }
}
