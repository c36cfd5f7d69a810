using System.Diagnostics;
using System.Numerics;
using Jevons.Kernels;

namespace Jevons.Inference;

/// <summary>
/// One stream of tokens: the prompt, what was generated, and the pages that hold its keys and values. It owns pages only
/// while it runs. Arrays are sized once, at admission, so that a decode step allocates nothing. Not thread-safe: it
/// belongs to the loop that steps it.
/// </summary>
public sealed class Sequence
{
    private const int PageLength = KvLayerLayout.PageLength;

    private readonly SequenceForms _forms;
    private int[] _tokens;
    private bool[] _absorbed;
    private int[] _pages = [];
    private long[] _contentIds = [];
    private ulong[] _hashes = [];
    private int _hashCount;

    /// <summary>Describes a request for tokens.</summary>
    /// <param name="id">Order of arrival; unique, ascending. The scheduler serves lower ids first.</param>
    /// <param name="prompt">Token ids, at least one.</param>
    /// <param name="maxGenerated">Tokens to generate at most, at least 1.</param>
    /// <param name="forms">MLA form of its tokens.</param>
    /// <param name="sampler">Chooses its tokens.</param>
    /// <param name="sink">Receives its tokens.</param>
    /// <exception cref="ArgumentException">The prompt is empty or a number is out of range.</exception>
    public Sequence(long id, ReadOnlySpan<int> prompt, int maxGenerated, SequenceForms forms, Sampler sampler, ITokenSink sink)
    {
        ArgumentOutOfRangeException.ThrowIfZero(prompt.Length, nameof(prompt));
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(maxGenerated);
        Id = id;
        _forms = forms;
        _tokens = prompt.ToArray();
        _absorbed = new bool[prompt.Length];
        Array.Fill(_absorbed, forms.PromptAbsorbed);
        PromptLength = Length = prompt.Length;
        MaxGenerated = maxGenerated;
        Sampler = sampler;
        Sink = sink;
    }

    /// <summary>Order of arrival.</summary>
    public long Id { get; }

    /// <summary>Where it stands.</summary>
    public SequenceStatus Status { get; internal set; }

    /// <summary>Why it ended.</summary>
    public FinishReason FinishReason { get; internal set; }

    /// <summary>Tokens of the prompt.</summary>
    public int PromptLength { get; }

    /// <summary>Tokens to generate at most.</summary>
    public int MaxGenerated { get; }

    /// <summary>Known tokens: prompt and generated ones.</summary>
    public int Length { get; private set; }

    /// <summary>Tokens generated so far.</summary>
    public int Generated => Length - PromptLength;

    /// <summary>The known tokens.</summary>
    public ReadOnlySpan<int> Tokens => _tokens.AsSpan(0, Length);

    /// <summary>Positions whose keys and values lie in its pages; the newest token's usually do not yet.</summary>
    public int Computed { get; internal set; }

    /// <summary>Prompt tokens that were found in cached pages at the first admission.</summary>
    public int CachedTokens { get; internal set; }

    /// <summary>Times it lost its pages to an older sequence.</summary>
    public int Preemptions { get; internal set; }

    /// <summary>Tokens drafted for it and how many of these were right.</summary>
    public SpeculationCounts Speculation { get; internal set; }

    /// <summary>True when its full pages may be shared with other sequences (both ways).</summary>
    public bool SharesPages { get; init; } = true;

    /// <summary>True when drafts are wanted for it, should the model have a draft layer.</summary>
    public bool WantsDrafts { get; init; } = true;

    /// <summary>Its pages, from position 0 on.</summary>
    public ReadOnlySpan<int> Pages => _pages.AsSpan(0, PageCount);

    /// <summary>Number of pages that it owns.</summary>
    public int PageCount { get; private set; }

    /// <summary>Chooses its tokens.</summary>
    public Sampler Sampler { get; }

    /// <summary>Receives its tokens.</summary>
    public ITokenSink Sink { get; }

    /// <summary>
    /// Sequences with the same prompt that start as forks when this one's prompt has been computed (several answers to one
    /// question).
    /// </summary>
    public IReadOnlyList<Sequence> Forks { get; init; } = [];

    /// <summary>Drafted tokens behind the known ones; not part of <see cref="Tokens"/>.</summary>
    internal int DraftCount { get; private set; }

    /// <summary>Full pages that the block manager has seen.</summary>
    internal int CommittedPages { get; set; }

    internal bool ForksStarted { get; set; }

    /// <summary>Tokens that have still to be computed.</summary>
    internal int Remaining => Length - Computed;

    internal int FullPages => Length / PageLength;

