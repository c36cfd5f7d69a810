using System.Text.Json;
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
    public void FurtherSamplers_AreMappedFromNumbersListsAndJson()
    {
        using JsonDocument json = JsonDocument.Parse("""{"dry_allowed_length": 3, "dry_sequence_breakers": ["a", "b"], "xtc_probability": 0.5}""");
        AdditionalPropertiesDictionary extras = new()
        {
            ["top_n_sigma"] = 1.5, ["typical_p"] = 0.9f, ["xtc_probability"] = json.RootElement.GetProperty("xtc_probability"), ["xtc_threshold"] = 0.2,
            ["dry_multiplier"] = 0.8, ["dry_base"] = 2, ["dry_allowed_length"] = json.RootElement.GetProperty("dry_allowed_length"),
            ["dry_penalty_last_n"] = 100, ["dry_sequence_breakers"] = json.RootElement.GetProperty("dry_sequence_breakers"),
        };
        SamplingParams mapped = ChatOptionsMapping.Sampling(new ChatOptions { AdditionalProperties = extras }, s_start);
        Assert.Equal(
            (1.5f, 0.9f, 0.5f, 0.2f, 0.8f, 2f, 3, 100),
            (mapped.TopNSigma, mapped.TypicalP, mapped.XtcProbability, mapped.XtcThreshold, mapped.DryMultiplier, mapped.DryBase,
                mapped.DryAllowedLength, mapped.DryWindow!.Value));
        Assert.Equal(["a", "b"], mapped.DrySequenceBreakers);
        extras["dry_penalty_last_n"] = -1;
        extras["dry_sequence_breakers"] = new List<string> { "c" };
        mapped = ChatOptionsMapping.Sampling(new ChatOptions { AdditionalProperties = extras }, s_start with { DryWindow = 5 });
        Assert.Null(mapped.DryWindow);
        Assert.Equal(["c"], mapped.DrySequenceBreakers);
    }

    [Theory]
    [InlineData("dry_allowed_length", 2.5, "dry_allowed_length is 2.5; a whole number is expected")]
    [InlineData("dry_sequence_breakers", "a", "dry_sequence_breakers is a; a list of texts is expected")]
    public void FurtherSamplersOfAnotherKind_AreRefused(string name, object value, string message)
    {
        ChatOptions options = new() { AdditionalProperties = new AdditionalPropertiesDictionary { [name] = value } };
        Assert.Equal(message, Assert.Throws<ArgumentException>(() => ChatOptionsMapping.Sampling(options, s_start)).Message);
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
