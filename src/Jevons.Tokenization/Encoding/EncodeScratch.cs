namespace Jevons.Tokenization;

/// <summary>The buffers of one encoding, kept per thread so that encoding allocates nothing once they have grown.</summary>
internal sealed class EncodeScratch
{
    [ThreadStatic]
    private static EncodeScratch? t_scratch;

    /// <summary>This thread's buffers.</summary>
    public static EncodeScratch Current => t_scratch ??= new EncodeScratch();

    /// <summary>The text as UTF-8.</summary>
    public ByteBuffer Text { get; } = new();

    /// <summary>A fragment after normalisation.</summary>
    public ByteBuffer Normalized { get; } = new();

    /// <summary>A fragment with its blanks escaped.</summary>
    public ByteBuffer Escaped { get; } = new();

    /// <summary>Tokens found in the raw text.</summary>
    public List<TokenMatch> Matches { get; } = [];

    /// <summary>Tokens found in normalised text.</summary>
    public List<TokenMatch> NormalizedMatches { get; } = [];

    /// <summary>Ends of pieces.</summary>
    public List<int> Ends { get; } = [];

    /// <summary>Ends of pieces of the other stage.</summary>
    public List<int> SpareEnds { get; } = [];

    /// <summary>Ends of a prompt's parts.</summary>
    public List<int> PartEnds { get; } = [];

    /// <summary>Whether each of a prompt's parts is template text.</summary>
    public List<bool> PartIsTemplate { get; } = [];

    /// <summary>Code points being normalised.</summary>
    public List<int> CodePoints { get; } = [];

    /// <summary>The symbols being merged.</summary>
    public MergeList Merges { get; } = new();
}
