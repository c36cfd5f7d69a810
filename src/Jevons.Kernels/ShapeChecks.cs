using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace Jevons.Kernels;

/// <summary>Checks at the door of a kernel: every message carries both shapes.</summary>
internal static class ShapeChecks
{
    /// <summary>Throws unless two tensors have the same rows and columns.</summary>
    public static void Same(Tensor a, Tensor b, [CallerArgumentExpression(nameof(a))] string? nameA = null, [CallerArgumentExpression(nameof(b))] string? nameB = null)
    {
        if (a.Rows != b.Rows || a.Cols != b.Cols)
        {
            Throw($"{nameA} is [{a.Rows}, {a.Cols}], {nameB} is [{b.Rows}, {b.Cols}]; they must be equal", nameB);
        }
    }

    /// <summary>Throws unless a tensor has the given columns.</summary>
    public static void Columns(Tensor a, long columns, string meaning, [CallerArgumentExpression(nameof(a))] string? nameA = null)
    {
        if (a.Cols != columns)
        {
            Throw($"{nameA} is [{a.Rows}, {a.Cols}], it must have {columns} columns ({meaning})", nameA);
        }
    }

    /// <summary>Throws unless a vector has the given length.</summary>
    public static void Length(int length, long expected, string meaning, string name)
    {
        if (length != expected)
        {
            Throw($"{name} has {length} elements, it must have {expected} ({meaning})", name);
        }
    }

    /// <summary>Throws unless every chunk names rows of a batch of <paramref name="rows"/> rows and non-negative positions.</summary>
    public static void Chunks(ReadOnlySpan<BatchChunk> chunks, int rows)
    {
        foreach (ref readonly BatchChunk chunk in chunks)
        {
            if (chunk.FirstRow < 0 || chunk.Count < 1 || chunk.FirstRow > rows - chunk.Count || chunk.FirstPosition < 0
                || chunk.FirstPosition > int.MaxValue - chunk.Count || chunk.PageTableStart < 0)
            {
                Throw($"{chunk} does not lie in a batch of {rows} rows", nameof(chunks));
            }
        }
    }

    [DoesNotReturn]
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Throw(string message, string? name) => throw new ArgumentException(message, name);
}
