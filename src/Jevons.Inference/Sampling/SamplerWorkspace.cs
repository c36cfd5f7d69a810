using Jevons.Kernels;

namespace Jevons.Inference;

/// <summary>Scratch that the samplers of one loop share. Not thread-safe.</summary>
/// <param name="vocabSize">Logits of a row.</param>
/// <param name="context">Instruction set of the exponentials; their bits are the same on every one.</param>
public sealed class SamplerWorkspace(int vocabSize, KernelContext context)
{
    /// <summary>Logits of a row.</summary>
    public int VocabSize { get; } = vocabSize;

    internal KernelContext Context { get; } = context;

    internal Candidates Candidates { get; } = new(vocabSize, context);

    /// <summary>A zero per vocabulary entry between uses.</summary>
    internal int[] Counts { get; } = new int[vocabSize];
}
