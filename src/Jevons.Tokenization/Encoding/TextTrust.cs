using System.Runtime.InteropServices;

namespace Jevons.Tokenization;

/// <summary>Which parts of a text may hold markers (template text) and which may not (message contents).</summary>
/// <param name="ends">Where each part ends in bytes, ascending; empty for one part without end.</param>
/// <param name="isTemplate">Whether each part is template text; for one part, whether it is.</param>
/// <param name="offset">Where in the parts the text starts that is asked about.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly ref struct TextTrust(ReadOnlySpan<int> ends, ReadOnlySpan<bool> isTemplate, int offset = 0)
{
    private static readonly bool[] s_true = [true];
    private readonly ReadOnlySpan<int> _ends = ends;
    private readonly ReadOnlySpan<bool> _isTemplate = isTemplate;
    private readonly int _offset = offset;

    /// <summary>The whole text may hold markers.</summary>
    public static TextTrust All => new([], s_true);

    /// <summary>No part may hold markers.</summary>
    public static TextTrust None => default;

    /// <summary>The same, asked about a text that starts further on.</summary>
    public TextTrust From(int start) => new(_ends, _isTemplate, _offset + start);

    /// <summary>How much of the first bytes belongs to the part that they start in.</summary>
    public int FirstEnd(int length) => _ends.IsEmpty ? length : Math.Min(length, _ends[PartAt(_offset)] - _offset);

    /// <summary>True where the bytes from start to end all belong to template text.</summary>
    public bool Covers(int start, int end)
    {
        if (_isTemplate.IsEmpty || _ends.IsEmpty)
        {
            return !_isTemplate.IsEmpty && _isTemplate[0];
        }

        for (int part = PartAt(_offset + start); part < _ends.Length && _isTemplate[part]; part++)
        {
            if (_offset + end <= _ends[part])
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The part in which a byte of the text lies.</summary>
    private int PartAt(int position)
    {
        int low = 0;
        int high = _ends.Length - 1;
        while (low < high)
        {
            int middle = (low + high) >>> 1;
            if (_ends[middle] > position)
            {
                high = middle;
            }
            else
            {
                low = middle + 1;
            }
        }

        return low;
    }
}
