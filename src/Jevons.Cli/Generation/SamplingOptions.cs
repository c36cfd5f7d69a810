using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Jevons.Inference;

namespace Jevons.Cli;

/// <summary>The options that say how tokens are chosen, named like the fields of OpenAI's API. What is not given is the model's own.</summary>
internal sealed class SamplingOptions
{
    private readonly Option<float?> _temperature = Number("--temperature", "Divides the logits before the draw; 0 always takes the most probable token.", "T", 0, 100);
    private readonly Option<float?> _topP = Number("--top-p", "Keeps the fewest tokens whose probabilities sum to P.", "P", 1e-6f, 1);
    private readonly Option<int?> _topK = new("--top-k") { Description = "Keeps the K most probable tokens; 0 keeps all.", HelpName = "K" };
    private readonly Option<float?> _minP = Number("--min-p", "Keeps tokens at least P times as probable as the most probable one.", "P", 0, 1);
    private readonly Option<float?> _topNSigma = Number("--top-n-sigma", "Keeps tokens whose logit is at most N standard deviations below the largest; 0 keeps all.", "N", 0, 1000);
    private readonly Option<float?> _typicalP = Number("--typical-p", "Keeps the fewest tokens, those of the most expected surprise first, whose probabilities sum to P.", "P", 1e-6f, 1);
    private readonly Option<float?> _xtcProbability = Number("--xtc-probability", "Chance, at each token, to remove all top choices except the least probable (XTC); 0 never does.", "P", 0, 1);
    private readonly Option<float?> _xtcThreshold = Number("--xtc-threshold", "Probability from which XTC counts a token as a top choice.", "P", 1e-6f, 1);
    private readonly Option<float?> _dryMultiplier = Number("--dry-multiplier", "Strength of the penalty on tokens that lengthen a repetition (DRY); 0 does nothing.", "X", 0, 1000);
    private readonly Option<float?> _dryBase = Number("--dry-base", "How fast DRY's penalty grows with each repeated token.", "X", 1, 1000);
    private readonly Option<int?> _dryAllowedLength = new("--dry-allowed-length") { Description = "Repetitions shorter than N tokens cost nothing under DRY.", HelpName = "N" };
    private readonly Option<int?> _dryLast = new("--dry-penalty-last-n") { Description = "Last tokens in which DRY looks for repetitions; -1 looks at all, 0 at none.", HelpName = "N" };
    private readonly Option<string[]> _dryBreaker = new("--dry-sequence-breaker")
    {
        Description = "Text that no repetition reaches across under DRY, instead of \\n : \" *; several times, or none.",
        HelpName = "TEXT",
        Arity = ArgumentArity.OneOrMore,
    };

    private readonly Option<ulong?> _seed = new("--seed") { Description = "Seed of the draws: the same seed gives the same answer.", HelpName = "N" };
    private readonly Option<int?> _maxTokens = new("--max-tokens", "-n") { Description = "Tokens to generate at most, thinking included.", HelpName = "N" };
    private readonly Option<string[]> _stop = new("--stop") { Description = "Text that ends the answer; may be given several times.", HelpName = "TEXT", Arity = ArgumentArity.OneOrMore };
    private readonly Option<float?> _presence = Number("--presence-penalty", "Subtracted from the logits of tokens that have occurred.", "X", -1000, 1000);
    private readonly Option<float?> _frequency = Number("--frequency-penalty", "Subtracted from logits for each occurrence of the token.", "X", -1000, 1000);
    private readonly Option<float?> _repetition = Number("--repetition-penalty", "Divides the logits of tokens that have occurred; 1 does nothing.", "X", 1e-3f, 1000);
    private readonly Option<string[]> _bias = new("--logit-bias")
    {
        Description = "Added to a token's logit, as ID=X; several times, or as a JSON object.",
        HelpName = "ID=X",
        Arity = ArgumentArity.OneOrMore,
    };

    /// <summary>Makes the options.</summary>
    public SamplingOptions()
    {
        _topK.Validators.Add(Bounds.AtLeast(_topK, 0));
        _dryAllowedLength.Validators.Add(Bounds.AtLeast(_dryAllowedLength, 1));
        _dryLast.Validators.Add(Bounds.AtLeast(_dryLast, -1));
        _maxTokens.Validators.Add(Bounds.AtLeast(_maxTokens, 1));
    }

    /// <summary>Adds the options to a verb.</summary>
    public void AddTo(Command command)
    {
        foreach (Option option in new Option[]
        {
            _temperature, _topP, _topK, _minP, _topNSigma, _typicalP, _xtcProbability, _xtcThreshold, _dryMultiplier, _dryBase,
            _dryAllowedLength, _dryLast, _dryBreaker, _seed, _maxTokens, _stop, _presence, _frequency, _repetition, _bias,
        })
        {
            command.Options.Add(option);
        }
    }

