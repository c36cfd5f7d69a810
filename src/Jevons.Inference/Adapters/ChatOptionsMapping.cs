using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.AI;

namespace Jevons.Inference;

/// <summary>Translates requests of Microsoft.Extensions.AI; what cannot be honoured is refused, never dropped in silence.</summary>
internal static class ChatOptionsMapping
{
    public static List<ChatTurn> Turns(IEnumerable<ChatMessage> messages, string? instructions)
    {
        List<ChatTurn> turns = [];
        if (!string.IsNullOrEmpty(instructions))
        {
            turns.Add(ChatTurn.System(instructions));
        }

        foreach (ChatMessage message in messages)
        {
            foreach (AIContent content in message.Contents)
            {
                if (content is not (TextContent or TextReasoningContent or UsageContent))
                {
                    throw new NotSupportedException($"a message holds {content.GetType().Name}; this client takes text only");
                }
            }

            turns.Add(new ChatTurn(message.Role.Value, message.Text));
        }

        return turns;
    }

    public static SamplingParams Sampling(ChatOptions? options, SamplingParams start)
    {
        if (options is null)
        {
            return start;
        }

        Refuse(options);
        return start with
        {
            Temperature = options.Temperature ?? start.Temperature,
            TopP = options.TopP ?? start.TopP,
            TopK = options.TopK ?? start.TopK,
            MinP = Extra(options, "min_p") ?? start.MinP,
            TopNSigma = Extra(options, "top_n_sigma") ?? start.TopNSigma,
            TypicalP = Extra(options, "typical_p") ?? start.TypicalP,
            XtcProbability = Extra(options, "xtc_probability") ?? start.XtcProbability,
            XtcThreshold = Extra(options, "xtc_threshold") ?? start.XtcThreshold,
            DryMultiplier = Extra(options, "dry_multiplier") ?? start.DryMultiplier,
            DryBase = Extra(options, "dry_base") ?? start.DryBase,
            DryAllowedLength = ExtraInteger(options, "dry_allowed_length") ?? start.DryAllowedLength,
            DryWindow = ExtraInteger(options, "dry_penalty_last_n") switch
            {
                null => start.DryWindow,
                -1 => null,
                int window => window,
            },
            DrySequenceBreakers = ExtraTexts(options, "dry_sequence_breakers") ?? start.DrySequenceBreakers,
            RepetitionPenalty = Extra(options, "repetition_penalty") ?? start.RepetitionPenalty,
            FrequencyPenalty = options.FrequencyPenalty ?? start.FrequencyPenalty,
            PresencePenalty = options.PresencePenalty ?? start.PresencePenalty,
            Seed = options.Seed is long seed ? unchecked((ulong)seed) : start.Seed,
            MaxTokens = options.MaxOutputTokens ?? start.MaxTokens,
            Stop = options.StopSequences is { Count: > 0 } stop ? [.. stop] : start.Stop,
        };
    }

    private static void Refuse(ChatOptions options)
    {
        if (options.Tools is { Count: > 0 } && options.ToolMode is not NoneChatToolMode)
        {
            throw new NotSupportedException("this client does not call tools; leave ChatOptions.Tools empty or set ToolMode to None");
        }

        if (options.ResponseFormat is not (null or ChatResponseFormatText))
        {
            throw new NotSupportedException("this client cannot constrain its output; leave ChatOptions.ResponseFormat empty or set it to Text");
        }

#pragma warning disable MEAI001 // These two are refused, so nothing depends on their shape.
        if (options.ContinuationToken is not null || options.AllowBackgroundResponses is true)
        {
            throw new NotSupportedException("this client has no background responses and continues none");
        }
#pragma warning restore MEAI001
    }

    private static float? Extra(ChatOptions options, string name) => Value(options, name) switch
    {
        null => null,
        JsonElement { ValueKind: JsonValueKind.Number } json => json.GetSingle(),
        object value => Convert.ToSingle(value, CultureInfo.InvariantCulture),
    };

    private static int? ExtraInteger(ChatOptions options, string name) => Value(options, name) switch
    {
        null => null,
        int value => value,
        JsonElement { ValueKind: JsonValueKind.Number } json when json.TryGetInt32(out int value) => value,
        object value when Convert.ToDouble(value is JsonElement json ? json.ToString() : value, CultureInfo.InvariantCulture) is double number
            && number == Math.Truncate(number) && Math.Abs(number) <= int.MaxValue => (int)number,
        object value => throw new ArgumentException($"{name} is {value}; a whole number is expected"),
    };

    private static IReadOnlyList<string>? ExtraTexts(ChatOptions options, string name) => Value(options, name) switch
    {
        null => null,
        IEnumerable<string> texts => [.. texts],
        JsonElement { ValueKind: JsonValueKind.Array } json when json.EnumerateArray().All(e => e.ValueKind == JsonValueKind.String) =>
            [.. json.EnumerateArray().Select(e => e.GetString()!)],
        object value => throw new ArgumentException($"{name} is {value}; a list of texts is expected"),
    };

    private static object? Value(ChatOptions options, string name) =>
        options.AdditionalProperties is { } extras && extras.TryGetValue(name, out object? value) ? value : null;
}
