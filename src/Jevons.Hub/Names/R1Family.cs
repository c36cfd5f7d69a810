namespace Jevons.Hub;

/// <summary>
/// The models that have short names. Sizes are those of the published Q4_K_M files; cache widths follow from each model's
/// config.json (layers, key-value heads, head width). "deepseek-r1:8b" is the Llama distill of January 2025; the Qwen3 distill
/// of May 2025 is "8b-0528".
/// </summary>
public static class R1Family
{
    private const string NotR1 = "a dense distill, not R1 itself";

    /// <summary>All models with short names: the distills from small to large, then the mixtures of experts.</summary>
    public static IReadOnlyList<FamilyModel> Models { get; } =
    [
        Distill("1.5b", "DeepSeek-R1-Distill-Qwen-1.5B", 1_120_000_000, 1.78, Cache(28, 2), "Apache-2.0 base, MIT",
            $"R1's answers taught to Qwen2.5-Math 1.5B: {NotR1}"),
        Distill("7b", "DeepSeek-R1-Distill-Qwen-7B", 4_680_000_000, 7.62, Cache(28, 4), "Apache-2.0 base, MIT",
            $"R1's answers taught to Qwen2.5-Math 7B: {NotR1}"),
        Distill("8b", "DeepSeek-R1-Distill-Llama-8B", 4_920_000_000, 8.03, Cache(32, 8), "Llama 3.1 licence, MIT",
            $"R1's answers taught to Llama 3.1 8B: {NotR1}"),
        Distill("8b-0528", "DeepSeek-R1-0528-Qwen3-8B", 5_027_785_216, 8.19, Cache(36, 8), "MIT",
            "R1-0528's answers taught to Qwen3 8B: a dense distill, not R1-0528 itself"),
        Distill("14b", "DeepSeek-R1-Distill-Qwen-14B", 8_990_000_000, 14.77, Cache(48, 8), "Apache-2.0 base, MIT",
            $"R1's answers taught to Qwen2.5 14B: {NotR1}"),
        Distill("32b", "DeepSeek-R1-Distill-Qwen-32B", 19_851_335_584, 32.76, Cache(64, 8), "Apache-2.0 base, MIT",
            $"R1's answers taught to Qwen2.5 32B: {NotR1}"),
        Distill("70b", "DeepSeek-R1-Distill-Llama-70B", 42_520_000_000, 70.55, Cache(80, 8), "Llama 3.3 licence, MIT",
            $"R1's answers taught to Llama 3.3 70B: {NotR1}"),
        Expert("deepseek-r1:671b", ["r1:671b", "671b"], "DeepSeek-R1", FamilyKind.Reasoner,
            "DeepSeek-R1 itself (January 2025): 671B parameters, 37B active per token"),
        Expert("deepseek-r1:671b-0528", ["r1:671b-0528", "671b-0528", "r1-0528", "deepseek-r1-0528"], "DeepSeek-R1-0528",
            FamilyKind.Reasoner, "DeepSeek-R1-0528 itself (May 2025): 671B parameters, 37B active per token"),
        Expert("deepseek-v3:671b", ["v3:671b", "deepseek-v3", "v3"], "DeepSeek-V3", FamilyKind.Chat,
            "DeepSeek-V3 (December 2024), the base that R1 was trained from: it answers without thinking"),
        Expert("deepseek-v3:0324", ["v3:0324", "v3-0324", "deepseek-v3-0324"], "DeepSeek-V3-0324", FamilyKind.Chat,
            "DeepSeek-V3 (March 2025): it answers without thinking"),
        new FamilyModel
        {
            ShortName = "deepseek-v2:lite",
            Aliases = ["deepseek-v2:lite", "deepseek-v2:16b", "deepseek-v2-lite", "v2-lite", "v2:lite", "deepseek-v2-lite-chat"],
            Title = "DeepSeek-V2-Lite-Chat",
            Repository = "mradermacher/DeepSeek-V2-Lite-Chat-GGUF",
            Bytes = 10_364_416_768,
            Billions = 15.71,
            CacheBytesPerToken = LatentCache(27),
            Kind = FamilyKind.Chat,
            Licence = "DeepSeek model licence",
            Description = "the smallest mixture of experts of the line (May 2024), 2.4B active: it answers without thinking",
        },
    ];

    /// <summary>The model that a short name means.</summary>
    /// <param name="shortName">A short name in any case.</param>
    /// <returns>The model, or null.</returns>
    public static FamilyModel? Find(string shortName)
    {
        ArgumentNullException.ThrowIfNull(shortName);
        return Models.FirstOrDefault(m => m.Aliases.Contains(shortName, StringComparer.OrdinalIgnoreCase));
    }

    /// <summary>The model whose GGUF files a repository holds, whoever published them.</summary>
    /// <param name="repository">A repository such as <c>bartowski/DeepSeek-R1-Distill-Qwen-7B-GGUF</c>.</param>
    /// <returns>The model, or null.</returns>
    public static FamilyModel? OfRepository(string repository)
    {
        ArgumentNullException.ThrowIfNull(repository);
        string name = repository[(repository.LastIndexOf('/') + 1)..];
        name = name.EndsWith("-GGUF", StringComparison.OrdinalIgnoreCase) ? name[..^5] : name;
        return Models.FirstOrDefault(m => m.Title.Equals(name, StringComparison.OrdinalIgnoreCase)
            || name.EndsWith($"_{m.Title}", StringComparison.OrdinalIgnoreCase));
    }

    private static FamilyModel Distill(string tag, string title, long bytes, double billions, long cache, string licence, string description)
    {
        string name = title.ToLowerInvariant();
        return new FamilyModel
        {
            ShortName = $"deepseek-r1:{tag}",
            Aliases = [$"deepseek-r1:{tag}", $"r1:{tag}", tag, name, name["deepseek-".Length..]],
            Title = title,
            Repository = $"unsloth/{title}-GGUF",
            Bytes = bytes,
            Billions = billions,
            CacheBytesPerToken = cache,
            Kind = FamilyKind.Distill,
            Licence = licence,
            Description = description,
        };
    }

    private static FamilyModel Expert(string shortName, string[] aliases, string title, FamilyKind kind, string description) => new()
    {
        ShortName = shortName,
        Aliases = [shortName, .. aliases],
        Title = title,
        Repository = $"unsloth/{title}-GGUF",
        Bytes = 404_900_000_000,
        Billions = 671,
        CacheBytesPerToken = LatentCache(61),
        Kind = kind,
        Description = description,
    };

    // Keys and values of 128-wide heads in f16: every distill has that head width.
    private static long Cache(int layers, int kvHeads) => 2L * 2 * layers * kvHeads * 128;

    // MLA keeps one latent of 512 + 64 per layer instead of keys and values.
    private static long LatentCache(int layers) => 2L * layers * 576;
}