    /// <summary>The sampling that was asked for, over the model's own.</summary>
    /// <param name="parse">The command line.</param>
    /// <param name="defaults">The model's own.</param>
    /// <exception cref="UsageException">A bias cannot be understood.</exception>
    public SamplingParams Read(ParseResult parse, SamplingParams defaults) => defaults with
    {
        Temperature = parse.GetValue(_temperature) ?? defaults.Temperature,
        TopP = parse.GetValue(_topP) ?? defaults.TopP,
        TopK = parse.GetValue(_topK) ?? defaults.TopK,
        MinP = parse.GetValue(_minP) ?? defaults.MinP,
        TopNSigma = parse.GetValue(_topNSigma) ?? defaults.TopNSigma,
        TypicalP = parse.GetValue(_typicalP) ?? defaults.TypicalP,
        XtcProbability = parse.GetValue(_xtcProbability) ?? defaults.XtcProbability,
        XtcThreshold = parse.GetValue(_xtcThreshold) ?? defaults.XtcThreshold,
        DryMultiplier = parse.GetValue(_dryMultiplier) ?? defaults.DryMultiplier,
        DryBase = parse.GetValue(_dryBase) ?? defaults.DryBase,
        DryAllowedLength = parse.GetValue(_dryAllowedLength) ?? defaults.DryAllowedLength,
        DryWindow = parse.GetValue(_dryLast) is int last ? ParseWindow(last) : defaults.DryWindow,
        DrySequenceBreakers = parse.GetValue(_dryBreaker) is { Length: > 0 } breakers ? ParseBreakers(breakers) : defaults.DrySequenceBreakers,
        Seed = parse.GetValue(_seed) ?? defaults.Seed,
        MaxTokens = parse.GetValue(_maxTokens) ?? defaults.MaxTokens,
        Stop = parse.GetValue(_stop) is { Length: > 0 } stop ? stop : defaults.Stop,
        PresencePenalty = parse.GetValue(_presence) ?? defaults.PresencePenalty,
        FrequencyPenalty = parse.GetValue(_frequency) ?? defaults.FrequencyPenalty,
        RepetitionPenalty = parse.GetValue(_repetition) ?? defaults.RepetitionPenalty,
        LogitBias = parse.GetValue(_bias) is { Length: > 0 } bias ? ParseBias(bias) : defaults.LogitBias,
    };

    /// <summary>A window as llama.cpp counts it: -1 for all tokens.</summary>
    public static int? ParseWindow(int last) => last == -1 ? null : last;

    /// <summary>Reads DRY's sequence breakers.</summary>
    /// <param name="texts">Texts, in which \n, \t and \\ stand for a line's end, a tab and a backslash; the one text "none" for no breakers.</param>
    /// <exception cref="UsageException">One is empty or long.</exception>
    public static IReadOnlyList<string> ParseBreakers(IReadOnlyList<string> texts)
    {
        if (texts is ["none"])
        {
            return [];
        }

        foreach (string text in texts)
        {
            if (text.Length is 0 or > 40)
            {
                throw new UsageException($"'{text}' is no sequence breaker: it has {text.Length} characters, and 1 to 40 are expected");
            }
        }

        return [.. texts.Select(Unescape)];
    }

    /// <summary>Reads biases.</summary>
    /// <param name="texts">Each ID=X, or a JSON object of ids and numbers.</param>
    /// <exception cref="UsageException">One is neither.</exception>
    public static IReadOnlyDictionary<int, float> ParseBias(IEnumerable<string> texts)
    {
        Dictionary<int, float> biases = [];
        foreach (string text in texts)
        {
            if (text.StartsWith('{'))
            {
                AddJson(text, biases);
                continue;
            }

            string[] parts = text.Split('=');
            if (parts.Length != 2)
            {
                throw NoBias(text);
            }

            Add(parts[0], parts[1], text, biases);
        }

        return biases;
    }

    private static string Unescape(string text)
    {
        StringBuilder result = new();
        for (int i = 0; i < text.Length; i++)
        {
            char next = text[i] == '\\' && i + 1 < text.Length ? text[i + 1] : '\0';
            (char read, int length) = next switch
            {
                'n' => ('\n', 2),
                't' => ('\t', 2),
                '\\' => ('\\', 2),
                _ => (text[i], 1),
            };
            result.Append(read);
            i += length - 1;
        }

        return result.ToString();
    }

    private static void AddJson(string text, Dictionary<int, float> biases)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(text);
            foreach (JsonProperty property in document.RootElement.EnumerateObject())
            {
                Add(property.Name, property.Value.GetRawText(), text, biases);
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw NoBias(text);
        }
    }

    private static void Add(string id, string value, string text, Dictionary<int, float> biases)
    {
        CultureInfo culture = CultureInfo.InvariantCulture;
        if (!int.TryParse(id, NumberStyles.None, culture, out int token))
        {
            throw NoBias(text);
        }

        biases[token] = float.TryParse(value, NumberStyles.Float, culture, out float bias) && !float.IsNaN(bias) ? bias : throw NoBias(text);
    }

    private static UsageException NoBias(string text) =>
        new($"--logit-bias: '{text}' is no bias; write a token id and a number as 1234=-100, or a JSON object {{\"1234\": -100}}");

    private static Option<float?> Number(string name, string description, string helpName, float least, float most)
    {
        Option<float?> option = new(name) { Description = description, HelpName = helpName, CustomParser = Parse };
        return option;

        float? Parse(ArgumentResult result)
        {
            string text = result.Tokens[0].Value;
            if (float.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out float value) && value >= least && value <= most)
            {
                return value;
            }

            result.AddError(string.Create(CultureInfo.InvariantCulture, $"{name} is '{text}'; it must be a number from {least:0.######} to {most:0.######}"));
            return null;
        }
    }
}
