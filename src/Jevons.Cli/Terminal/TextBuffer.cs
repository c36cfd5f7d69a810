using System.Globalization;
using System.Text;

namespace Jevons.Cli;

/// <summary>
/// The text of a line that is being edited, with its cursor. It counts in grapheme clusters, so that one key press moves over or
/// deletes what a person sees as one character.
/// </summary>
internal sealed class TextBuffer
{
    private readonly List<string> _clusters = [];
    private string _cut = "";

    /// <summary>Clusters before the cursor.</summary>
    public int Cursor { get; private set; }

    /// <summary>The clusters.</summary>
    public IReadOnlyList<string> Clusters => _clusters;

    /// <summary>True when there is no text.</summary>
    public bool IsEmpty => _clusters.Count == 0;

    /// <summary>The whole text.</summary>
    public string Text => string.Concat(_clusters);

    /// <summary>The text before the cursor.</summary>
    public string TextBeforeCursor => string.Concat(_clusters.Take(Cursor));

    /// <summary>Replaces the text and puts the cursor at its end.</summary>
    public void Set(string text)
    {
        _clusters.Clear();
        AddClusters(0, text);
        Cursor = _clusters.Count;
    }

    /// <summary>Inserts text before the cursor.</summary>
    public void Insert(string text)
    {
        // A combining mark joins what stands before it, so the neighbourhood is taken apart anew.
        int before = Cursor;
        string left = before > 0 ? _clusters[before - 1] : "";
        if (before > 0)
        {
            _clusters.RemoveAt(--before);
        }

        Cursor = before + AddClusters(before, left + text);
    }

    /// <summary>Deletes the cluster to the left.</summary>
    public void Backspace()
    {
        if (Cursor > 0)
        {
            _clusters.RemoveAt(--Cursor);
        }
    }

    /// <summary>Deletes the cluster to the right.</summary>
    public void Delete()
    {
        if (Cursor < _clusters.Count)
        {
            _clusters.RemoveAt(Cursor);
        }
    }

    /// <summary>Moves by clusters.</summary>
    /// <param name="count">Negative to the left.</param>
    public void Move(int count) => Cursor = Math.Clamp(Cursor + count, 0, _clusters.Count);

    /// <summary>Moves to a place.</summary>
    /// <param name="cluster">0 .. the number of clusters.</param>
    public void MoveTo(int cluster) => Cursor = Math.Clamp(cluster, 0, _clusters.Count);

    /// <summary>The beginning of the line that the cursor is in.</summary>
    public int LineStart()
    {
        int start = Cursor;
        while (start > 0 && _clusters[start - 1] != "\n")
        {
            start--;
        }

        return start;
    }

    /// <summary>The end of the line that the cursor is in.</summary>
    public int LineEnd()
    {
        int end = Cursor;
        while (end < _clusters.Count && _clusters[end] != "\n")
        {
            end++;
        }

        return end;
    }

    /// <summary>The beginning of the word to the left.</summary>
    public int WordStart()
    {
        int start = Cursor;
        while (start > 0 && !IsWord(_clusters[start - 1]))
        {
            start--;
        }

        while (start > 0 && IsWord(_clusters[start - 1]))
        {
            start--;
        }

        return start;
    }

    /// <summary>The end of the word to the right.</summary>
    public int WordEnd()
    {
        int end = Cursor;
        while (end < _clusters.Count && !IsWord(_clusters[end]))
        {
            end++;
        }

        while (end < _clusters.Count && IsWord(_clusters[end]))
        {
            end++;
        }

        return end;
    }

    /// <summary>The beginning of the run without blanks to the left, with the blanks behind it.</summary>
    public int BlankWordStart()
    {
        int start = Cursor;
        while (start > 0 && string.IsNullOrWhiteSpace(_clusters[start - 1]))
        {
            start--;
        }

        while (start > 0 && !string.IsNullOrWhiteSpace(_clusters[start - 1]))
        {
            start--;
        }

        return start;
    }

    /// <summary>Cuts what lies between the cursor and a place; <see cref="Paste"/> brings it back.</summary>
    /// <param name="cluster">0 .. the number of clusters.</param>
    public void CutTo(int cluster)
    {
        int first = Math.Min(cluster, Cursor);
        int count = Math.Abs(cluster - Cursor);
        if (count > 0)
        {
            _cut = string.Concat(_clusters.GetRange(first, count));
            _clusters.RemoveRange(first, count);
            Cursor = first;
        }
    }

    /// <summary>Inserts what was cut last.</summary>
    public void Paste() => Insert(_cut);

    private int AddClusters(int index, string text)
    {
        int added = 0;
        while (text.Length > 0)
        {
            int length = StringInfo.GetNextTextElementLength(text);
            _clusters.Insert(index + added++, text[..length]);
            text = text[length..];
        }

        return added;
    }

    private static bool IsWord(string cluster) => Rune.DecodeFromUtf16(cluster, out Rune rune, out _) == System.Buffers.OperationStatus.Done
        && (Rune.IsLetterOrDigit(rune) || rune.Value == '_');
}
