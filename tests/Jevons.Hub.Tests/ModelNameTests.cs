using FsCheck;
using FsCheck.Fluent;

namespace Jevons.Hub.Tests;

public sealed class ModelNameTests
{
    [Theory]
    [InlineData("unsloth/DeepSeek-R1-Distill-Qwen-1.5B-GGUF:Q4_K_M", "unsloth/DeepSeek-R1-Distill-Qwen-1.5B-GGUF", "Q4_K_M", null)]
    [InlineData("org/repo", "org/repo", null, null)]
    [InlineData("  org/repo  ", "org/repo", null, null)]
    [InlineData("org/repo:q8_0", "org/repo", "Q8_0", null)]
    [InlineData("org/repo:ud-iq1_s", "org/repo", "UD-IQ1_S", null)]
    [InlineData("org/repo:sub/File-x.gguf", "org/repo", "sub/File-x.gguf", null)]
    [InlineData("org/repo@v1.0", "org/repo", null, "v1.0")]
    [InlineData("org/repo@main", "org/repo", null, null)]
    [InlineData("org/repo:Q4_0@refs/pr/3", "org/repo", "Q4_0", "refs/pr/3")]
    [InlineData("org/repo@refs/pr/3:Q4_0", "org/repo", "Q4_0", "refs/pr/3")]
    [InlineData("hf.co/org/repo:Q4_K_M", "org/repo", "Q4_K_M", null)]
    [InlineData("https://huggingface.co/org/repo", "org/repo", null, null)]
    [InlineData("https://huggingface.co/org/repo/", "org/repo", null, null)]
    [InlineData("HTTPS://HuggingFace.co/org/repo:Q4_K_M@dev", "org/repo", "Q4_K_M", "dev")]
    [InlineData("https://huggingface.co/org/repo/tree/main", "org/repo", null, null)]
    [InlineData("https://huggingface.co/org/repo/tree/main/BF16", "org/repo", null, null)]
    [InlineData("https://huggingface.co/org/repo/resolve/abc/sub/a%20b.gguf?download=true", "org/repo", "sub/a b.gguf", "abc")]
    [InlineData("https://huggingface.co/org/repo/blob/main/x-Q2_K.gguf#L1", "org/repo", "x-Q2_K.gguf", null)]
    public void Parse_RepositoryNames(string text, string repository, string? variant, string? revision)
    {
        ModelName name = ModelName.Parse(text);

        Assert.Equal((repository, variant, revision), (name.Repository, name.Variant, name.Revision));
        Assert.Equal(name, ModelName.Parse(name.ToString()));
    }

    [Theory]
    [InlineData("deepseek-r1:1.5b", "unsloth/DeepSeek-R1-Distill-Qwen-1.5B-GGUF:Q4_K_M")]
    [InlineData("r1:1.5B", "unsloth/DeepSeek-R1-Distill-Qwen-1.5B-GGUF:Q4_K_M")]
    [InlineData("7b", "unsloth/DeepSeek-R1-Distill-Qwen-7B-GGUF:Q4_K_M")]
    [InlineData("r1:8b", "unsloth/DeepSeek-R1-Distill-Llama-8B-GGUF:Q4_K_M")]
    [InlineData("r1:8b-0528", "unsloth/DeepSeek-R1-0528-Qwen3-8B-GGUF:Q4_K_M")]
    [InlineData("14b", "unsloth/DeepSeek-R1-Distill-Qwen-14B-GGUF:Q4_K_M")]
    [InlineData("32b", "unsloth/DeepSeek-R1-Distill-Qwen-32B-GGUF:Q4_K_M")]
    [InlineData("deepseek-r1:70b", "unsloth/DeepSeek-R1-Distill-Llama-70B-GGUF:Q4_K_M")]
    [InlineData("671b", "unsloth/DeepSeek-R1-GGUF:Q4_K_M")]
    [InlineData("r1-0528", "unsloth/DeepSeek-R1-0528-GGUF:Q4_K_M")]
    [InlineData("v3", "unsloth/DeepSeek-V3-GGUF:Q4_K_M")]
    [InlineData("V2-Lite", "mradermacher/DeepSeek-V2-Lite-Chat-GGUF:Q4_K_M")]
    [InlineData("r1-distill-qwen-7b", "unsloth/DeepSeek-R1-Distill-Qwen-7B-GGUF:Q4_K_M")]
    [InlineData("r1:7b:q8_0", "unsloth/DeepSeek-R1-Distill-Qwen-7B-GGUF:Q8_0")]
    [InlineData("r1:7b-Q6_K", "unsloth/DeepSeek-R1-Distill-Qwen-7B-GGUF:Q6_K")]
    [InlineData("deepseek-r1:671b-ud-iq1_s", "unsloth/DeepSeek-R1-GGUF:UD-IQ1_S")]
    [InlineData("r1:7b@dev", "unsloth/DeepSeek-R1-Distill-Qwen-7B-GGUF:Q4_K_M@dev")]
    public void Parse_ShortNames(string text, string full)
    {
        ModelName name = ModelName.Parse(text);

        Assert.Equal(full, name.ToString());
        Assert.NotNull(name.Family);
    }

