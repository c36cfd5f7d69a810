using Jevons.Kernels;
using Jevons.Tokenization;

namespace Jevons.Inference;

/// <summary>Scratch that the samplers of one loop share. Not thread-safe; samplers may be made on other threads meanwhile.</summary>
/// <param name="vocabSize">Logits of a row.</param>
/// <param name="context">Instruction set of the exponentials; their bits are the same on every one.</param>
/// <param name="tokenizer">Finds the sequence breakers of DRY; null where tokens have no text.</param>
public sealed class SamplerWorkspace(int vocabSize, KernelContext context, Tokenizer? tokenizer = null)
{
    private readonly object _gate = new();
    private IReadOnlyList<string> _breakerTexts = [];
    private SequenceBreakers _breakers = SequenceBreakers.None;
    private int[] _matches = [];

    /// <summary>Logits of a row.</summary>
    public int VocabSize { get; } = vocabSize;

    internal KernelContext Context { get; } = context;

    internal Candidates Candidates { get; } = new(vocabSize, context);

    /// <summary>A zero per vocabulary entry between uses.</summary>
    internal int[] Counts { get; } = new int[vocabSize];

    /// <summary>Scratch of a number of integers, kept for later uses.</summary>
    internal Span<int> Matches(int count)
    {
        if (_matches.Length < count)
        {
            _matches = new int[Math.Max(count, _matches.Length * 2)];
        }

        return _matches.AsSpan(0, count);
    }

    /// <summary>The breakers that texts stand for. The last ones are remembered: most requests have the same.</summary>
    /// <exception cref="ArgumentException">There are texts, but no tokenizer to find them with.</exception>
    internal SequenceBreakers Breakers(IReadOnlyList<string> texts)
    {
        if (texts.Count == 0)
        {
            return SequenceBreakers.None;
        }

        if (tokenizer is null)
        {
            throw new ArgumentException(
                $"{nameof(SamplingParams.DrySequenceBreakers)} holds {texts.Count} text(s), and this model has no tokenizer to find them with; "
                + "leave the list empty to use DRY without breakers");
        }

        lock (_gate)
        {
            if (!texts.SequenceEqual(_breakerTexts, StringComparer.Ordinal))
            {
                _breakers = SequenceBreakers.Create(texts, tokenizer);
                _breakerTexts = [.. texts];
            }

            return _breakers;
        }
    }
}
