using Jevons.Formats;
using Jevons.Kernels;
using Jevons.Numerics;

namespace Jevons.Models;

/// <summary>Reads rotary settings of GGUF metadata (keys {arch}.rope.*) and the divisors of rope_freqs.weight.</summary>
internal static class GgufRope
{
    public static RopeConfig Read(GgufFile file, string architecture, int defaultDim, int contextLength)
    {
        GgufMetadata metadata = file.Metadata;
        string prefix = architecture + ".rope.";
        string type = metadata.GetStringOrNull(prefix + "scaling.type") ?? "linear";
        double factor = metadata.GetDoubleOrNull(prefix + "scaling.factor") ?? metadata.GetDoubleOrNull(prefix + "scale_linear") ?? 1;
        RopeConfig plain = new()
        {
            Dim = metadata.GetInt32OrNull(prefix + "dimension_count") ?? defaultDim,
            Theta = metadata.GetDoubleOrNull(prefix + "freq_base") ?? 10000,
            Scaling = RopeScaling.None,
            Factor = 1,
            OriginalContext = metadata.GetInt32OrNull(prefix + "scaling.original_context_length") ?? contextLength,
            MagnitudeMultiplier = metadata.GetDoubleOrNull(prefix + "scaling.attn_factor") ?? 1,
            FreqDivisors = Divisors(file),
        };
        return type switch
        {
            "none" => plain,
            "linear" => factor == 1 || factor == 0 ? plain : plain with { Scaling = RopeScaling.Linear, Factor = factor },
            "yarn" => plain with
            {
                Scaling = RopeScaling.Yarn,
                Factor = factor,
                BetaFast = metadata.GetDoubleOrNull(prefix + "scaling.yarn_beta_fast") ?? 32,
                BetaSlow = metadata.GetDoubleOrNull(prefix + "scaling.yarn_beta_slow") ?? 1,
            },
            _ => throw new InvalidDataException(
                $"{metadata.File}: key {prefix}scaling.type is \"{type}\", expected none, linear or yarn"),
        };
    }

    private static float[]? Divisors(GgufFile file)
    {
        if (file.Find("rope_freqs.weight") is not { } info)
        {
            return null;
        }

        if (info.Type != TensorType.F32 || info.Shape.Length != 1 || info.Shape[0] > 1 << 16)
        {
            throw new InvalidDataException($"{info.File}: {info} is no vector of F32 frequency divisors");
        }

        return info.IsWithinFile ? info.Data.AsSpan<float>(0, (int)info.Shape[0]).ToArray() : null;
    }
}
