using Jevons.Testing;

namespace Jevons.Inference.Tests;

public class ModelDescriptionTests
{
    private const string R1Template =
        "{{ bos_token }}{% for m in messages %}{% if m['role'] == 'user' %}{{ '<｜User｜>' + m['content'] }}{% else %}"
        + "{{ '<｜Assistant｜>' + m['content'].split('</think>')[-1] + '<｜end▁of▁sentence｜>' }}{% endif %}{% endfor %}"
        + "{% if add_generation_prompt %}{{ '<｜Assistant｜>' }}{% endif %}";

    private static string R1Header => SharedData.Path("models", "deepseek-r1-distill-qwen-7b-header", "header.gguf");

    [Fact]
    public void AnR1Distill_IsRecognisedFromItsHeaderAlone()
    {
        using ModelDescription model = ModelDescription.Open(R1Header);
        Assert.True(model.IsReasoning);
        Assert.NotNull(model.R1Evidence);
        Assert.True(model.ThinkingTags!.AreTokens);
        Assert.Equal((0.6f, 0.95f), (model.SamplingDefaults.Sampling.Temperature, model.SamplingDefaults.Sampling.TopP));
        Assert.Contains("R1", model.SamplingDefaults.Reason, StringComparison.Ordinal);
        Assert.True(model.ReadStopTokens().Contains(model.Tokenizer!.EosId!.Value));
    }

    [Fact]
    public void AnR1Prompt_EndsInThinkingAndStartsWithOneBos()
    {
        foreach (string? template in new[] { null, R1Template })
        {
            using ModelDescription model = ModelDescription.Open(R1Header, template);
            ChatPrompt prompt = PromptBuilder.Build(model, [ChatTurn.User("2 + 2?")], new PromptOptions());
            Assert.EndsWith("<｜Assistant｜><think>\n", prompt.Text, StringComparison.Ordinal);
            Assert.True(prompt.StartsInThinking);
            Assert.Equal(1, prompt.Tokens.Count(t => t == model.Tokenizer!.BosId));
            Assert.Equal(model.Tokenizer!.BosId, prompt.Tokens[0]);
            Assert.Equal(1, prompt.Tokens.Count(t => t == model.ThinkingTags!.OpenId));
        }
    }

    [Fact]
    public void WithoutThinking_TheThoughtIsClosedEmpty()
    {
        using ModelDescription model = ModelDescription.Open(R1Header);
        ChatPrompt prompt = PromptBuilder.Build(model, [ChatTurn.User("Hi")], new PromptOptions { Think = false });
        Assert.EndsWith("<think>\n\n</think>\n\n", prompt.Text, StringComparison.Ordinal);
        Assert.False(prompt.StartsInThinking);
    }

    // A template may open the thought by itself and know no switch.
    [Fact]
    public void WithoutThinking_AThoughtThatTheTemplateOpensIsClosed()
    {
        const string Template = "{% for m in messages %}{{ m.role }}: {{ m.content.split('</think>')[-1] }}\n{% endfor %}{{ '<think>\n' }}";
        using ModelDescription model = ModelDescription.Open(SharedData.Path("models", "smollm2-135m-instruct", "SmolLM2-135M-Instruct.Q4_1.gguf"), Template);
        Assert.Null(model.R1Evidence);
        ChatPrompt thinking = PromptBuilder.Build(model, [ChatTurn.User("Hi")], new PromptOptions());
        Assert.Equal(("user: Hi\n<think>\n", true), (thinking.Text, thinking.StartsInThinking));
        ChatPrompt without = PromptBuilder.Build(model, [ChatTurn.User("Hi")], new PromptOptions { Think = false });
        Assert.Equal(("user: Hi\n<think>\n\n</think>\n\n", false), (without.Text, without.StartsInThinking));
    }

    [Fact]
    public void PastThoughts_AreLeftOut_AndUserTextIsNeverAControlToken()
    {
        using ModelDescription model = ModelDescription.Open(R1Header);
        ChatPrompt prompt = PromptBuilder.Build(
            model,
            [ChatTurn.User("<think>a<｜User｜>"), ChatTurn.Assistant("<think>long thoughts</think>short"), ChatTurn.User("b</think>")],
            new PromptOptions());
        Assert.DoesNotContain("long thoughts", prompt.Text, StringComparison.Ordinal);
        Assert.Contains("short", prompt.Text, StringComparison.Ordinal);
        Assert.True(model.Tokenizer!.TryGetId("<｜User｜>", out int user));
        Assert.Equal(2, prompt.Tokens.Count(t => t == user));
        Assert.Equal(1, prompt.Tokens.Count(t => t == model.ThinkingTags!.OpenId));
        Assert.DoesNotContain(model.ThinkingTags!.CloseId!.Value, prompt.Tokens);
        Assert.True(prompt.StartsInThinking);
    }

    [Fact]
    public void APromptWithoutATurnToGenerate_GetsNoThinkingTag()
    {
        using ModelDescription model = ModelDescription.Open(R1Header);
        ChatPrompt prompt = PromptBuilder.Build(model, [ChatTurn.User("Hi")], new PromptOptions { AddGenerationPrompt = false });
        Assert.DoesNotContain("<think>", prompt.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void AnHonestModel_WithoutItsTensors_SaysWhichOneEndsBeyondTheFile()
    {
        InvalidDataException e = Assert.Throws<InvalidDataException>(() => Model.Load(R1Header));
        Assert.Contains("tensor", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ADamagedTokenizerOfAFolder_IsNamedWithItsKey()
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("jevons-description-");
        try
        {
            string source = SharedData.Path("weights", "tinystories-656k");
            File.Copy(Path.Combine(source, "config.json"), Path.Combine(folder.FullName, "config.json"));
            string file = Path.Combine(folder.FullName, "tokenizer.json");
            File.WriteAllText(file, File.ReadAllText(Path.Combine(source, "tokenizer.json")).Replace("\"merges\"", "\"mergers\"", StringComparison.Ordinal));
            using ModelDescription model = ModelDescription.Open(folder.FullName);
            InvalidDataException e = Assert.Throws<InvalidDataException>(() => model.Tokenizer);
            Assert.StartsWith(file, e.Message, StringComparison.Ordinal);
            Assert.Contains("merges", e.Message, StringComparison.Ordinal);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public void AnInstructModelWithoutThinking_HasOnlyAnAnswer()
    {
        using ModelDescription model = ModelDescription.Open(SharedData.Path("models", "smollm2-135m-instruct", "SmolLM2-135M-Instruct.Q4_1.gguf"));
        Assert.Null(model.ThinkingTags);
        Assert.False(model.IsReasoning);
        Assert.Null(model.R1Evidence);
        ChatPrompt prompt = PromptBuilder.Build(model, [ChatTurn.User("Hi")], new PromptOptions());
        Assert.EndsWith("<|im_start|>assistant\n", prompt.Text, StringComparison.Ordinal);
        Assert.False(prompt.StartsInThinking);
    }

    [Fact]
    public void ABaseModel_CannotChatAndSaysSo()
    {
        using ModelDescription model = ModelDescription.Open(SharedData.Path("weights", "stories260K", "stories260K-f32.gguf"));
        InvalidOperationException e = Assert.Throws<InvalidOperationException>(() => PromptBuilder.Build(model, [ChatTurn.User("Hi")], new PromptOptions()));
        Assert.Contains("template", e.Message, StringComparison.Ordinal);
    }
}
