namespace Jevons.Tokenization.ChatTemplates.Jinja.Values;

/// <summary>Equality and hash of values as dictionary keys.</summary>
internal sealed class JinjaValueComparer : IEqualityComparer<JinjaValue>
{
    /// <summary>The only instance.</summary>
    public static readonly JinjaValueComparer Instance = new();

    private JinjaValueComparer()
    {
    }

    /// <inheritdoc/>
    public bool Equals(JinjaValue? x, JinjaValue? y) => ReferenceEquals(x, y) || (x is not null && y is not null && x.EqualTo(y));

    /// <inheritdoc/>
    public int GetHashCode(JinjaValue obj) => obj.Hash();
}