    /// <summary>True when a token is computed in MLA's absorbed form.</summary>
    /// <param name="position">0..Length-1.</param>
    /// <returns>The form.</returns>
    public bool IsAbsorbed(int position)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)position, (uint)Length, nameof(position));
        return _absorbed[position];
    }

    /// <summary>
    /// States the forms in which the first prompt tokens were computed before, so that pages of an earlier turn can be
    /// shared although some of their tokens were generated.
    /// </summary>
    /// <param name="absorbed">A form for each of the first tokens; at most the prompt's length.</param>
    public void SetPromptForms(ReadOnlySpan<bool> absorbed)
    {
        if (Status != SequenceStatus.Created || absorbed.Length > PromptLength)
        {
            throw new InvalidOperationException("forms are stated before a sequence is queued, for prompt tokens only");
        }

        absorbed.CopyTo(_absorbed);
        _hashCount = 0;
    }

    /// <summary>Known and drafted tokens from a position on.</summary>
    internal ReadOnlySpan<int> TokensFrom(int first, int count) => _tokens.AsSpan(first, count);

    /// <summary>How many tokens from a position on, at most <paramref name="limit"/>, have the form of the first.</summary>
    internal int FormRun(int first, int limit)
    {
        int count = 1;
        while (count < limit && _absorbed[first + count] == _absorbed[first])
        {
            count++;
        }

        return count;
    }

    /// <summary>Makes room for a number of tokens and their pages, so that later growth allocates nothing.</summary>
    internal void Reserve(int tokens)
    {
        Sampler.Reserve(tokens);
        if (_tokens.Length < tokens)
        {
            Array.Resize(ref _tokens, tokens);
            Array.Resize(ref _absorbed, tokens);
        }

        int pages = (tokens + PageLength - 1) / PageLength;
        if (_pages.Length < pages)
        {
            Array.Resize(ref _pages, pages);
            Array.Resize(ref _contentIds, pages);
            Array.Resize(ref _hashes, pages);
        }
    }

    internal void Append(int token)
    {
        if (Length == _tokens.Length)
        {
            Reserve(checked(Length * 2));
        }

        _tokens[Length] = token;
        _absorbed[Length++] = _forms.GeneratedAbsorbed;
    }

    /// <summary>Adds a drafted token behind the known and drafted ones.</summary>
    internal void AppendDraft(int token)
    {
        int index = Length + DraftCount;
        if (index >= _tokens.Length)
        {
            return;
        }

        _tokens[index] = token;
        _absorbed[index] = _forms.GeneratedAbsorbed;
        DraftCount++;
    }

    internal int Draft(int index) => _tokens[Length + index];

    internal void ClearDrafts() => DraftCount = 0;

    internal void AddPage(int page, long contentId)
    {
        Debug.Assert(PageCount < _pages.Length, "room is reserved at admission");
        _contentIds[PageCount] = contentId;
        _pages[PageCount++] = page;
    }

    internal long ContentId(int pageIndex) => pageIndex < 0 ? 0 : _contentIds[pageIndex];

    internal void SetContentId(int pageIndex, long contentId) => _contentIds[pageIndex] = contentId;

    internal void ClearPages()
    {
        PageCount = CommittedPages = Computed = 0;
        DraftCount = 0;
    }

    /// <summary>Takes over the tokens of the sequence that it is forked from.</summary>
    internal void CopyTokens(Sequence parent)
    {
        Reserve(Math.Max(_tokens.Length, parent.Length));
        parent.Tokens.CopyTo(_tokens);
        parent._absorbed.AsSpan(0, parent.Length).CopyTo(_absorbed);
        Length = parent.Length;
        _hashCount = 0;
    }

    /// <summary>Hash of a full page and of everything before it: tokens and forms.</summary>
    internal ulong PageHash(int pageIndex)
    {
        Debug.Assert(pageIndex < FullPages, "only full pages have a hash");
        if (_hashes.Length < FullPages)
        {
            Array.Resize(ref _hashes, FullPages);
        }

        while (_hashCount <= pageIndex)
        {
            ulong hash = _hashCount == 0 ? 0x9E3779B97F4A7C15UL : _hashes[_hashCount - 1];
            foreach (int token in PageTokens(_hashCount))
            {
                hash = BitOperations.RotateLeft((hash ^ (uint)token) * 0xD6E8FEB86659FD93UL, 29);
            }

            hash = BitOperations.RotateLeft((hash ^ PageForms(_hashCount)) * 0xA0761D6478BD642FUL, 31);
            _hashes[_hashCount++] = hash ^ (hash >> 32);
        }

        return _hashes[pageIndex];
    }

    internal ReadOnlySpan<int> PageTokens(int pageIndex) => _tokens.AsSpan(pageIndex * PageLength, PageLength);

    /// <summary>The forms of a full page's tokens, a bit each.</summary>
    internal ulong PageForms(int pageIndex)
    {
        ulong bits = 0;
        ReadOnlySpan<bool> forms = _absorbed.AsSpan(pageIndex * PageLength, PageLength);
        for (int i = 0; i < PageLength; i++)
        {
            bits |= (forms[i] ? 1UL : 0UL) << i;
        }

        return bits;
    }
}
