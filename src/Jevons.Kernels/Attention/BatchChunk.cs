namespace Jevons.Kernels;

/// <summary>
/// Consecutive tokens of one sequence inside a batch: rows FirstRow .. FirstRow + Count - 1 hold positions FirstPosition ...
/// of a sequence whose pages stand at PageTable[PageTableStart ...]. A batch is a list of chunks; a prompt piece and a
/// single decode token are the same thing.
/// </summary>
/// <param name="FirstRow">First row of the batch.</param>
/// <param name="Count">Tokens, at least 1.</param>
/// <param name="FirstPosition">Position of the first token in its sequence, from 0.</param>
/// <param name="PageTableStart">Where the sequence's pages begin in the batch's page table.</param>
/// <param name="Absorbed">MLA only: these tokens attend in the absorbed form (generated tokens) instead of the expanded one.</param>
public readonly record struct BatchChunk(int FirstRow, int Count, int FirstPosition, int PageTableStart, bool Absorbed);
