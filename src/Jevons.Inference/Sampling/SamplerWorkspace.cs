namespace Jevons.Inference;

/// <summary>Scratch that the samplers of one loop share. Not thread-safe.</summary>
/// <param name="vocabSize">Logits of a row.</param>
public sealed class SamplerWorkspace(int vocabSize)
{
    /// <summary>Logits of a row.</summary>
    public int VocabSize { get; } = vocabSize;

    internal Candidates Candidates { get; } = new(vocabSize);

    /// <summary>A zero per vocabulary entry between uses.</summary>
    internal int[] Counts { get; } = new int[vocabSize];
}
