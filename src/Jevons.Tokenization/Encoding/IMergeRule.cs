namespace Jevons.Tokenization;

/// <summary>Says which neighbouring symbols may become one, and how soon.</summary>
internal interface IMergeRule
{
    /// <summary>Looks a pair up.</summary>
    /// <param name="text">The text that both symbols cover, left then right.</param>
    /// <param name="left">The left symbol.</param>
    /// <param name="right">The right symbol.</param>
    /// <param name="priority">The lower merges first; below <see cref="uint.MaxValue"/>.</param>
    /// <param name="merged">The symbol that both become.</param>
    /// <returns>False where the pair does not merge.</returns>
    bool TryMerge(ReadOnlySpan<byte> text, int left, int right, out uint priority, out int merged);
}