    [Theory]
    [InlineData("deepseek-r1:7c", "deepseek-r1:7b")]
    [InlineData("depseek-r1:14b", "deepseek-r1:14b")]
    [InlineData("r1:1.5", "r1:1.5b")]
    [InlineData("deepseek-r1", "deepseek-r1:671b")]
    [InlineData("r1", "deepseek-r1:1.5b")]
    [InlineData("zzzzzzzzzzzzzzzz", "deepseek-r1:7b")]
    [InlineData("", "empty")]
    [InlineData("   ", "empty")]
    [InlineData("org/", "org/repo[:quant]")]
    [InlineData("a/b/c", "org/repo[:quant]")]
    [InlineData("../x", "org/repo[:quant]")]
    [InlineData("org/..", "org/repo[:quant]")]
    [InlineData("org/repo:../../etc/passwd", "neither a quantisation nor a file")]
    [InlineData("org/repo:", "neither a quantisation nor a file")]
    [InlineData("org/repo@", "revision")]
    [InlineData("org/repo@../x", "revision")]
    [InlineData("org/repo@-x", "revision")]
    [InlineData("https://example.com/org/repo", "outside huggingface.co")]
    public void Parse_WhatIsNoName_SaysWhatIsExpected(string text, string said)
    {
        HubException e = Assert.Throws<HubException>(() => ModelName.Parse(text));

        Assert.Equal(HubErrorKind.Usage, e.Kind);
        Assert.Contains(said, e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Description_TellsDistillsFromR1()
    {
        Assert.Contains("not R1 itself", ModelName.Parse("r1:7b").Description, StringComparison.Ordinal);
        Assert.Contains("DeepSeek-R1 itself", ModelName.Parse("r1:671b").Description, StringComparison.Ordinal);
        Assert.Contains("not R1 itself", ModelName.Parse("bartowski/DeepSeek-R1-Distill-Llama-8B-GGUF:Q8_0").Description, StringComparison.Ordinal);
        Assert.Contains("R1-0528 itself", ModelName.Parse("bartowski/deepseek-ai_DeepSeek-R1-0528-GGUF").Description, StringComparison.Ordinal);
        Assert.Contains("without thinking", ModelName.Parse("v3").Description, StringComparison.Ordinal);
        Assert.Equal("Q4_0 of org/repo", ModelName.Parse("org/repo:Q4_0").Description);
    }

    [Fact]
    public void Family_AliasesAreUniqueAndEveryNameParsesToItsModel()
    {
        List<string> aliases = [.. R1Family.Models.SelectMany(m => m.Aliases)];

        Assert.Equal(aliases.Count, aliases.Distinct(StringComparer.OrdinalIgnoreCase).Count());
        Assert.All(R1Family.Models, m => Assert.Contains(m.ShortName, m.Aliases, StringComparer.Ordinal));
        Assert.All(R1Family.Models, m => Assert.All(m.Aliases, a => Assert.Same(m, ModelName.Parse(a).Family)));
        Assert.All(R1Family.Models, m => Assert.Same(m, R1Family.OfRepository(m.Repository)));
    }

    [Fact]
    public void Parse_AnyText_IsANameOrAUsageError()
    {
        Arbitrary<string> texts = Gen.ArrayOf(Gen.Elements("ab1/:@.-_%?# \\\u0000é".ToCharArray())).Select(c => new string(c)).ToArbitrary();
        Prop.ForAll(texts, text =>
        {
            try
            {
                ModelName name = ModelName.Parse(text);
                return name == ModelName.Parse(name.ToString());
            }
            catch (HubException e)
            {
                return e.Kind == HubErrorKind.Usage;
            }
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(2000));
    }

    [Theory]
    [InlineData("Model-Q4_K_M", "Q4_K_M")]
    [InlineData("model.q4_k_m", "Q4_K_M")]
    [InlineData("DeepSeek-R1-UD-IQ1_S", "UD-IQ1_S")]
    [InlineData("DeepSeek-R1-UD-Q2_K_XL", "UD-Q2_K_XL")]
    [InlineData("DeepSeek-V2-Lite-Chat.i1-IQ4_XS", "IQ4_XS")]
    [InlineData("x-BF16", "BF16")]
    [InlineData("x.f16", "F16")]
    [InlineData("x_Q8_0", "Q8_0")]
    [InlineData("gpt-MXFP4_MOE", "MXFP4_MOE")]
    [InlineData("stories260K", null)]
    [InlineData("FAQ4", null)]
    [InlineData("DeepSeek-R1-Distill-Qwen-7B", null)]
    public void QuantLabel_OfStem(string stem, string? label) => Assert.Equal(label, QuantLabel.OfStem(stem));

    [Theory]
    [InlineData("m-Q4_0-00002-of-00003.gguf", "m-Q4_0", 2, 3)]
    [InlineData("m-00001-of-00001.GGUF", "m", 1, 1)]
    [InlineData("-00001-of-00002.gguf", "", 1, 2)]
    [InlineData("m.gguf", "m", 1, 1)]
    [InlineData("m-0001-of-00003.gguf", "m-0001-of-00003", 1, 1)]
    [InlineData("m-00001-of-0000x.gguf", "m-00001-of-0000x", 1, 1)]
    [InlineData("m-00001xofx00003.gguf", "m-00001xofx00003", 1, 1)]
    public void QuantLabel_SplitStem(string file, string stem, int part, int count)
    {
        Assert.Equal(stem, QuantLabel.SplitStem(file, out int foundPart, out int foundCount));
        Assert.Equal((part, count), (foundPart, foundCount));
    }
}
