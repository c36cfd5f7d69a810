using Microsoft.Extensions.AI;

namespace Jevons.Inference.Tests;

public class ChatClientTests
{
    private static readonly SamplingParams s_start = new() { Temperature = 0.6f, TopP = 0.95f };

    [Fact]
    public void Options_AreMapped()
    {
        SamplingParams mapped = ChatOptionsMapping.Sampling(
            new ChatOptions
            {
                Temperature = 0.1f, TopP = 0.2f, TopK = 3, MaxOutputTokens = 4, StopSequences = ["a"], Seed = -1, FrequencyPenalty = 0.5f,
                PresencePenalty = 0.6f, AdditionalProperties = new AdditionalPropertiesDictionary { ["min_p"] = 0.05, ["repetition_penalty"] = 1.1f },
            },
            s_start);
        Assert.Equal(
            (0.1f, 0.2f, 3, 4, ulong.MaxValue, 0.5f, 0.6f, 0.05f, 1.1f),
            (mapped.Temperature, mapped.TopP, mapped.TopK, mapped.MaxTokens!.Value, mapped.Seed!.Value, mapped.FrequencyPenalty,
                mapped.PresencePenalty, mapped.MinP, mapped.RepetitionPenalty));
        Assert.Equal(["a"], mapped.Stop);
        Assert.Equal(s_start, ChatOptionsMapping.Sampling(null, s_start));
        Assert.Equal(s_start, ChatOptionsMapping.Sampling(new ChatOptions { ModelId = "any" }, s_start));
    }

    [Fact]
    public void WhatCannotBeHonoured_IsRefused()
    {
        Assert.Throws<NotSupportedException>(() => ChatOptionsMapping.Sampling(new ChatOptions { ResponseFormat = ChatResponseFormat.Json }, s_start));
        Assert.Throws<NotSupportedException>(() => ChatOptionsMapping.Sampling(
            new ChatOptions { Tools = [AIFunctionFactory.Create(() => 1, "one")] }, s_start));
        Assert.Throws<NotSupportedException>(() => ChatOptionsMapping.Turns(
            [new ChatMessage(ChatRole.User, [new DataContent(new byte[] { 1 }, "image/png")])], null));
    }

    [Fact]
    public void Turns_CarryInstructionsAndLeaveThoughtsOut()
    {
        List<ChatTurn> turns = ChatOptionsMapping.Turns(
            [
                new ChatMessage(ChatRole.User, "2 + 2?"),
                new ChatMessage(ChatRole.Assistant, [new TextReasoningContent("hm"), new TextContent("4")]),
            ],
            "Be brief.");
        Assert.Equal([ChatTurn.System("Be brief."), ChatTurn.User("2 + 2?"), ChatTurn.Assistant("4")], turns);
    }
}
