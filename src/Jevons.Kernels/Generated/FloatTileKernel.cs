namespace Jevons.Kernels.Generated;

/// <summary>The generated tiles of one kind for one to six tokens, each generated when it is first run. Thread-safe: two threads that are
/// the first at once generate the same code twice.</summary>
/// <param name="rows">What the rows hold.</param>
/// <param name="isStored">Rows as they are stored, or in a strip.</param>
internal sealed unsafe class FloatTileKernel(TileRows rows, bool isStored)
{
    private readonly nint[] _code = new nint[FloatTileCode.Tokens];

    /// <summary>Runs the kernel.</summary>
    /// <param name="call">Operands.</param>
    /// <param name="tokens">1 to 6.</param>
    public void Run(FloatTileCall* call, int tokens)
    {
        nint code = Volatile.Read(ref _code[tokens - 1]);
        if (code == 0)
        {
            code = (nint)(isStored ? FloatTileCode.BuildStored(rows, tokens) : FloatTileCode.BuildStrip(rows, tokens));
            Volatile.Write(ref _code[tokens - 1], code);
        }

        ((delegate* unmanaged[SuppressGCTransition]<FloatTileCall*, void>)code)(call);
    }
}
