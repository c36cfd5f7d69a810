using System.Globalization;
using System.Text.Json;
using Jevons.Hub;
using Jevons.Inference;

namespace Jevons.Cli;

/// <summary>What an answer took: lines for people (the first eight as Ollama prints them), properties for programs.</summary>
internal static class GenerationReport
{
    private static readonly CultureInfo s_culture = CultureInfo.InvariantCulture;

    /// <summary>Writes lines.</summary>
    /// <param name="writer">Receives them.</param>
    /// <param name="running">The model.</param>
    /// <param name="result">The answer.</param>
    /// <param name="sampling">How its tokens were chosen.</param>
    public static void Write(TextWriter writer, RunningModel running, GenerationResult result, SamplingParams sampling)
    {
        GenerationTimings timings = result.Timings;
        GenerationUsage usage = result.Usage;
        int computed = usage.PromptTokens - usage.CachedTokens;
        Line("total duration", Go(running.LoadTime + timings.Total));
        Line("load duration", Go(running.LoadTime));
        Line("prompt eval count", Text($"{usage.PromptTokens} token(s)"));
        Line("prompt eval duration", Go(timings.Prompt));
        Line("prompt eval rate", Text($"{Rate(computed, timings.Prompt):F2} tokens/s"));
        Line("eval count", Text($"{usage.CompletionTokens} token(s)"));
        Line("eval duration", Go(timings.Decode));
        Line("eval rate", Text($"{DecodeRate(result):F2} tokens/s"));
        Line("thinking count", Text($"{usage.ReasoningTokens} token(s)"));
        Line("cached count", Text($"{usage.CachedTokens} token(s)"));
        Line("time to first token", Go(timings.TimeToFirstToken));
        if (usage.Speculation.Drafted > 0)
        {
            Line("drafted", Text($"{usage.Speculation.Drafted} token(s), {usage.Speculation.AcceptanceRate:P1} accepted"));
        }

        if (MachineMemory.PeakOfProcess() is long peak)
        {
            Line("peak memory", ByteText.Of(peak));
        }

        Line("sampling", Describe(sampling));
        Line("recommended", running.Model.SamplingDefaults.Reason);
        Line("seed", Text($"{result.Seed}"));
        Line("context", Text($"{usage.PromptTokens + usage.CompletionTokens} of {running.Engine.ContextLength} tokens"));

        void Line(string name, string value) => writer.WriteLine($"{name + ":",-21} {value}");
    }

    /// <summary>Writes the properties usage, timings, sampling, seed and context of an object.</summary>
    public static void Write(Utf8JsonWriter json, RunningModel running, GenerationResult result, SamplingParams sampling)
    {
        GenerationTimings timings = result.Timings;
        GenerationUsage usage = result.Usage;
        json.WriteStartObject("usage");
        json.WriteNumber("prompt_tokens", usage.PromptTokens);
        json.WriteNumber("cached_tokens", usage.CachedTokens);
        json.WriteNumber("completion_tokens", usage.CompletionTokens);
        json.WriteNumber("reasoning_tokens", usage.ReasoningTokens);
        json.WriteNumber("total_tokens", usage.PromptTokens + usage.CompletionTokens);
        json.WriteNumber("drafted_tokens", usage.Speculation.Drafted);
        json.WriteNumber("accepted_draft_tokens", usage.Speculation.Accepted);
        json.WriteEndObject();
        json.WriteStartObject("timings");
        JsonNumbers.Write(json, "load_seconds", running.LoadTime.TotalSeconds);
        JsonNumbers.Write(json, "time_to_first_token_seconds", timings.TimeToFirstToken.TotalSeconds);
        JsonNumbers.Write(json, "prompt_seconds", timings.Prompt.TotalSeconds);
        JsonNumbers.Write(json, "decode_seconds", timings.Decode.TotalSeconds);
        JsonNumbers.Write(json, "prompt_tokens_per_second", Rate(usage.PromptTokens - usage.CachedTokens, timings.Prompt));
        JsonNumbers.Write(json, "tokens_per_second", DecodeRate(result));
        json.WriteEndObject();
        json.WriteStartObject("sampling");
        JsonNumbers.Write(json, "temperature", sampling.Temperature);
        JsonNumbers.Write(json, "top_p", sampling.TopP);
        json.WriteNumber("top_k", sampling.TopK);
        JsonNumbers.Write(json, "min_p", sampling.MinP);
        JsonNumbers.Write(json, "top_n_sigma", sampling.TopNSigma);
        JsonNumbers.Write(json, "typical_p", sampling.TypicalP);
        JsonNumbers.Write(json, "xtc_probability", sampling.XtcProbability);
        JsonNumbers.Write(json, "xtc_threshold", sampling.XtcThreshold);
        JsonNumbers.Write(json, "dry_multiplier", sampling.DryMultiplier);
        JsonNumbers.Write(json, "dry_base", sampling.DryBase);
        json.WriteNumber("dry_allowed_length", sampling.DryAllowedLength);
        json.WriteNumber("dry_penalty_last_n", sampling.DryWindow ?? -1);
        json.WriteStartArray("dry_sequence_breakers");
        foreach (string text in sampling.DrySequenceBreakers)
        {
            json.WriteStringValue(text);
        }

        json.WriteEndArray();
        JsonNumbers.Write(json, "repetition_penalty", sampling.RepetitionPenalty);
        JsonNumbers.Write(json, "presence_penalty", sampling.PresencePenalty);
        JsonNumbers.Write(json, "frequency_penalty", sampling.FrequencyPenalty);
        json.WriteString("recommended", running.Model.SamplingDefaults.Reason);
        json.WriteEndObject();
        json.WriteNumber("seed", result.Seed);
        json.WriteStartObject("context");
        json.WriteNumber("length", running.Engine.ContextLength);
        json.WriteNumber("trained", running.Engine.Plan.TrainedLength);
        json.WriteString("reason", running.Engine.Plan.Reason);
        json.WriteString("cache", running.Engine.Plan.CacheType.ToString().ToLowerInvariant());
        json.WriteEndObject();
        if (MachineMemory.PeakOfProcess() is long peak)
        {
            json.WriteNumber("peak_memory_bytes", peak);
        }
    }

