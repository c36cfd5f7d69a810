using Jevons.Numerics;

namespace Jevons.Kernels;

/// <summary>
/// The ragged list that one forward pass works on: chunks of prompts and single decode tokens of any number of sequences,
/// their positions and pages, and the rows whose logits are asked for. Filled anew for every pass; it grows to the largest
/// batch seen and allocates nothing after that. Not thread-safe.
/// </summary>
public sealed unsafe class Batch : IDisposable
{
    private int[] _tokens = new int[64];
    private int[] _positions = new int[64];
    private BatchChunk[] _chunks = new BatchChunk[8];
    private int[] _outputRows = new int[8];
    private AlignedMemory _pageTable = new(64 * sizeof(int));
    private int _chunkCount;
    private int _outputCount;
    private int _pageCount;

    /// <summary>Rows (tokens) of the batch.</summary>
    public int Count { get; private set; }

    /// <summary>Token ids, by row.</summary>
    public ReadOnlySpan<int> Tokens => _tokens.AsSpan(0, Count);

    /// <summary>Positions in their sequences, by row.</summary>
    public ReadOnlySpan<int> Positions => _positions.AsSpan(0, Count);

    /// <summary>The chunks, in row order.</summary>
    public ReadOnlySpan<BatchChunk> Chunks => _chunks.AsSpan(0, _chunkCount);

    /// <summary>Rows whose logits are asked for, ascending.</summary>
    public ReadOnlySpan<int> OutputRows => _outputRows.AsSpan(0, _outputCount);

    /// <summary>Page numbers of all sequences, one after the other.</summary>
    public int* PageTable => (int*)_pageTable.Pointer;

    /// <summary>Empties the batch.</summary>
    public void Clear() => Count = _chunkCount = _outputCount = _pageCount = 0;

    /// <summary>Adds consecutive tokens of one sequence.</summary>
    /// <param name="tokens">Token ids, at least one.</param>
    /// <param name="firstPosition">Position of the first token, from 0.</param>
    /// <param name="pages">The sequence's pages from position 0 on; they cover the last token's position.</param>
    /// <param name="absorbed">MLA's form for these tokens (see <see cref="BatchChunk"/>); ignored by other models.</param>
    /// <param name="outputs">Which rows' logits are asked for.</param>
    /// <exception cref="ArgumentException">No tokens, or too few pages.</exception>
    public void Add(ReadOnlySpan<int> tokens, int firstPosition, ReadOnlySpan<int> pages, bool absorbed, BatchOutputs outputs)
    {
        ArgumentOutOfRangeException.ThrowIfZero(tokens.Length);
        ArgumentOutOfRangeException.ThrowIfNegative(firstPosition);
        int end = checked(firstPosition + tokens.Length);
        if ((long)pages.Length * KvLayerLayout.PageLength < end)
        {
            throw new ArgumentException($"{pages.Length} pages of {KvLayerLayout.PageLength} positions do not cover position {end - 1}", nameof(pages));
        }

        Reserve(tokens.Length, pages.Length);
        _chunks[_chunkCount++] = new BatchChunk(Count, tokens.Length, firstPosition, _pageCount, absorbed);
        pages.CopyTo(_pageTable.AsSpan<int>((long)_pageCount * sizeof(int), pages.Length));
        _pageCount += pages.Length;
        for (int i = 0; i < tokens.Length; i++)
        {
            if (outputs == BatchOutputs.All || (outputs == BatchOutputs.Last && i == tokens.Length - 1))
            {
                _outputRows[_outputCount++] = Count;
            }

            _tokens[Count] = tokens[i];
            _positions[Count++] = firstPosition + i;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _pageTable.Dispose();

    private void Reserve(int tokens, int pages)
    {
        Grow(ref _tokens, Count + tokens);
        Grow(ref _positions, Count + tokens);
        Grow(ref _outputRows, _outputCount + tokens);
        Grow(ref _chunks, _chunkCount + 1);
        long bytes = (long)(_pageCount + pages) * sizeof(int);
        if (bytes > _pageTable.Length)
        {
            AlignedMemory larger = new(bytes * 2);
            _pageTable.AsSpan<int>(0, _pageCount).CopyTo(larger.AsSpan<int>(0, _pageCount));
            _pageTable.Dispose();
            _pageTable = larger;
        }
    }

    private static void Grow<T>(ref T[] array, int needed)
    {
        if (needed > array.Length)
        {
            Array.Resize(ref array, Math.Max(needed, array.Length * 2));
        }
    }
}
