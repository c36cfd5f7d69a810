using System.Globalization;
using Jevons.Hub;
using Jevons.Inference;

namespace Jevons.Cli;

/// <summary>The chat's settings: /set and /think.</summary>
/// <param name="context">Where to answer.</param>
internal sealed class ChatSettings(CliContext context)
{
    private static readonly CultureInfo s_culture = CultureInfo.InvariantCulture;

    private static readonly Dictionary<string, Func<SamplingParams, string, SamplingParams>> s_parameters = new(StringComparer.Ordinal)
    {
        ["temperature"] = (s, v) => s with { Temperature = Number(v) },
        ["top_p"] = (s, v) => s with { TopP = Number(v) },
        ["top_k"] = (s, v) => s with { TopK = Integer(v) },
        ["min_p"] = (s, v) => s with { MinP = Number(v) },
        ["top_n_sigma"] = (s, v) => s with { TopNSigma = Number(v) },
        ["typical_p"] = (s, v) => s with { TypicalP = Number(v) },
        ["xtc_probability"] = (s, v) => s with { XtcProbability = Number(v) },
        ["xtc_threshold"] = (s, v) => s with { XtcThreshold = Number(v) },
        ["dry_multiplier"] = (s, v) => s with { DryMultiplier = Number(v) },
        ["dry_base"] = (s, v) => s with { DryBase = Number(v) },
        ["dry_allowed_length"] = (s, v) => s with { DryAllowedLength = Integer(v) },
        ["dry_penalty_last_n"] = (s, v) => s with { DryWindow = SamplingOptions.ParseWindow(Integer(v)) },
        ["dry_sequence_breaker"] = (s, v) =>
            s with { DrySequenceBreakers = v == "-" ? [] : [.. s.DrySequenceBreakers, .. SamplingOptions.ParseBreakers([v])] },
        ["seed"] = (s, v) => s with { Seed = v == "-" ? null : Seed(v) },
        ["max_tokens"] = (s, v) => s with { MaxTokens = v == "-" ? null : Integer(v) },
        ["stop"] = (s, v) => s with { Stop = v == "-" ? [] : [.. s.Stop, v] },
        ["presence_penalty"] = (s, v) => s with { PresencePenalty = Number(v) },
        ["frequency_penalty"] = (s, v) => s with { FrequencyPenalty = Number(v) },
        ["repetition_penalty"] = (s, v) => s with { RepetitionPenalty = Number(v) },
    };

    // Ollama's names for the same.
    private static readonly Dictionary<string, string> s_aliases = new(StringComparer.Ordinal)
    {
        ["num_predict"] = "max_tokens",
        ["repeat_penalty"] = "repetition_penalty",
    };

    /// <summary>/set [parameter] NAME VALUE, /set verbose|quiet|think|nothink, /set system TEXT.</summary>
    public ChatStep Set(ChatState state, string text)
    {
        string[] words = text.Split(' ', 2, StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        if (words is ["parameter", string rest])
        {
            words = rest.Split(' ', 2, StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        }

        switch (words)
        {
            case []:
                context.Say(Describe(state.Session.Sampling));
                context.Say($"Names: {string.Join(", ", s_parameters.Keys)}; also verbose, quiet, think, nothink, system.");
                return ChatStep.Ask;
            case ["verbose" or "quiet"]:
                state.IsVerbose = words[0] == "verbose";
                context.Out.WriteLine(state.IsVerbose ? "Times and counts follow each answer." : "Answers come without times and counts.");
                return ChatStep.Ask;
            case ["think"]:
                return Think(state, "show");
            case ["nothink"]:
                return Think(state, "off");
            case ["system", string system]:
                state.Conversation.System = system;
                context.Out.WriteLine($"System instruction: {system}");
                return ChatStep.Ask;
            case [string name, string value]:
                SetParameter(state, name.Replace('-', '_'), value);
                return ChatStep.Ask;
            default:
                throw new UsageException("Write /set NAME VALUE; /set alone lists the names");
        }
    }

    /// <summary>/think show|hide|off; "on" is another word for "show".</summary>
    public ChatStep Think(ChatState state, string text)
    {
        if (text.Length > 0)
        {
            state.Think = text is "show" or "hide" or "off" or "on"
                ? ThinkOption.Parse(text is "on" ? "show" : text)
                : throw new UsageException($"/think takes show, hide or off, not '{text}'");
            state.Session.Prompt = state.Session.Prompt with { Think = state.Think != ThinkMode.Off };
        }

        context.Out.WriteLine(state.Running.Model.ThinkingTags is null ? "This model has no thinking of its own." : state.Think switch
        {
            ThinkMode.Hide => "Thinking is hidden.",
            ThinkMode.Off => "The model is asked to answer without thinking.",
            _ => "Thinking is shown.",
        });
        return ChatStep.Ask;
    }

    /// <summary>How answers are sampled, with what the person fixed: seed, length, stop strings.</summary>
    public static string Describe(SamplingParams sampling)
    {
        List<string> parts = [GenerationReport.Describe(sampling)];
        parts.AddRange(sampling.Seed is { } seed ? [string.Create(s_culture, $"seed {seed}")] : []);
        parts.AddRange(sampling.MaxTokens is { } most ? [string.Create(s_culture, $"at most {most} tokens")] : []);
        parts.AddRange(sampling.Stop.Select(s => $"stop at \"{s}\""));
        return string.Join(", ", parts);
    }

    private void SetParameter(ChatState state, string name, string value)
    {
        name = s_aliases.GetValueOrDefault(name, name);
        if (!s_parameters.TryGetValue(name, out Func<SamplingParams, string, SamplingParams>? set))
        {
            throw new UsageException($"There is no parameter {name}{Spelling.Hint(name, s_parameters.Keys, $"; there are {string.Join(", ", s_parameters.Keys)}")}");
        }

        state.Session.Sampling = set(state.Session.Sampling, value).Validate(state.Running.Model.Config.VocabSize);
        context.Say(Describe(state.Session.Sampling));
    }

    private static float Number(string text) => float.TryParse(text, NumberStyles.Float, s_culture, out float value) && float.IsFinite(value)
        ? value
        : throw new UsageException($"'{text}' is no number");

    private static int Integer(string text) => int.TryParse(text, NumberStyles.AllowLeadingSign, s_culture, out int value)
        ? value
        : throw new UsageException($"'{text}' is no whole number");

    private static ulong Seed(string text) => ulong.TryParse(text, NumberStyles.None, s_culture, out ulong value)
        ? value
        : throw new UsageException($"'{text}' is no whole number from 0 on");
}
