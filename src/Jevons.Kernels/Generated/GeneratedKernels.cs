using Jevons.Kernels.Products;
using Jevons.Numerics;

namespace Jevons.Kernels.Generated;

/// <summary>
/// Which generated kernels a process runs: none where the system does not execute what was written, and of the others those that gave
/// the right bits on a probe when they were first made. A kernel that did not is not asked again. Thread-safe.
/// </summary>
/// <param name="isAvailable">Whether generated code can run at all.</param>
internal sealed class GeneratedKernels(bool isAvailable)
{
    private readonly List<string> _refused = [];

    /// <summary>Those of this process.</summary>
    public static GeneratedKernels OfProcess { get; } = new(GeneratedCode.IsAvailable);

    /// <summary>Whether generated code can run at all.</summary>
    public bool IsAvailable { get; } = isAvailable;

    /// <summary>The kernels that gave other bits, or for which there was no executable memory, in the order in which they were made.</summary>
    public IReadOnlyList<string> Refused
    {
        get
        {
            lock (_refused)
            {
                return [.. _refused];
            }
        }
    }

    /// <summary>Decides on a kernel.</summary>
    /// <param name="name">What reports call it.</param>
    /// <param name="agrees">Makes it and compares it on a probe.</param>
    /// <returns>False when the intrinsic kernel has to run instead.</returns>
    public bool Accepts(string name, Func<bool> agrees)
    {
        bool isAccepted;
        try
        {
            isAccepted = agrees();
        }
        catch (Exception refusal) when (refusal is ExecutableMemoryException || refusal.InnerException is ExecutableMemoryException)
        {
            isAccepted = false;
        }

        if (!isAccepted)
        {
            lock (_refused)
            {
                _refused.Add(name);
            }
        }

        return isAccepted;
    }

    /// <summary>Makes every product that these features mean, so that <see cref="Refused"/> is complete.</summary>
    /// <param name="features">What kernels may use.</param>
    public static void MakeAll(CpuFeatures features)
    {
        foreach (TensorType type in TensorTypes.All.Where(TensorTypes.IsQuantized))
        {
            _ = QuantProducts.For(type, features);
            _ = QuantProducts.ForExact(type, features);
        }

        foreach (TensorType type in (TensorType[])[TensorType.F32, TensorType.F16, TensorType.BF16])
        {
            // A float product is probed when it is first asked for anything.
            _ = FloatProducts.For(type, features).GroupTokens;
        }

        _ = BrainProducts.For(features);
    }
}
