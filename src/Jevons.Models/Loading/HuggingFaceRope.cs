using Jevons.Formats;
using Jevons.Kernels;

namespace Jevons.Models;

/// <summary>Reads rotary settings of a config.json: rope_parameters, or rope_scaling beside a top-level rope_theta.</summary>
internal static class HuggingFaceRope
{
    public static RopeConfig Read(ConfigJson config, int headDim)
    {
        ConfigJson? scaling = config.GetObjectOrNull("rope_parameters") ?? config.GetObjectOrNull("rope_scaling");
        double theta = scaling?.GetDoubleOrNull("rope_theta") ?? config.GetDoubleOrNull("rope_theta") ?? 10000;
        double partial = scaling?.GetDoubleOrNull("partial_rotary_factor") ?? config.GetDoubleOrNull("partial_rotary_factor") ?? 1;
        double context = config.GetInt("max_position_embeddings");
        RopeConfig plain = new() { Dim = (int)(headDim * partial), Theta = theta, Scaling = RopeScaling.None, Factor = 1, OriginalContext = context };
        if (scaling is null)
        {
            return plain;
        }

        string type = scaling.GetStringOrNull("rope_type") ?? scaling.GetStringOrNull("type") ?? "default";
        double original = scaling.GetDoubleOrNull("original_max_position_embeddings")
            ?? config.GetDoubleOrNull("original_max_position_embeddings") ?? context;
        RopeConfig scaled = plain with { OriginalContext = original, Factor = scaling.GetDoubleOrNull("factor") ?? context / original };
        return type switch
        {
            "default" => plain,
            "linear" => scaled with { Scaling = RopeScaling.Linear },
            "llama3" => scaled with
            {
                Scaling = RopeScaling.Llama3,
                LowFreqFactor = scaling.GetDouble("low_freq_factor"),
                HighFreqFactor = scaling.GetDouble("high_freq_factor"),
            },
            "yarn" => scaled with
            {
                Scaling = RopeScaling.Yarn,
                BetaFast = scaling.GetDoubleOrNull("beta_fast") ?? 32,
                BetaSlow = scaling.GetDoubleOrNull("beta_slow") ?? 1,
                Truncate = scaling.GetBoolOrNull("truncate") ?? true,
                AttentionFactor = scaling.GetDoubleOrNull("attention_factor"),
                Mscale = scaling.GetDoubleOrNull("mscale"),
                MscaleAllDim = scaling.GetDoubleOrNull("mscale_all_dim"),
            },
            _ => throw config.Wrong("rope_scaling", $"a rope_type of default, linear, llama3 or yarn, not \"{type}\""),
        };
    }
}
