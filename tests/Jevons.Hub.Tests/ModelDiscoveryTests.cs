using System.Buffers.Binary;
using System.Text;
using Jevons.Hub.Tests.Fakes;
using Jevons.Testing;

namespace Jevons.Hub.Tests;

public sealed class ModelDiscoveryTests
{
    private static readonly string s_digest = new('a', 64);
    private static readonly string s_commit = new('c', 40);

    private static byte[] Gguf(int length = 64, byte version = 3)
    {
        byte[] bytes = new byte[length];
        "GGUF"u8.CopyTo(bytes);
        bytes[4] = version;
        return bytes;
    }

    private static byte[] Safetensors()
    {
        byte[] bytes = new byte[8 + 2 + 4];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, 2);
        "{}"u8.CopyTo(bytes.AsSpan(8));
        return bytes;
    }

    private static string Manifest(string digest) =>
        $$"""
        {"schemaVersion":2,"config":{"mediaType":"application/vnd.docker.container.image.v1+json","digest":"sha256:00","size":1},
         "layers":[{"mediaType":"application/vnd.ollama.image.template","digest":"sha256:11","size":2},
                   {"mediaType":"application/vnd.ollama.image.model","digest":"{{digest}}","size":64}]}
        """;

    private static IReadOnlyList<FoundModel> Find(DiscoveryFolders folders, List<string>? problems = null) => new ModelDiscovery(folders).Find(problems);

    [Fact]
    public void Folder_FindsGgufSplitGgufAndHuggingFaceFolders()
    {
        using TempFolder folder = new();
        folder.Write("DeepSeek-R1-Distill-Qwen-7B-Q4_K_M.gguf", Gguf(100));
        folder.Write("mmproj-F16.gguf", Gguf());
        folder.Write("loading.gguf.part", Gguf());
        folder.Write("big/Model-Q8_0-00001-of-00002.gguf", Gguf(10));
        folder.Write("big/Model-Q8_0-00002-of-00002.gguf", Gguf(20));
        folder.Write("hf/config.json", "{}");
        folder.Write("hf/model.safetensors", Safetensors());
        folder.Write("hf/.jevons/safetensors.json", "{}");
        List<string> problems = [];

        IReadOnlyList<FoundModel> found = Find(new DiscoveryFolders { Folders = [folder.Path, folder.Path, folder.Below("none")] }, problems);

        Assert.Empty(problems);
        Assert.Equal("DeepSeek-R1-Distill-Qwen-7B-Q4_K_M 100|hf 14|Model-Q8_0 30", string.Join('|', found.Select(m => $"{m.Name} {m.Size}")));
        Assert.Equal(
            [folder.Below("DeepSeek-R1-Distill-Qwen-7B-Q4_K_M.gguf"), folder.Below("hf"), folder.Below("big", "Model-Q8_0-00001-of-00002.gguf")],
            found.Select(m => m.Path).ToArray());
        Assert.Contains("not R1 itself", found[0].Description, StringComparison.Ordinal);
    }

    [Fact]
    public void Folder_WhatCannotBeAModel_IsTold()
    {
        using TempFolder folder = new();
        folder.Write("text.gguf", "this is no model at all");
        folder.Write("short.gguf", "GG");
        folder.Write("old.gguf", Gguf(version: 1));
        folder.Write("x-Q4_0-00001-of-00003.gguf", Gguf());
        folder.Write("hf/config.json", "{}");
        folder.Write("hf/model.safetensors", Encoding.ASCII.GetBytes(new string('z', 100)));
        File.CreateSymbolicLink(folder.Below("dangling.gguf"), folder.Below("nothing"));
        List<string> problems = [];

        Assert.Empty(Find(new DiscoveryFolders { Folders = [folder.Path] }, problems));

        Assert.Equal(6, problems.Count);
        Assert.All((string[])["text.gguf", "short.gguf", "old.gguf", "x-Q4_0-00001-of-00003.gguf", "model.safetensors", "dangling.gguf"],
            name => Assert.Contains(problems, p => p.Contains(name, StringComparison.Ordinal)));
    }

    [Fact]
    public void Folder_LoopOfLinks_Ends()
    {
        using TempFolder folder = new();
        folder.Write("a/Model-Q4_0.gguf", Gguf());
        Directory.CreateSymbolicLink(folder.Below("a", "loop"), folder.Path);

        Assert.NotEmpty(Find(new DiscoveryFolders { Folders = [folder.Path] }));
    }

    [Fact]
    public void Ollama_FindsModelsByManifest()
    {
        using TempFolder folder = new();
        folder.Write($"blobs/sha256-{s_digest}", Gguf(77));
        folder.Write("manifests/registry.ollama.ai/library/deepseek-r1/7b", Manifest("sha256:" + s_digest));
        folder.Write("manifests/registry.ollama.ai/someone/thing/latest", Manifest("sha256:" + s_digest.ToUpperInvariant()));
        folder.Write("manifests/hf.co/unsloth/Model-GGUF/Q4_K_M", Manifest("sha256:" + new string('b', 64)));
        folder.Write($"blobs/sha256-{new string('b', 64)}", Gguf(88));
        folder.Write("manifests/registry.ollama.ai/library/embedder/latest", "{\"layers\":[]}");
        List<string> problems = [];

        IReadOnlyList<FoundModel> found = Find(new DiscoveryFolders { Ollama = folder.Path }, problems);

        Assert.Empty(problems);
        Assert.Equal("deepseek-r1:7b 77|hf.co/unsloth/Model-GGUF:Q4_K_M 88", string.Join('|', found.Select(m => $"{m.Name} {m.Size}")));
        Assert.Equal(folder.Below("blobs", "sha256-" + s_digest), found[0].Path);
        Assert.Equal(ModelSource.Ollama, found[0].Source);
        Assert.Contains("not R1 itself", found[0].Description, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("not json")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("{\"layers\":7}")]
    [InlineData("{\"layers\":[{\"mediaType\":7}]}")]
    [InlineData("{\"layers\":[{\"mediaType\":\"application/vnd.ollama.image.model\",\"digest\":\"sha256:../../../../etc/passwd\"}]}")]
    [InlineData("{\"layers\":[{\"mediaType\":\"application/vnd.ollama.image.model\",\"digest\":\"sha256:dddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddd\"}]}")]
    public void Ollama_BrokenManifest_IsToldAndPassedOver(string json)
    {
        using TempFolder folder = new();
        folder.Write($"blobs/sha256-{s_digest}", Gguf());
        folder.Write("manifests/registry.ollama.ai/library/good/1b", Manifest("sha256:" + s_digest));
        folder.Write("manifests/registry.ollama.ai/library/bad/1b", json);
        List<string> problems = [];

        FoundModel found = Assert.Single(Find(new DiscoveryFolders { Ollama = folder.Path }, problems));

        Assert.Equal("good:1b", found.Name);
        Assert.Contains("bad", Assert.Single(problems), StringComparison.Ordinal);
    }

    [Fact]
    public void HuggingFaceCache_FindsTheCurrentSnapshotThroughItsLinks()
    {
        using TempFolder folder = new();
        string repo = "models--unsloth--DeepSeek-R1-Distill-Qwen-1.5B-GGUF";
        string blob = folder.Write($"{repo}/blobs/{s_digest}", Gguf(99));
        folder.Write($"{repo}/refs/main", s_commit);
        string link = folder.Below(repo, "snapshots", s_commit, "DeepSeek-R1-Distill-Qwen-1.5B-Q4_K_M.gguf");
        Directory.CreateDirectory(Path.GetDirectoryName(link)!);
        File.CreateSymbolicLink(link, Path.GetRelativePath(Path.GetDirectoryName(link)!, blob));
        folder.Write($"{repo}/snapshots/{new string('d', 40)}/old-Q2_K.gguf", Gguf());
        folder.Write($"models--org--Folder/snapshots/{s_commit}/config.json", "{}");
        folder.Write($"models--org--Folder/snapshots/{s_commit}/model.safetensors", Safetensors());
        folder.Write("models--org--Empty/refs/main", "../../../etc");
        folder.Write("datasets--org--Data/snapshots/x/y.gguf", Gguf());
        List<string> problems = [];

        IReadOnlyList<FoundModel> found = Find(new DiscoveryFolders { HuggingFace = folder.Path }, problems);

        Assert.Empty(problems);
        Assert.Equal(
            "org/Folder 14|unsloth/DeepSeek-R1-Distill-Qwen-1.5B-GGUF:Q4_K_M 99",
            string.Join('|', found.Select(m => $"{m.Name} {m.Size}")));
        Assert.Equal(link, found[1].Path);
        Assert.Contains("not R1 itself", found[1].Description, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Store_ModelsAreFoundUnderTheirNames()
    {
        await using Bench bench = new();
        bench.Hub.Files["Model-Q4_K_M.gguf"] = FakeHub.RandomBytes(5000, 1);
        await bench.PullAsync();

        FoundModel found = Assert.Single(Find(new DiscoveryFolders { Store = bench.Store }));

        Assert.Equal(("org/Model-GGUF:Q4_K_M", 5000L, ModelSource.Store), (found.Name, found.Size, found.Source));
        Assert.Equal(found.Path, bench.Store.Resolve(found.Name).Path);
    }

    [Fact]
    public void Nothing_IsFoundNowhere()
    {
        using TempFolder folder = new();
        List<string> problems = [];

        Assert.Empty(Find(new DiscoveryFolders
        {
            Folders = [folder.Path],
            Store = new ModelStore(folder.Below("store")),
            Ollama = folder.Below("ollama"),
            HuggingFace = folder.Below("hub"),
        }, problems));
        Assert.Empty(problems);
    }

    [Fact]
    public void ReferenceModels_AreAllFound()
    {
        string models = SharedData.Path("models");
        List<string> problems = [];

        IReadOnlyList<FoundModel> found = Find(new DiscoveryFolders { Folders = [models] }, problems);

        string[] ggufs = [.. Directory.EnumerateFiles(models, "*.gguf", SearchOption.AllDirectories)];
        Assert.NotEmpty(ggufs);
        Assert.Equal(ggufs.Order(StringComparer.Ordinal), found.Select(m => m.Path).Where(p => !Directory.Exists(p)).Order(StringComparer.Ordinal));
        Assert.Empty(problems);
    }
}
