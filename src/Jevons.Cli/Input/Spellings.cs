using Jevons.Hub;
using Jevons.Kernels.Quantization;
using Jevons.Numerics;

namespace Jevons.Cli;

/// <summary>Names that the command line takes for types, with near ones in the message when a name is unknown.</summary>
internal static class Spellings
{
    /// <summary>A tensor type.</summary>
    /// <param name="text">Its name in any case.</param>
    /// <param name="isAllowed">Which types will do.</param>
    /// <returns>The type.</returns>
    /// <exception cref="UsageException">There is none, or it will not do; the message lists those that do.</exception>
    public static TensorType TensorType(string text, Func<TensorType, bool> isAllowed)
    {
        string[] names = [.. TensorTypes.All.Where(isAllowed).Select(t => t.ToString())];
        return TensorTypes.TryParse(text, out TensorType type) && isAllowed(type)
            ? type
            : throw new UsageException($"'{text}' is no type that can be used here{Spelling.Hint(text, names, "")}; there are {string.Join(", ", names)}");
    }

    /// <summary>What a whole file is quantised to.</summary>
    /// <param name="text">Its name in any case.</param>
    /// <returns>The mix.</returns>
    /// <exception cref="UsageException">There is none; the message lists those that are.</exception>
    public static QuantizationMix Mix(string text) => QuantizationMixes.TryParse(text, out QuantizationMix mix)
        ? mix
        : throw new UsageException(
            $"'{text}' is no quantisation{Spelling.Hint(text, Enum.GetNames<QuantizationMix>(), "")}; there are {string.Join(", ", Enum.GetNames<QuantizationMix>())}");
}
