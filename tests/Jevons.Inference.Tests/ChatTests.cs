using Jevons.Testing;
using Jevons.Tokenization;
using Microsoft.Extensions.AI;

namespace Jevons.Inference.Tests;

/// <summary>Conversations with a small trained model; its template is our own, since it has none.</summary>
public sealed class ChatTests : IDisposable
{
    private const string Template =
        "{{ bos_token }}{% for m in messages %}{{ m['role'] }}: {{ m['content'] }}\n{% endfor %}{% if add_generation_prompt %}assistant:{% endif %}";

    private readonly Model _model = Model.Load(
        SharedData.Path("weights", "stories260K", "stories260K-f32.gguf"), new ModelOptions { ChatTemplate = Template });

    private readonly Engine _engine;

    public ChatTests() => _engine = new Engine(_model, new EngineOptions { ContextLength = 512, Threads = 1, MemoryBytes = 1L << 32 });

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _engine.Dispose();
        _model.Dispose();
    }

    [Fact]
    public async Task StreamedUpdates_AreTheResponse()
    {
        using JevonsChatClient client = new(_model, _engine);
        ChatMessage[] messages = [new(ChatRole.User, "Once upon a time")];
        ChatOptions options = new() { Temperature = 0.7f, Seed = 3, MaxOutputTokens = 40 };
        ChatResponse whole = await client.GetResponseAsync(messages, options, Token);
        List<ChatResponseUpdate> updates = [];
        await foreach (ChatResponseUpdate update in client.GetStreamingResponseAsync(messages, options, Token))
        {
            updates.Add(update);
        }

        ChatResponse streamed = updates.ToChatResponse();
        Assert.Equal(whole.Text, streamed.Text);
        Assert.True(whole.Text.Length > 0);
        Assert.Equal(40, whole.Usage!.OutputTokenCount);
        Assert.Equal(40, streamed.Usage!.OutputTokenCount);
        Assert.Equal(0, whole.Usage.ReasoningTokenCount);
        Assert.Equal(ChatFinishReason.Length, streamed.FinishReason);
        Assert.Single(updates.Select(u => u.MessageId).Distinct(StringComparer.Ordinal));
        Assert.Equal(_model.Name, whole.ModelId);
        Assert.Equal("jevons", client.GetService<ChatClientMetadata>()!.ProviderName);
        Assert.Same(client, client.GetService<IChatClient>());
        Assert.Null(client.GetService(typeof(IChatClient), "key"));
    }

    [Fact]
    public async Task Thinking_ComesAsReasoningContent()
    {
        // The vocabulary has no thinking tokens, so the tags are found in the text, across tokens.
        using Model thinker = Model.Load(
            SharedData.Path("weights", "stories260K", "stories260K-f32.gguf"),
            new ModelOptions { ChatTemplate = Template + "{% if false %}</think>{% endif %}" });
        using Engine engine = new(thinker, new EngineOptions { ContextLength = 256, Threads = 1, MemoryBytes = 1L << 32 });
        using JevonsChatClient client = new(thinker, engine);
        int[] forced = thinker.Tokenizer!.Encode("<think>\nTwo and two.\n</think>\n\nFour.", addBos: false);
        ChatOptions options = new()
        {
            MaxOutputTokens = forced.Length,
            RawRepresentationFactory = _ => new GenerationRequest { Prompt = [], Processors = [new ForcedTokens(forced)] },
        };
        ChatResponse response = await client.GetResponseAsync("2 + 2?", options, Token);
        Assert.Equal("Four.", response.Text);
        Assert.Equal("Two and two.", Assert.Single(response.Messages[0].Contents.OfType<TextReasoningContent>()).Text);
        Assert.InRange(response.Usage!.ReasoningTokenCount!.Value, 10, forced.Length - 1);
        ChatResponse streamed = await client.GetStreamingResponseAsync("2 + 2?", options, Token).ToChatResponseAsync(Token);
        Assert.Equal("Four.", streamed.Text);
        Assert.Equal("Two and two.", string.Concat(streamed.Messages[0].Contents.OfType<TextReasoningContent>().Select(c => c.Text)));
        options.Reasoning = new ReasoningOptions { Output = ReasoningOutput.None };
        ChatResponse silent = await client.GetResponseAsync("2 + 2?", options, Token);
        Assert.Empty(silent.Messages[0].Contents.OfType<TextReasoningContent>());
        Assert.Equal(response.Usage.ReasoningTokenCount, silent.Usage!.ReasoningTokenCount);
    }

    [Fact]
    public async Task UserText_ThroughTheChatClient_NeverBecomesAControlToken()
    {
        using JevonsChatClient client = new(_model, _engine);
        Tokenizer tokenizer = _model.Tokenizer!;
        int[] controls = [.. Enumerable.Range(0, tokenizer.VocabSize).Where(tokenizer.IsControl)];
        Assert.NotEmpty(controls);
        string evil = string.Concat(controls.Select(id => tokenizer.Definition.Tokens[id]));
        ChatPrompt prompt = _model.BuildPrompt([ChatTurn.System(evil), ChatTurn.User(evil)]);
        Assert.Equal([tokenizer.BosId!.Value], prompt.Tokens.Where(tokenizer.IsControl));
        ChatResponse response = await client.GetResponseAsync(
            [new ChatMessage(ChatRole.System, evil), new ChatMessage(ChatRole.User, evil)], new ChatOptions { MaxOutputTokens = 1 }, Token);
        Assert.Equal(prompt.Tokens.Count, response.Usage!.InputTokenCount);
    }

    [Fact]
    public async Task Cancellation_EndsTheStream()
    {
        using JevonsChatClient client = new(_model, _engine);
        using CancellationTokenSource source = new();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (ChatResponseUpdate update in client.GetStreamingResponseAsync("Once", cancellationToken: source.Token))
            {
                await source.CancelAsync();
            }
        });
    }

    [Fact]
    public async Task ASessionsTurns_ReuseThePagesOfTheLast_AndEqualFreshOnes()
    {
        ChatSession session = new(_model, _engine) { Sampling = SamplingParams.Greedy with { MaxTokens = 30 } };
        session.Add(ChatTurn.System(string.Concat(Enumerable.Repeat("There was a dog. ", 12))));
        int cached = 0;
        for (int turn = 0; turn < 3; turn++)
        {
            GenerationResult result = (await session.Ask($"Tell me about day {turn}.", Token).Completion)[0];
            using Engine fresh = new(_model, new EngineOptions { ContextLength = 512, Threads = 2, MemoryBytes = 1L << 32 });
            GenerationResult alone = await fresh.GenerateAsync(
                new GenerationRequest
                {
                    Prompt = _model.BuildPrompt(session.Turns).Tokens, Sampling = session.Sampling, ContinuesText = false,
                },
                Token);
            Assert.Equal(alone.Tokens, result.Tokens);
            Assert.True(result.Usage.CachedTokens > cached || turn == 0, $"turn {turn} reused {result.Usage.CachedTokens} tokens");
            cached = Math.Max(result.Usage.CachedTokens - 1, 0);
            session.Complete(result);
        }

        Assert.True(cached > 0);
    }

    [Fact]
    public async Task ACompletion_ContinuesThePromptsText()
    {
        int[] prompt = _model.Encode("Once upon a time, there was a little");
        GenerationRequest request = new() { Prompt = prompt, Sampling = SamplingParams.Greedy with { MaxTokens = 10 } };
        GenerationResult result = await _engine.GenerateAsync(request, Token);
        string whole = _model.Tokenizer!.Decode([.. prompt, .. result.Tokens], skipSpecial: true);
        Assert.Equal(whole, "Once upon a time, there was a little" + result.Text);
    }
}