    /// <summary>The values that differ from doing nothing, in one line.</summary>
    public static string Describe(SamplingParams sampling)
    {
        List<string> parts = [Text($"temperature {sampling.Temperature}")];
        Add(sampling.TopK > 0, Text($"top-k {sampling.TopK}"));
        Add(sampling.TopP < 1, Text($"top-p {sampling.TopP}"));
        Add(sampling.MinP > 0, Text($"min-p {sampling.MinP}"));
        Add(sampling.TopNSigma > 0, Text($"top-n-sigma {sampling.TopNSigma}"));
        Add(sampling.TypicalP < 1, Text($"typical-p {sampling.TypicalP}"));
        Add(sampling.XtcProbability > 0, Text($"XTC {sampling.XtcProbability} from {sampling.XtcThreshold}"));
        Add(sampling.DryMultiplier > 0, Text($"DRY {sampling.DryMultiplier} * {sampling.DryBase}^(n - {sampling.DryAllowedLength})"));
        Add(sampling.RepetitionPenalty != 1, Text($"repetition penalty {sampling.RepetitionPenalty}"));
        Add(sampling.PresencePenalty != 0, Text($"presence penalty {sampling.PresencePenalty}"));
        Add(sampling.FrequencyPenalty != 0, Text($"frequency penalty {sampling.FrequencyPenalty}"));
        Add(sampling.LogitBias is { Count: > 0 }, Text($"bias on {sampling.LogitBias?.Count} token(s)"));
        return string.Join(", ", parts);

        void Add(bool isSet, string text)
        {
            if (isSet)
            {
                parts.Add(text);
            }
        }
    }

    /// <summary>What the person should know of how an answer ended, or null when it ended by itself.</summary>
    public static string? Warning(GenerationResult result, RunningModel running, SamplingParams sampling)
    {
        string thinking = result.IsStillThinking ? "; the model was still thinking, so there is no answer" : "";
        return result.FinishReason switch
        {
            FinishReason.Length => Text($"stopped after {sampling.MaxTokens} tokens as --max-tokens asks{thinking}"),
            FinishReason.ContextFull => Text($"the context of {running.Engine.ContextLength} tokens is full, so the answer is cut off here{thinking}; --ctx makes it longer"),
            FinishReason.Stop when result.IsStillThinking => "the model ended its turn without ending its thinking, so there is no answer",
            _ => null,
        };
    }

    /// <summary>The reason's name in the API.</summary>
    public static string NameOf(FinishReason reason) => reason switch
    {
        FinishReason.ContextFull => "context_full",
        _ => reason.ToString().ToLowerInvariant(),
    };

    private static double DecodeRate(GenerationResult result) => Rate(result.Usage.CompletionTokens - 1, result.Timings.Decode);

    private static double Rate(int tokens, TimeSpan time) => tokens > 0 && time > TimeSpan.Zero ? tokens / time.TotalSeconds : 0;

    // Go's spelling of durations, which scripts that read these lines expect.
    private static string Go(TimeSpan time) => time.TotalSeconds switch
    {
        < 0.001 => Text($"{time.TotalMicroseconds:0.###}µs"),
        < 1 => Text($"{time.TotalMilliseconds:0.######}ms"),
        < 60 => Text($"{time.TotalSeconds:0.#######}s"),
        < 3600 => Text($"{(int)time.TotalMinutes}m{time.TotalSeconds % 60:0.#######}s"),
        _ => Text($"{(long)time.TotalHours}h{time.Minutes}m{time.TotalSeconds % 60:0.#######}s"),
    };

    private static string Text(FormattableString text) => text.ToString(s_culture);
}
