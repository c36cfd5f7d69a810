using System.Globalization;
using Jevons.Formats;

namespace Jevons.Inference;

/// <summary>
/// Finds a model's recommended sampling: values in its own files first (<c>general.sampling.*</c> of a GGUF,
/// <c>generation_config.json</c> of a folder), over what DeepSeek recommends for the R1 family (temperature 0.6, top-p 0.95), over
/// llama.cpp's general defaults.
/// </summary>
internal static class SamplingDefaultsReader
{
    private static readonly SamplingParams s_r1 = new() { Temperature = 0.6f, TopP = 0.95f };
    private static readonly SamplingParams s_general = new() { Temperature = 0.8f, TopK = 40, TopP = 0.95f, MinP = 0.05f };

    public static SamplingDefaults Read(OpenedModel file, string? r1Evidence)
    {
        List<string> found = [];
        SamplingParams start = r1Evidence is null ? new SamplingParams() : s_r1;
        SamplingParams own = file.Gguf is { } gguf ? FromGguf(gguf.Metadata, start, found)
            : file.Folder?.GenerationConfig is { } config ? FromJson(config, start, found)
            : start;
        if (found.Count > 0)
        {
            string source = file.Gguf is null ? "generation_config.json" : "general.sampling.*";
            string rest = r1Evidence is null ? "" : $"; the rest as recommended for DeepSeek-R1 ({r1Evidence})";
            return new SamplingDefaults(own, $"{source}: {string.Join(", ", found)}{rest}");
        }

        return r1Evidence is null
            ? new SamplingDefaults(s_general, "general defaults; the model's files recommend nothing")
            : new SamplingDefaults(s_r1, $"as recommended for DeepSeek-R1 ({r1Evidence})");
    }

    private static SamplingParams FromGguf(GgufMetadata metadata, SamplingParams start, List<string> found)
    {
        const string prefix = "general.sampling.";
        return start with
        {
            Temperature = Take(metadata.GetSingleOrNull(prefix + "temp"), start.Temperature, "temp", 0, 100, found),
            TopK = (int)Take(metadata.GetInt32OrNull(prefix + "top_k"), start.TopK, "top_k", 0, int.MaxValue, found),
            TopP = Take(metadata.GetSingleOrNull(prefix + "top_p"), start.TopP, "top_p", float.Epsilon, 1, found),
            MinP = Take(metadata.GetSingleOrNull(prefix + "min_p"), start.MinP, "min_p", 0, 1, found),
            XtcProbability = Take(metadata.GetSingleOrNull(prefix + "xtc_probability"), start.XtcProbability, "xtc_probability", 0, 1, found),
            XtcThreshold = Take(metadata.GetSingleOrNull(prefix + "xtc_threshold"), start.XtcThreshold, "xtc_threshold", float.Epsilon, 1, found),
            RepetitionPenalty = Take(
                metadata.GetSingleOrNull(prefix + "penalty_repeat"), start.RepetitionPenalty, "penalty_repeat", float.Epsilon, 1000, found),
            PenaltyWindow = metadata.GetInt32OrNull(prefix + "penalty_last_n") switch
            {
                null => start.PenaltyWindow,
                < 0 => null,
                int window => window,
            },
        };
    }

    private static SamplingParams FromJson(ConfigJson config, SamplingParams start, List<string> found)
    {
        SamplingParams own = start with
        {
            Temperature = Take((float?)config.GetDoubleOrNull("temperature"), start.Temperature, "temperature", 0, 100, found),
            TopK = (int)Take(config.GetIntOrNull("top_k"), start.TopK, "top_k", 0, int.MaxValue, found),
            TopP = Take((float?)config.GetDoubleOrNull("top_p"), start.TopP, "top_p", float.Epsilon, 1, found),
            MinP = Take((float?)config.GetDoubleOrNull("min_p"), start.MinP, "min_p", 0, 1, found),
            TypicalP = Take((float?)config.GetDoubleOrNull("typical_p"), start.TypicalP, "typical_p", float.Epsilon, 1, found),
            XtcProbability = Take((float?)config.GetDoubleOrNull("xtc_probability"), start.XtcProbability, "xtc_probability", 0, 1, found),
            XtcThreshold = Take((float?)config.GetDoubleOrNull("xtc_threshold"), start.XtcThreshold, "xtc_threshold", float.Epsilon, 1, found),
            RepetitionPenalty = Take(
                (float?)config.GetDoubleOrNull("repetition_penalty"), start.RepetitionPenalty, "repetition_penalty", float.Epsilon, 1000, found),
        };

        // The penalty of this file's format looks at all tokens.
        return own.RepetitionPenalty == 1 ? own : own with { PenaltyWindow = null };
    }

    // A value outside its range is a mistake of the file's author and is passed over.
    private static float Take(float? value, float otherwise, string name, float least, float most, List<string> found)
    {
        if (value is not float given || !(given >= least && given <= most))
        {
            return otherwise;
        }

        found.Add(string.Create(CultureInfo.InvariantCulture, $"{name} {given}"));
        return given;
    }
}
