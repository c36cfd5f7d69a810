namespace Jevons.Inference;

/// <summary>The tokens that end a generation: end of sequence, end of turn, end of message. Immutable.</summary>
/// <param name="ids">Token ids; may be empty, as in a model whose configuration names none.</param>
public sealed class StopTokens(params ReadOnlySpan<int> ids)
{
    private readonly int[] _ids = ids.ToArray();

    /// <summary>No stop token.</summary>
    public static StopTokens None { get; } = new();

    /// <summary>The ids.</summary>
    public ReadOnlySpan<int> Ids => _ids;

    /// <summary>True when the token ends a generation.</summary>
    /// <param name="token">Token id.</param>
    /// <returns>True for a stop token.</returns>
    public bool Contains(int token) => _ids.AsSpan().Contains(token);
}
