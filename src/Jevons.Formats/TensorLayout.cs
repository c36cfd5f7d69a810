namespace Jevons.Formats;

/// <summary>Checks how tensors lie in a file.</summary>
internal static class TensorLayout
{
    /// <summary>Throws when two tensors share a byte. O(n) for files in offset order, O(n log n) otherwise.</summary>
    /// <param name="tensors">Entries whose offset + length does not overflow.</param>
    /// <param name="file">Path for the message.</param>
    /// <exception cref="InvalidDataException">Names both tensors.</exception>
    public static void ThrowIfOverlapping(TensorEntry[] tensors, string file)
    {
        TensorEntry[] ordered = tensors;
        if (!IsOrdered(tensors))
        {
            ordered = [.. tensors];
            Array.Sort(ordered, static (a, b) => (a.Offset, a.ByteLength).CompareTo((b.Offset, b.ByteLength)));
        }

        for (int i = 1; i < ordered.Length; i++)
        {
            TensorEntry before = ordered[i - 1], after = ordered[i];
            if (before.Offset + before.ByteLength > after.Offset)
            {
                throw BadFile.Because(
                    file,
                    $"tensor {BadFile.Quote(after.Name)} begins at byte {after.Offset}, inside tensor {BadFile.Quote(before.Name)} "
                    + $"(bytes {before.Offset} to {before.Offset + before.ByteLength}); the file is damaged");
            }
        }
    }

    private static bool IsOrdered(TensorEntry[] tensors)
    {
        for (int i = 1; i < tensors.Length; i++)
        {
            if (tensors[i].Offset < tensors[i - 1].Offset)
            {
                return false;
            }
        }

        return true;
    }
}
