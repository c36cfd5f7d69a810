using System.Diagnostics;
using Jevons.Kernels;

namespace Jevons.Inference;

/// <summary>
/// Who owns which page of the key-value cache. Pages are counted by reference; a page is shared only when it is full and
/// its tokens, their forms and everything before them are equal (found by hash, then verified). A page that nobody uses
/// keeps its contents until it is needed: free pages without contents are handed out first, then the least recently used.
/// A page's predecessor is always at least as recently used as the page, so chains are given up from their ends.
/// Plain and single-threaded; it touches no cache memory and allocates only when it is made.
/// </summary>
public sealed class BlockManager
{
    private const int PageLength = KvLayerLayout.PageLength;
    private const long Root = 0;

    private readonly int[] _references;
    private readonly long[] _contentIds;
    private readonly long[] _parentIds;
    private readonly ulong[] _hashes;
    private readonly ulong[] _forms;
    private readonly int[] _tokens;
    private readonly int[] _next;
    private readonly int[] _previous;
    private readonly int[] _blank;
    private readonly Dictionary<ulong, int> _byHash;
    private readonly int _listHead;
    private int _blankCount;
    private int _retainedCount;
    private long _lastContentId = Root;

    /// <summary>Manages pages 0..pageCount-1, all free and without contents.</summary>
    /// <param name="pageCount">Pages of 64 positions, at least 1.</param>
    public BlockManager(int pageCount)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(pageCount);
        PageCount = pageCount;
        _references = new int[pageCount];
        _contentIds = new long[pageCount];
        _parentIds = new long[pageCount];
        _hashes = new ulong[pageCount];
        _forms = new ulong[pageCount];
        _tokens = new int[checked(pageCount * PageLength)];
        _next = new int[pageCount + 1];
        _previous = new int[pageCount + 1];
        _blank = new int[pageCount];
        _byHash = new Dictionary<ulong, int>(pageCount);
        _listHead = pageCount;
        _next[_listHead] = _previous[_listHead] = _listHead;
        for (int page = pageCount - 1; page >= 0; page--)
        {
            _blank[_blankCount++] = page;
        }
    }

    /// <summary>All pages.</summary>
    public int PageCount { get; }

    /// <summary>Pages that can be handed out, those with retained contents included.</summary>
    public int FreeCount => _blankCount + _retainedCount;

    /// <summary>Pages that at least one sequence uses.</summary>
    public int UsedCount => PageCount - FreeCount;

    /// <summary>Unused pages whose contents can still be found.</summary>
    public int RetainedCount => _retainedCount;

    /// <summary>Pages needed for a number of positions.</summary>
    /// <param name="positions">At least 0.</param>
    /// <returns>Pages.</returns>
    public static int PagesFor(int positions) => (int)(((long)positions + PageLength - 1) / PageLength);

    /// <summary>How many of the sequence's leading pages could be shared now; takes none.</summary>
    /// <param name="sequence">A sequence without pages.</param>
    /// <returns>Pages; the last token is never covered, so that a pass yields its logits.</returns>
    public int CountCachedPages(Sequence sequence)
    {
        int count = 0;
        long parent = Root;
        while (TryFind(sequence, count, parent, out int page))
        {
            parent = _contentIds[page];
            count++;
        }

        return count;
    }

    /// <summary>Gives the sequence the cached pages of its longest known prefix and marks their positions computed.</summary>
    /// <param name="sequence">A sequence without pages.</param>
    /// <returns>Positions covered, a multiple of 64.</returns>
    public int AttachPrefix(Sequence sequence)
    {
        Debug.Assert(sequence.PageCount == 0, "a prefix is attached to a sequence without pages");
        long parent = Root;
        while (TryFind(sequence, sequence.PageCount, parent, out int page))
        {
            if (_references[page]++ == 0)
            {
                Unlink(page);
            }

            parent = _contentIds[page];
            sequence.AddPage(page, parent);
        }

        sequence.CommittedPages = sequence.PageCount;
        sequence.Computed = sequence.PageCount * PageLength;
        return sequence.Computed;
    }

    /// <summary>Sees to it that the sequence's pages cover a number of positions.</summary>
    /// <param name="sequence">The sequence.</param>
    /// <param name="positions">Positions from 0 on.</param>
    /// <returns>Granted, or OutOfPages with nothing changed.</returns>
    public PageResult TryGrow(Sequence sequence, int positions)
    {
        int needed = PagesFor(positions) - sequence.PageCount;
        if (needed > FreeCount)
        {
            return PageResult.OutOfPages;
        }

        for (int i = 0; i < needed; i++)
        {
            sequence.AddPage(Take(), Root);
        }

        return PageResult.Granted;
    }

    /// <summary>Makes the sequence's newly filled pages known, so that others can share them.</summary>
    /// <param name="sequence">A sequence whose Computed has advanced.</param>
    public void Commit(Sequence sequence)
    {
        if (!sequence.SharesPages)
        {
            return;
        }

        for (int full = sequence.Computed / PageLength; sequence.CommittedPages < full; sequence.CommittedPages++)
        {
            int index = sequence.CommittedPages;
            int page = sequence.Pages[index];
            long parent = sequence.ContentId(index - 1);
            ulong hash = sequence.PageHash(index);
            if (_byHash.TryGetValue(hash, out int known))
            {
                if (Holds(known, sequence, index, parent))
                {
                    // Two sequences computed the same page; the first stays the one that is found.
                    sequence.SetContentId(index, _contentIds[known]);
                    continue;
                }

                Forget(known);
            }

            _byHash.Add(hash, page);
            _hashes[page] = hash;
            _parentIds[page] = parent;
            _forms[page] = sequence.PageForms(index);
            sequence.PageTokens(index).CopyTo(_tokens.AsSpan(page * PageLength, PageLength));
            _contentIds[page] = ++_lastContentId;
            sequence.SetContentId(index, _lastContentId);
        }
    }

    /// <summary>Takes all pages from the sequence; contents that can be found again are retained.</summary>
    /// <param name="sequence">The sequence; it may own none.</param>
    public void Release(Sequence sequence)
    {
        ReadOnlySpan<int> pages = sequence.Pages;
        for (int i = pages.Length - 1; i >= 0; i--)
        {
            int page = pages[i];
            Debug.Assert(_references[page] > 0, "a page is released once per owner");
            if (--_references[page] > 0)
            {
                continue;
            }

            if (_contentIds[page] != Root)
            {
                LinkLast(page);
            }
            else
            {
                _blank[_blankCount++] = page;
            }
        }

        sequence.ClearPages();
    }

    /// <summary>
    /// Lets <paramref name="child"/> share all full pages of <paramref name="parent"/>; a partly filled last page is copied,
    /// because both will write to it.
    /// </summary>
    /// <param name="parent">A running sequence.</param>
    /// <param name="child">A sequence without pages and with the parent's tokens.</param>
    /// <param name="copy">The copy that the runner must make before the next pass, if any.</param>
    /// <returns>Granted, or OutOfPages with nothing changed.</returns>
    public PageResult Fork(Sequence parent, Sequence child, out PageCopy? copy)
    {
        Debug.Assert(child.PageCount == 0, "a fork starts without pages");
        copy = null;
        int full = parent.Computed / PageLength;
        bool partial = parent.Computed % PageLength != 0;
        if (partial && FreeCount == 0)
        {
            return PageResult.OutOfPages;
        }

        for (int i = 0; i < full; i++)
        {
            int page = parent.Pages[i];
            _references[page]++;
            child.AddPage(page, parent.ContentId(i));
        }

        if (partial)
        {
            int page = Take();
            child.AddPage(page, Root);
            copy = new PageCopy(parent.Pages[full], page);
        }

        child.Computed = parent.Computed;
        child.CommittedPages = Math.Min(parent.CommittedPages, full);
        return PageResult.Granted;
    }

    /// <summary>Forgets all retained contents (the weights or the cache type changed).</summary>
    public void ForgetContents()
    {
        for (int page = 0; page < PageCount; page++)
        {
            if (_contentIds[page] != Root)
            {
                Forget(page);
            }
        }
    }

    /// <summary>References to a page.</summary>
    /// <param name="page">0..PageCount-1.</param>
    /// <returns>Number of sequences that own it.</returns>
    internal int References(int page) => _references[page];

    private bool TryFind(Sequence sequence, int index, long parent, out int page)
    {
        page = 0;
        return sequence.SharesPages
            && index < (sequence.Length - 1) / PageLength
            && _byHash.TryGetValue(sequence.PageHash(index), out page)
            && Holds(page, sequence, index, parent);
    }

    // Contents are identified by a number that is never used twice, so an equal parent number means an equal whole prefix.
    private bool Holds(int page, Sequence sequence, int index, long parent) =>
        _parentIds[page] == parent
        && _forms[page] == sequence.PageForms(index)
        && sequence.PageTokens(index).SequenceEqual(_tokens.AsSpan(page * PageLength, PageLength));

    private int Take()
    {
        int page;
        if (_blankCount > 0)
        {
            page = _blank[--_blankCount];
        }
        else
        {
            page = _next[_listHead];
            Debug.Assert(page != _listHead, "callers check FreeCount");
            Forget(page);
            page = _blank[--_blankCount];
        }

        _references[page] = 1;
        return page;
    }

    private void Forget(int page)
    {
        _byHash.Remove(_hashes[page]);
        _contentIds[page] = Root;
        if (_references[page] == 0)
        {
            Unlink(page);
            _blank[_blankCount++] = page;
        }
    }

    private void LinkLast(int page)
    {
        int last = _previous[_listHead];
        _next[last] = page;
        _previous[page] = last;
        _next[page] = _listHead;
        _previous[_listHead] = page;
        _retainedCount++;
    }

    private void Unlink(int page)
    {
        _next[_previous[page]] = _next[page];
        _previous[_next[page]] = _previous[page];
        _retainedCount--;
    }
}
