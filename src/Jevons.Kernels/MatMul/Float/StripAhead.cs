using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace Jevons.Kernels.Products;

/// <summary>The stored bytes of the strip that follows, to be called into the caches while this one is spent.</summary>
/// <param name="first">First byte of its first row, or null where nothing follows.</param>
/// <param name="rowBytes">Bytes from one row to the next.</param>
/// <param name="rows">Rows.</param>
/// <param name="stripBytes">Bytes of a row's strip.</param>
internal readonly unsafe struct StripAhead(byte* first, long rowBytes, int rows, int stripBytes)
{
    private const int LineBytes = 64;

    /// <summary>Calls the rows of one of some equal shares. Addresses are hints: nothing is read.</summary>
    /// <param name="share">0..shares-1.</param>
    /// <param name="shares">Shares.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Call(int share, int shares)
    {
        if (first is null || !Sse.IsSupported)
        {
            return;
        }

        int end = (int)((long)rows * (share + 1) / shares);
        for (int r = (int)((long)rows * share / shares); r < end; r++)
        {
            byte* row = first + (r * rowBytes);
            for (int i = 0; i < stripBytes; i += LineBytes)
            {
                Sse.Prefetch1(row + i);
            }
        }
    }
}
